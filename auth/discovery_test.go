package auth

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestCheckIssuer(t *testing.T) {
	for _, good := range []string{"https://id.example.org", "https://id.example.org/", "https://id.example.org:8443/realms/x", "http://127.0.0.1:3000", "http://localhost:3000/a", "http://[::1]:3000"} {
		if err := CheckIssuer(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "id.example.org", "http://id.example.org", "http://127.0.0.1.example.org", "http://localhost.example.org", "ftp://127.0.0.1", "https:", "https://", "https:id.example.org", "urn:rapporteur:development",
		"https://u@id.example.org", "https://id.example.org?a", "https://id.example.org?", "https://id.example.org#a", "https://id.example.org#", "https://id.example.org/ ", "https://id.example.org/\n", "file:///etc/passwd"} {
		if CheckIssuer(bad) == nil {
			t.Errorf("took %q", bad)
		}
	}
}

func TestReadDiscovery(t *testing.T) {
	const issuer = "https://id.example.org"
	for _, tt := range []struct{ name, issuer, text, want string }{
		{"good", issuer, `{"issuer":"https://id.example.org","jwks_uri":"https://id.example.org/keys","x":[1]}`, "https://id.example.org/keys"},
		{"keys on another host", issuer, `{"issuer":"https://id.example.org","jwks_uri":"https://keys.example.org/"}`, "https://keys.example.org/"},
		{"on this machine", "http://127.0.0.1:1", `{"issuer":"http://127.0.0.1:1","jwks_uri":"http://127.0.0.1:1/keys"}`, "http://127.0.0.1:1/keys"},
		{"another issuer", issuer, `{"issuer":"https://evil.example","jwks_uri":"https://evil.example/keys"}`, ""},
		{"a slash more", issuer, `{"issuer":"https://id.example.org/","jwks_uri":"https://id.example.org/keys"}`, ""},
		{"another case", issuer, `{"issuer":"https://ID.example.org","jwks_uri":"https://id.example.org/keys"}`, ""},
		{"no issuer", issuer, `{"jwks_uri":"https://id.example.org/keys"}`, ""},
		{"issuer twice", issuer, `{"issuer":"https://evil.example","issuer":"https://id.example.org","jwks_uri":"https://id.example.org/keys"}`, ""},
		{"no keys", issuer, `{"issuer":"https://id.example.org"}`, ""},
		{"keys a number", issuer, `{"issuer":"https://id.example.org","jwks_uri":1}`, ""},
		{"keys without https", issuer, `{"issuer":"https://id.example.org","jwks_uri":"http://id.example.org/keys"}`, ""},
		{"keys on our machine", issuer, `{"issuer":"https://id.example.org","jwks_uri":"http://127.0.0.1:8080/metrics"}`, ""},
		{"keys in a file", issuer, `{"issuer":"https://id.example.org","jwks_uri":"file:///etc/passwd"}`, ""},
		{"keys with a password", issuer, `{"issuer":"https://id.example.org","jwks_uri":"https://a:b@id.example.org/keys"}`, ""},
		{"keys beside", issuer, `{"issuer":"https://id.example.org","jwks_uri":"/keys"}`, ""},
		{"a list", issuer, `[]`, ""},
		{"a page", issuer, `<html>`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readDiscovery([]byte(tt.text), tt.issuer)
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// TestDiscover asks a server, and gives up where it does not behave.
func TestDiscover(t *testing.T) {
	ed, _, _ := pairs(t)
	keys := keySet(t, ed)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(keys) }))
	defer elsewhere.Close()
	for _, tt := range []struct {
		name string
		keys http.HandlerFunc
		says string
	}{
		{"good", func(w http.ResponseWriter, _ *http.Request) { w.Write(keys) }, ""},
		{"moved within the host", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.RawQuery == "" {
				http.Redirect(w, r, "/keys?moved", http.StatusFound)
				return
			}
			w.Write(keys)
		}, ""},
		{"moved to another host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusFound)
		}, "another host"},
		{"moved for ever", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/keys?moved", http.StatusFound)
		}, "too often"},
		{"not found", http.NotFound, "404"},
		{"created", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated); w.Write(keys) }, "201"},
		{"endless", func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write(make([]byte, 32<<10)); err != nil {
					return
				}
			}
		}, "more than"},
		{"cut short", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.Write(keys[:10])
		}, "unexpected EOF"},
		{"nothing that is a key", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(`{"keys":[{"kty":"oct","k":"AAAA"}]}`)) }, "without a key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mux := http.NewServeMux()
			s := httptest.NewServer(mux)
			defer s.Close()
			mux.HandleFunc("/realm/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
				w.Write([]byte(`{"issuer":"` + s.URL + `/realm/","jwks_uri":"` + s.URL + `/keys"}`))
			})
			mux.HandleFunc("/keys", tt.keys)
			p, err := NewProvider(s.URL+"/realm/", nil)
			if err != nil {
				t.Fatal(err)
			}
			set, err := discover(t.Context(), p.client, p.address)
			if tt.says == "" {
				if err != nil || len(set) != 1 {
					t.Errorf("%d keys, %v", len(set), err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%d keys, %v; want %q", len(set), err, tt.says)
			}
		})
	}
}
