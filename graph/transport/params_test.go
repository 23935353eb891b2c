package transport

import (
	"net/http"
	"strings"
	"testing"
)

// TestBodies refuses what is no request, and says nothing of what it held.
func TestBodies(t *testing.T) {
	const canary = "xyzzy-7261"
	var limits []string
	s := newServer()
	s.Refused = func(limit string) { limits = append(limits, limit) }
	tests := []struct {
		name, body string
		headers    []string
		want       int
	}{
		{"good", `{"query":"{ name }"}`, []string{isJSONBody}, 200},
		{"in UTF-8", `{"query":"{ name }"}`, []string{"Content-Type: application/json; charset=UTF-8"}, 200},
		{"nulls", `{"query":"{ name }","operationName":null,"variables":null,"extensions":null}`, []string{isJSONBody}, 200},
		{"more", `{"query":"{ name }","more":"` + canary + `"}`, []string{isJSONBody}, 200},
		{"a known document", `{"extensions":{"persistedQuery":{}}}`, []string{isJSONBody}, 200}, // and answered by an error
		{"empty", ``, []string{isJSONBody}, 400},
		{"cut", `{"query":"` + canary, []string{isJSONBody}, 400},
		{"a text", `"` + canary + `"`, []string{isJSONBody}, 400},
		{"a batch", `[{"query":"` + canary + `"}]`, []string{isJSONBody}, 400},
		{"two", `{"query":"{ name }"} {"query":"` + canary + `"}`, []string{isJSONBody}, 400},
		{"trailing", `{"query":"{ name }"}` + canary, []string{isJSONBody}, 400},
		{"a name twice", `{"query":"` + canary + `","query":"{ name }"}`, []string{isJSONBody}, 400},
		{"the same name in capitals", `{"QUERY":"` + canary + `"}`, []string{isJSONBody}, 400},
		{"bad UTF-8", "{\"query\":\"{ name }\",\"x\":\"" + canary + "\xff\"}", []string{isJSONBody}, 400},
		{"a byte order mark", "\ufeff" + `{"query":"{ name }"}`, []string{isJSONBody}, 400},
		{"no query", `{"qeury":"` + canary + `"}`, []string{isJSONBody}, 400},
		{"a query that is a list", `{"query":["` + canary + `"]}`, []string{isJSONBody}, 400},
		{"a name that is an object", `{"query":"{ name }","operationName":{"a":"` + canary + `"}}`, []string{isJSONBody}, 400},
		{"variables that are a text", `{"query":"{ name }","variables":"` + canary + `"}`, []string{isJSONBody}, 400},
		{"variables that are a list", `{"query":"{ name }","variables":["` + canary + `"]}`, []string{isJSONBody}, 400},
		{"a variable twice", `{"query":"{ name }","variables":{"a":1,"a":"` + canary + `"}}`, []string{isJSONBody}, 400},
		{"extensions that are a number", `{"query":"{ name }","extensions":0}`, []string{isJSONBody}, 400},
		{"no type", `{"query":"{ name }"}`, nil, 415},
		{"a form", `query=` + canary, []string{"Content-Type: application/x-www-form-urlencoded"}, 415},
		{"what a form can send", `{"query":"` + canary + `"}`, []string{"Content-Type: text/plain"}, 415},
		{"a malformed type", `{"query":"{ name }"}`, []string{"Content-Type: application/json; " + canary}, 415},
		{"another charset", `{"query":"{ name }"}`, []string{"Content-Type: application/json; charset=" + canary}, 415},
		{"two types", `{"query":"{ name }"}`, []string{isJSONBody, "Content-Type: text/plain"}, 415},
		{"compressed", `{"query":"{ name }"}`, []string{isJSONBody, "Content-Encoding: gzip"}, 415},
		{"large", `{"query":"` + canary + strings.Repeat(" ", maxBody) + `"}`, []string{isJSONBody}, 413},
		{"as large as may be", `{"query":"{ name }"` + strings.Repeat(" ", maxBody-20) + `}`, []string{isJSONBody}, 200},
	}
	for _, tt := range tests {
		w := ask(s, http.MethodPost, "/?"+canary, tt.body, append(tt.headers, "X: "+canary)...)
		if w.Code != tt.want {
			t.Errorf("%s: answered %d %s, want %d", tt.name, w.Code, w.Body, tt.want)
		}
		if strings.Contains(w.Body.String(), canary) {
			t.Errorf("%s: the answer repeats what was sent: %s", tt.name, w.Body)
		}
	}
	if len(limits) != 1 || limits[0] != "body" {
		t.Errorf("counted as refused %q, want the large body", limits)
	}
}

// TestQueryStrings are read like bodies.
func TestQueryStrings(t *testing.T) {
	s := newServer()
	for query, want := range map[string]int{
		"query={name}": 200,
		"query={name}&operationName=&variables=&extensions=": 200,
		"query={name}&variables={}&extensions=null":          200,
		"query=query+A{name}query+B{fails}&operationName=B":  200,
		"":                                400,
		"query=":                          400,
		"query={name}&query={name}":       400,
		"query={name}&variables=[]":       400,
		"query={name}&variables=0":        400,
		"query={name}&variables={}{}":     400,
		"query={name}&extensions=%22a%22": 400,
		"query={name}&more=%ff":           200,
		"query={name}&more=%zz":           400,
		"query={name};variables={}":       400,
		"extensions={%22persistedQuery%22:{%22version%22:1}}&operationName=Name": 200, // and answered by an error
	} {
		if w := ask(s, http.MethodGet, "/?"+query, ""); w.Code != want {
			t.Errorf("?%s: answered %d %s, want %d", query, w.Code, w.Body, want)
		}
	}
}

// FuzzParams reads any body and query string: what passes has a query, or
// names a document that is known.
func FuzzParams(f *testing.F) {
	for _, seed := range []string{`{"query":"{ name }","variables":{"a":[1e999]}}`, `{"query":"a","query":"b"}`, `[{}]`, `{"extensions":{"persistedQuery":null}}`, "query=a&variables=%7B%7D"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, no := fromURL(text)
		if o, ok := readObject([]byte(text)); ok {
			p, no = o.params()
		}
		if (p == nil) == (no == nil) {
			t.Fatalf("%q is both read and refused, or neither", text)
		}
		if p == nil {
			return
		}
		if _, known := p.Extensions["persistedQuery"]; p.Query == "" && !known {
			t.Errorf("%q asks for nothing", text)
		}
	})
}
