package main

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// TestBehind believes proxies, and nobody else.
func TestBehind(t *testing.T) {
	c := limits{Proxy: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}
	for _, tt := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"nobody's word", "192.0.2.1:99", []string{"198.51.100.7"}, "192.0.2.1:99"},
		{"a proxy that says nothing", "10.1.2.3:99", nil, "10.1.2.3:99"},
		{"a proxy", "10.1.2.3:99", []string{"198.51.100.7"}, "198.51.100.7:0"},
		{"a proxy behind a proxy", "10.1.2.3:99", []string{"198.51.100.7, 10.9.9.9"}, "198.51.100.7:0"},
		{"what the client wrote before", "10.1.2.3:99", []string{"203.0.113.1, 198.51.100.7"}, "198.51.100.7:0"},
		{"several lines", "10.1.2.3:99", []string{"203.0.113.1", "198.51.100.7"}, "198.51.100.7:0"},
		{"all proxies", "10.1.2.3:99", []string{"10.0.0.1, 10.0.0.2"}, "10.0.0.1:0"},
		{"no address", "10.1.2.3:99", []string{"198.51.100.7, unknown"}, "10.1.2.3:99"},
		{"no address before it", "10.1.2.3:99", []string{"unknown, 198.51.100.7"}, "198.51.100.7:0"},
		{"IPv6", "[fd00::1]:99", []string{"2001:db8::7"}, "[2001:db8::7]:0"},
		{"IPv4 in IPv6", "[::ffff:10.1.2.3]:99", []string{"::ffff:198.51.100.7"}, "198.51.100.7:0"},
	} {
		var got string
		h := c.behind(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
		r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
		r.RemoteAddr = tt.peer
		for _, f := range tt.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestLimitsAreValidated: a setting that cannot be meant is refused.
func TestLimitsAreValidated(t *testing.T) {
	for _, tt := range []struct{ flag, want string }{
		{"--budget-person=-1", "--budget-person -1: must be from 0 to 100000000"},
		{"--budget-address=1000000000", "--budget-address 1000000000: must be from 0 to 100000000"},
		{"--query-time=1ms", "--query-time 1ms: must be 0, or 10ms or more"},
		{"--mutation-time=-1s", "--mutation-time -1s: must be 0, or 10ms or more"},
		{"--proxy=10.0.0.0", "no '/'"},
	} {
		_, err := parse([]string{"serve", tt.flag}, streams{env: func(string) (string, bool) { return "", false }})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want that %s", tt.flag, err, tt.want)
		}
	}
	if _, err := parse([]string{"serve", "--budget-person=0", "--query-time=0", "--proxy=10.0.0.0/8,fd00::/8"}, streams{env: func(string) (string, bool) { return "", false }}); err != nil {
		t.Error(err)
	}
}
