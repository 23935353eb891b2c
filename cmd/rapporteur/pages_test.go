package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// page asks the pages, with headers as name and value.
func page(t *testing.T, method, path string, headers ...string) *http.Response {
	t.Helper()
	mux := http.NewServeMux()
	addPages(mux)
	req := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, req)
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

// TestSchemaIsServedAsPrinted: one schema, however one gets it.
func TestSchemaIsServedAsPrinted(t *testing.T) {
	var printed strings.Builder
	if code, err := new(schema).run(t.Context(), streams{out: &printed}); code != yes || err != nil {
		t.Fatal(code, err)
	}
	got := page(t, http.MethodGet, "/schema.graphql")
	if body(t, got.Body) != printed.String() || got.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("served is something else, as %s", got.Header.Get("Content-Type"))
	}
	head := page(t, http.MethodHead, "/schema.graphql")
	if head.StatusCode != http.StatusOK || body(t, head.Body) != "" || head.ContentLength != int64(printed.Len()) {
		t.Errorf("HEAD answers %s with %d bytes", head.Status, head.ContentLength)
	}
	again := page(t, http.MethodGet, "/schema.graphql", "If-None-Match", got.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified || again.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("asked again it answers %s, %s", again.Status, again.Header.Get("Cache-Control"))
	}
	if posted := page(t, http.MethodPost, "/schema.graphql"); posted.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST answers %s", posted.Status)
	}
}

// TestPagesAreForEverybody: what says how to ask is there, whatever is served.
func TestPagesAreForEverybody(t *testing.T) {
	for _, path := range []string{"/ide", "/ide/", "/ide/main.js", "/ide/examples.json", "/schema.graphql"} {
		if got := page(t, http.MethodGet, path); got.StatusCode != http.StatusOK {
			t.Errorf("%s answers %s", path, got.Status)
		}
	}
}
