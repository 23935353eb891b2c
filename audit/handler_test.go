package audit

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestHandler(t *testing.T) {
	h := newHouse(t)
	h.grow(300)
	h.publish()
	for _, tt := range []struct {
		method, path string
		status       int
		kind, cache  string
	}{
		{"GET", "/checkpoint", 200, "text/plain; charset=utf-8", "public, max-age=2"},
		{"HEAD", "/checkpoint", 200, "text/plain; charset=utf-8", "public, max-age=2"},
		{"GET", "/tile/0/000", 200, "application/octet-stream", "public, max-age=31536000, immutable"},
		{"GET", "/tile/0/001.p/44", 200, "application/octet-stream", "public, max-age=31536000, immutable"},
		{"GET", "/tile/1/000.p/1", 200, "application/octet-stream", "public, max-age=31536000, immutable"},
		{"GET", "/tile/entries/001.p/44", 200, "application/octet-stream", "public, max-age=31536000, immutable"},
		{"GET", "/tile/0/001", 404, "text/plain; charset=utf-8", "no-store"},
		{"GET", "/tile/0/001.p/45", 404, "text/plain; charset=utf-8", "no-store"},
		{"GET", "/tile/0/001.p/0", 404, "text/plain; charset=utf-8", "no-store"},
		{"GET", "/tile/0/000.p/256", 404, "text/plain; charset=utf-8", "no-store"},
		{"GET", "/tile/00/000", 404, "text/plain; charset=utf-8", "no-store"},
		{"GET", "/tile/8/0/000", 404, "text/plain; charset=utf-8", "no-store"},
		{"GET", "/tile/0/000/../../../key", 404, "text/plain; charset=utf-8", "no-store"},
		{"GET", "/../key", 404, "text/plain; charset=utf-8", "no-store"},
		{"GET", "/tile/0", 404, "text/plain; charset=utf-8", "no-store"},
		{"GET", "/", 404, "text/plain; charset=utf-8", "no-store"},
		{"GET", "/witnessed", 404, "text/plain; charset=utf-8", "no-store"},
		{"POST", "/checkpoint", 405, "text/plain; charset=utf-8", ""},
	} {
		w := httptest.NewRecorder()
		h.Handler().ServeHTTP(w, httptest.NewRequest(tt.method, "http://log.example"+tt.path, http.NoBody))
		if w.Code != tt.status || w.Header().Get("Content-Type") != tt.kind || w.Header().Get("Cache-Control") != tt.cache {
			t.Errorf("%s %s: %d, %q, %q; want %d, %q, %q", tt.method, tt.path, w.Code, w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"), tt.status, tt.kind, tt.cache)
		}
	}
}

// A folder that came from somebody else may hold anything: a pipe would keep who
// opens it for ever.
func TestHandlerServesFilesAlone(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "tile", "0", "001"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "tile", "0", "000"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "checkpoint")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/tile/0/000", "/tile/0/001", "/checkpoint"} {
		w := httptest.NewRecorder()
		Files(dir).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://log.example"+path, http.NoBody))
		if w.Code != http.StatusInternalServerError || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, %q, %s", path, w.Code, w.Header().Get("Cache-Control"), w.Body)
		}
	}
}
