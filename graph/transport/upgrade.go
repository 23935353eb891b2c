package transport

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/coder/websocket"
)

const subprotocol = "graphql-transport-ws"

// upgrades reports whether a WebSocket is asked for. Some clients offer h2c
// with every request.
func upgrades(h http.Header) bool {
	for token := range strings.SplitSeq(strings.Join(h.Values("Upgrade"), ","), ",") {
		if strings.EqualFold(strings.TrimSpace(token), "websocket") {
			return true
		}
	}
	return false
}

// upgrade opens a WebSocket, and serves it.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request) {
	if no := admit(r); no != nil {
		s.refuse(w, r, plainJSON, no)
		return
	}
	c := s.newSocket(r)
	// Until its client says who it is, it is counted apart from those that have,
	// or strangers at an address could keep out the people there.
	release, no := s.takeOf("unsigned "+Address(r.RemoteAddr), c.place)
	if no != nil {
		s.refuse(w, r, plainJSON, no)
		return
	}
	c.release = release
	defer func() { c.release() }()
	// The origin was looked at, in words of ours.
	ws, err := websocket.Accept(handshake{w}, r, &websocket.AcceptOptions{Subprotocols: []string{subprotocol}, InsecureSkipVerify: true})
	if err != nil {
		h := w.Header()
		h.Set("Connection", "Upgrade")
		h.Set("Upgrade", "websocket")
		h.Set("Sec-WebSocket-Version", "13")
		s.refuse(w, r, plainJSON, refuse(wrongUpgrade, "The WebSocket's handshake is malformed, or of another version."))
		return
	}
	c.serve(ws)
}

// admit refuses what would open a WebSocket under false pretences: a page of
// another site, and whoever believes to be signed in by a header that no
// browser can send here.
func admit(r *http.Request) *refusal {
	if origins := r.Header.Values("Origin"); len(origins) > 0 {
		u, err := url.Parse(origins[0])
		if err != nil || len(origins) > 1 || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return refuse(wrongOrigin, "Pages of other sites cannot open a WebSocket here.")
		}
	}
	if r.Header.Get("Authorization") != "" {
		return refuse(malformed, "Sign in by the payload of connection_init: Authorization, as in the header.")
	}
	return nil
}

// A handshake lets pass that a WebSocket is open, and nothing else: the words
// in which a handshake is refused repeat parts of it.
type handshake struct{ http.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (h handshake) WriteHeader(status int) {
	if status == http.StatusSwitchingProtocols {
		h.ResponseWriter.WriteHeader(status)
	}
}

// Write implements http.ResponseWriter.
func (h handshake) Write(p []byte) (int, error) { return len(p), nil }

// Unwrap lets http.ResponseController find what hijacks.
func (h handshake) Unwrap() http.ResponseWriter { return h.ResponseWriter }
