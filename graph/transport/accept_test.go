package transport

import "testing"

const (
	j = plainJSON
	g = graphqlResponse
)

// TestNegotiate reads Accept as real clients send it, and as nobody should.
func TestNegotiate(t *testing.T) {
	tests := []struct {
		name    string
		headers []string
		want    acceptable
	}{
		{"none", nil, acceptable{single: j}},
		{"empty", []string{""}, acceptable{single: j}},
		{"anything", []string{"*/*"}, acceptable{single: j}},
		{"any application", []string{"application/*"}, acceptable{single: j}},
		{"a browser", []string{"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"}, acceptable{single: j}},
		{"Apollo Client", []string{"application/graphql-response+json,application/json;q=0.9"}, acceptable{single: g}},
		{"urql", []string{"application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"}, acceptable{single: g, stream: true}},
		{"graphql-sse", []string{"text/event-stream"}, acceptable{stream: true}},
		{"prefers JSON", []string{"application/graphql-response+json;q=0.5, application/json"}, acceptable{single: j}},
		{"anything rather than JSON", []string{"application/json;q=0.1, */*;q=0.2"}, acceptable{single: g}},
		{"anything but JSON", []string{"application/json;q=0, */*"}, acceptable{single: g}},
		{"only JSON is refused", []string{"application/json;q=0"}, acceptable{}},
		{"nothing", []string{"*/*;q=0"}, acceptable{}},
		{"a stream is refused", []string{"text/event-stream;q=0, application/json"}, acceptable{single: j}},
		{"several headers", []string{"text/plain", "application/json"}, acceptable{single: j}},
		{"any case", []string{"APPLICATION/JSON;Q=1"}, acceptable{single: j}},
		{"parameters", []string{"application/json; charset=utf-8"}, acceptable{single: j}},
		{"an unknown type", []string{"application/xml"}, acceptable{}},
		{"malformed beside good", []string{"///, application/json;q=2, application/graphql-response+json;q=0.001"}, acceptable{single: g}},
		{"q of no digits", []string{"application/json;q=."}, acceptable{}},
		{"q that is no number", []string{"application/json;q=NaN"}, acceptable{}},
		{"malformed", []string{"json"}, acceptable{}},
	}
	for _, tt := range tests {
		if got := negotiate(tt.headers); got != tt.want {
			t.Errorf("%s: %q takes %+v, want %+v", tt.name, tt.headers, got, tt.want)
		}
	}
}

// TestUnacceptable is told so, in JSON.
func TestUnacceptable(t *testing.T) {
	w := ask(newServer(), "GET", "/?query={name}", "", "Accept: application/xml")
	if w.Code != 406 || code(t, w) != "BAD_USER_INPUT" {
		t.Errorf("answered %d %s, want 406", w.Code, w.Body)
	}
}

// FuzzAccept never prefers what is refused.
func FuzzAccept(f *testing.F) {
	for _, seed := range []string{"", "*/*", "application/json;q=0.5, text/event-stream", "a/b;q=1.0000", "application/*;q=0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := negotiate([]string{header})
		for _, r := range rangesOf([]string{header}) {
			if r.q < 0 || r.q > 1000 {
				t.Errorf("%q has q %d", header, r.q)
			}
		}
		if got.single == "" || header == "" {
			return
		}
		if q, _ := quality(rangesOf([]string{header}), got.single); q == 0 {
			t.Errorf("%q takes %s, which it refuses", header, got.single)
		}
	})
}
