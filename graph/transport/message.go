package transport

import (
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const maxID = 128 // bytes of an operation's id, which is kept and sent back

// A message is what a client sends by graphql-transport-ws.
type message struct {
	kind    string
	id      string             // of subscribe and complete
	payload map[string]any     // of connection_init, ping and pong
	params  *graphql.RawParams // of subscribe
}

// readMessage is false for what the protocol does not know. No more is said of
// it: a message can hold a token.
func readMessage(text []byte) (m message, ok bool) {
	if packed(text) {
		return m, false
	}
	o, ok := readObject(text)
	if !ok || !o.text("type", &m.kind) || !o.text("id", &m.id) || len(m.id) > maxID {
		return m, false
	}
	switch m.kind {
	case "connection_init", "ping", "pong":
		return m, o.values("payload", &m.payload)
	case "complete":
		return m, m.id != ""
	case "subscribe":
		asked, ok := readObject(o["payload"])
		if !ok || m.id == "" {
			return m, false
		}
		var no *refusal
		m.params, no = asked.params()
		return m, no == nil
	}
	return m, false
}

// What is sent by graphql-transport-ws.
type (
	plainMessage struct {
		Type string `json:"type"`
		ID   string `json:"id,omitempty"`
	}
	nextMessage struct {
		ID      string          `json:"id"`
		Type    string          `json:"type"`
		Payload json.RawMessage `json:"payload"`
	}
	errorMessage struct {
		ID      string        `json:"id"`
		Type    string        `json:"type"`
		Payload gqlerror.List `json:"payload"`
	}
)
