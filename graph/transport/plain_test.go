package transport

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestStatus is the table of statuses, seen from outside.
func TestStatus(t *testing.T) {
	s := newServer()
	tests := []struct {
		name          string
		query         string
		json, graphql int
		code          string
	}{
		{"whole", `{ name }`, 200, 200, ""},
		{"partial", `{ fails }`, 200, 200, ""},
		{"not a document", `{`, 200, 400, "BAD_USER_INPUT"},
		{"not valid", `{ nothing }`, 200, 400, "BAD_USER_INPUT"},
		{"a subscription over plain HTTP", `subscription { name }`, 400, 400, "BAD_USER_INPUT"},
		{"deferred", `{ defers }`, 200, 400, "BAD_USER_INPUT"},
		{"a panic", `{ panics }`, 200, 500, "INTERNAL"},
		{"data that is no JSON", `{ broken }`, 200, 500, "INTERNAL"},
		{"none", ``, 400, 400, "BAD_USER_INPUT"},
	}
	for _, tt := range tests {
		for accept, want := range map[string]int{"application/json": tt.json, "application/graphql-response+json": tt.graphql} {
			w := ask(s, http.MethodGet, "/?query="+url.QueryEscape(tt.query), "", "Accept: "+accept)
			if w.Code != want || code(t, w) != tt.code {
				t.Errorf("%s, accepting %s: answered %d %s, want %d %s", tt.name, accept, w.Code, w.Body, want, tt.code)
			}
			if got := w.Header().Get("Content-Type"); got != accept+"; charset=utf-8" {
				t.Errorf("%s: answered with %s, want %s", tt.name, got, accept)
			}
			if tt.code != "" && strings.Contains(w.Body.String(), `"data"`) {
				t.Errorf("%s: a request error has data: %s", tt.name, w.Body)
			}
		}
	}
}

// TestHeaders come with every answer, whatever it is.
func TestHeaders(t *testing.T) {
	for _, w := range []http.Header{
		ask(newServer(), http.MethodPost, "/", `{"query":"{ name }"}`, isJSONBody).Header(),
		ask(newServer(), http.MethodPost, "/", `{`, isJSONBody).Header(),
		ask(newServer(), http.MethodDelete, "/", ``).Header(),
	} {
		for name, want := range map[string]string{"Vary": "Accept", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"} {
			if got := w.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		for name := range w {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("another site's page is allowed something: %s", name)
			}
		}
	}
}

// TestMethods allows what cannot be done by a link or a form of another site.
func TestMethods(t *testing.T) {
	s := newServer()
	mutation := "/?query=" + url.QueryEscape(`mutation { name }`)
	for _, tt := range []struct {
		method, target, allow string
	}{
		{http.MethodGet, mutation, "POST"},
		{http.MethodPut, "/", "GET, POST"},
		{http.MethodHead, "/", "GET, POST"},
		{http.MethodOptions, "/", "GET, POST"},
		{"BREW", "/", "GET, POST"},
	} {
		w := ask(s, tt.method, tt.target, "")
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != tt.allow {
			t.Errorf("%s: answered %d, allowing %q; want 405, %q", tt.method, w.Code, w.Header().Get("Allow"), tt.allow)
		}
	}
	if w := ask(s, http.MethodPost, "/", `{"query":"mutation { name }"}`, isJSONBody); w.Code != http.StatusOK {
		t.Errorf("a mutation by POST: answered %d %s", w.Code, w.Body)
	}
}

// TestRetryAfter tells programs that do not read bodies.
func TestRetryAfter(t *testing.T) {
	a := refuse(badRequest, "Slowly.").answer()
	a.Errors[0].Extensions["retryAfter"] = 7
	if got := a.retryAfter(); got != "7" {
		t.Errorf("wait %q, want 7", got)
	}
	if got := (answer{}).retryAfter(); got != "" {
		t.Errorf("wait %q for no reason", got)
	}
}
