package verify

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// checkWeb checks a log behind a handler; the server lives as long as that takes.
func checkWeb(t *testing.T, h http.HandlerFunc, trust Trust) *Finding {
	t.Helper()
	s := httptest.NewServer(h)
	defer s.Close()
	return Log(t.Context(), Web{URL: s.URL + "/log/", Client: s.Client(), Pause: time.Microsecond}, trust, nil, &Progress{})
}

func TestLogOverWeb(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 5000, makeRecord)
	trust := Trust{Key: m.verifier(t)}
	dir := t.TempDir()
	m.publish(t, dir, 5000)
	files := http.StripPrefix("/log/", http.FileServer(http.Dir(dir)))

	var asked sync.Map
	wants(t, checkWeb(t, func(w http.ResponseWriter, r *http.Request) {
		if _, twice := asked.LoadOrStore(r.URL.Path, true); twice {
			t.Errorf("asked for %s twice", r.URL.Path)
		}
		files.ServeHTTP(w, r)
	}, trust), Proved, "the log has all 5000 entries", "all 41 files")

	zipped := func(w http.ResponseWriter, r *http.Request) {
		var all httptest.ResponseRecorder
		all.Body = &bytes.Buffer{}
		files.ServeHTTP(&all, r)
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(all.Code)
		z := gzip.NewWriter(w)
		z.Write(all.Body.Bytes())
		z.Close()
	}
	wants(t, checkWeb(t, zipped, trust), Proved, "the log has all 5000 entries")

	// A server that stumbles, here over every file, is asked again.
	var stumbled sync.Map
	wants(t, checkWeb(t, func(w http.ResponseWriter, r *http.Request) {
		if _, before := stumbled.LoadOrStore(r.URL.Path, true); !before {
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		files.ServeHTTP(w, r)
	}, trust), Proved)

	// A partial tile that is gone is the beginning of the full one.
	whole := makeLog(t, m.key, 5120, makeRecord)
	wants(t, checkWeb(t, func(w http.ResponseWriter, r *http.Request) {
		tile, err := format.ParseTilePath(strings.TrimPrefix(r.URL.Path, "/log/"))
		switch {
		case err != nil || tile.N != 19:
			files.ServeHTTP(w, r)
		case tile.Width < format.TileWidth:
			http.NotFound(w, r)
		default:
			w.Write(whole.tile(t, tile))
		}
	}, trust), Proved)
}

func TestLogOverWebRefused(t *testing.T) {
	m := makeLog(t, newKey(t, origin), 600, makeRecord)
	trust := Trust{Key: m.verifier(t)}
	dir := t.TempDir()
	m.publish(t, dir, 600)
	files := http.StripPrefix("/log/", http.FileServer(http.Dir(dir)))
	const path = "tile/0/001"
	for name, tt := range map[string]struct {
		serve  http.HandlerFunc
		answer Answer
		said   string
	}{
		"not there":    {http.NotFound, Disproved, path + ": it is missing"},
		"forbidden":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, Unknown, path + ": the server answers 403"},
		"never there":  {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, Unknown, path + ": the server answers 500"},
		"without end":  {endless, Disproved, path + ": it is longer than 8192 bytes"},
		"a small bomb": {bomb, Disproved, path + ": it is longer than 8192 bytes"},
		"no gzip": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write([]byte("x"))
		}, Unknown, path},
		"another coding": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			w.Write([]byte("x"))
		}, Unknown, "the coding \"br\""},
		"another tile": {func(w http.ResponseWriter, r *http.Request) { r.URL.Path = "/log/tile/0/000"; files.ServeHTTP(w, r) }, Disproved, "tile/entries/001, index 256: the entry is not the one"},
		"a page":       {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, Disproved, path + ": it has 6 bytes of 8192"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "8192")
			w.Write(make([]byte, 100))
			panic(http.ErrAbortHandler)
		}, Unknown, path},
	} {
		t.Run(name, func(t *testing.T) {
			wants(t, checkWeb(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/log/"+path {
					tt.serve(w, r)
					return
				}
				files.ServeHTTP(w, r)
			}, trust), tt.answer, tt.said)
		})
	}
	down := Web{URL: "http://127.0.0.1:1/log", Pause: time.Microsecond}
	wants(t, Log(t.Context(), down, trust, nil, &Progress{}), Unknown, "read checkpoint: ")
	wants(t, checkWeb(t, endless, trust), Unknown, "read checkpoint: it is too long")
}

func endless(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		if _, err := w.Write(make([]byte, 4096)); err != nil {
			return
		}
	}
}

func bomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	defer z.Close()
	for range 1000 {
		if _, err := z.Write(make([]byte, 1<<20)); err != nil {
			return
		}
	}
}
