package transport

import (
	"net/http"
	"strings"
	"testing"
)

// TestHandshakes refuses whom no WebSocket shall be opened for, in words of
// ours.
func TestHandshakes(t *testing.T) {
	const canary = "xyzzy-7261"
	url := listen(t, newServer())
	good := map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol": subprotocol,
	}
	tests := []struct {
		name, method string
		headers      map[string]string // beside or instead of the good ones
		want         int
	}{
		{"good", "GET", nil, 101},
		{"of this site", "GET", map[string]string{"Origin": url}, 101},
		{"of another site", "GET", map[string]string{"Origin": "https://" + canary + ".example"}, 403},
		{"of another port", "GET", map[string]string{"Origin": "http://127.0.0.1:1"}, 403},
		{"of a sandboxed page", "GET", map[string]string{"Origin": "null"}, 403},
		{"of a malformed origin", "GET", map[string]string{"Origin": "%" + canary}, 403},
		{"with a token", "GET", map[string]string{"Authorization": "Bearer " + canary}, 400},
		{"by POST", "POST", nil, 426},
		{"of another version", "GET", map[string]string{"Sec-WebSocket-Version": canary}, 426},
		{"with a bad key", "GET", map[string]string{"Sec-WebSocket-Key": canary}, 426},
		{"without Connection", "GET", map[string]string{"Connection": "close"}, 426},
		{"that offers something else", "GET", map[string]string{"Upgrade": "h2c"}, 400}, // a request without a query
	}
	for _, tt := range tests {
		req, err := http.NewRequestWithContext(t.Context(), tt.method, url+"/?x="+canary, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range good {
			req.Header.Set(name, value)
		}
		for name, value := range tt.headers {
			req.Header.Set(name, value)
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != tt.want {
			t.Errorf("a handshake %s: answered %s, want %d", tt.name, res.Status, tt.want)
		}
		var head, body strings.Builder
		if err := res.Header.Write(&head); err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusSwitchingProtocols {
			readAll(t, &body, res.Body)
		}
		if all := head.String() + body.String(); strings.Contains(all, canary) {
			t.Errorf("a handshake %s: the answer repeats what was sent: %s", tt.name, all)
		}
		res.Body.Close()
	}
}
