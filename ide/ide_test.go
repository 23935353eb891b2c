package ide

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// page asks for what lies at path, with headers as name and value.
func page(t *testing.T, path string, headers ...string) *http.Response {
	t.Helper()
	h, err := Handler()
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

func TestFiles(t *testing.T) {
	for path, want := range map[string]string{
		"/ide":                   "text/html; charset=utf-8",
		"/ide/":                  "text/html; charset=utf-8",
		"/ide/main.js":           "text/javascript; charset=utf-8",
		"/ide/main.css":          "text/css; charset=utf-8",
		"/ide/graphql.worker.js": "text/javascript; charset=utf-8",
		"/ide/icon.svg":          "image/svg+xml",
		"/ide/licences.txt":      "text/plain; charset=utf-8",
		"/ide/examples.json":     "application/json",
	} {
		plain, packed := page(t, path), page(t, path, "Accept-Encoding", "br, gzip")
		if plain.StatusCode != http.StatusOK || plain.Header.Get("Content-Type") != want {
			t.Errorf("%s answers %s as %s", path, plain.Status, plain.Header.Get("Content-Type"))
			continue
		}
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if text := body(t, plain.Body); text == "" || text != body(t, z) {
			t.Errorf("%s is not the same, packed and not", path)
		}
		if plain.Header.Get("ETag") == packed.Header.Get("ETag") {
			t.Errorf("%s has one tag for two answers", path)
		}
		if again := page(t, path, "If-None-Match", plain.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s asked again answers %s", path, again.Status)
		}
		for _, word := range []string{"unsafe-eval", "*", "http:", "https:"} {
			if strings.Contains(plain.Header.Get("Content-Security-Policy"), word) {
				t.Errorf("the policy of %s allows %s", path, word)
			}
		}
	}
	for _, path := range []string{"/ide/page.html", "/ide/../schema.graphqls", "/ide/main.js.gz", "/ide/none"} {
		if got := page(t, path); got.StatusCode == http.StatusOK {
			t.Errorf("%s answers %s", path, got.Status)
		}
	}
}

// TestEveryFileCanBeRead: no file lacks its type, and each unpacks.
func TestEveryFileCanBeRead(t *testing.T) {
	files, err := read()
	if err != nil {
		t.Fatal(err)
	}
	for path, f := range files {
		if f.contentType == "" || len(f.plain()) == 0 {
			t.Errorf("%s is of type %q and has %d bytes", path, f.contentType, len(f.plain()))
		}
	}
}
