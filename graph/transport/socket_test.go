package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// A probe is a client that sends what it is told to, right or wrong.
type probe struct {
	t  *testing.T
	ws *websocket.Conn
}

// listen serves s until the test ends.
func listen(t *testing.T, s http.Handler) string {
	t.Helper()
	srv := httptest.NewServer(s)
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return srv.URL
}

// dial opens a WebSocket.
func dial(t *testing.T, url string) *probe {
	t.Helper()
	ws, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: []string{subprotocol}})
	if err != nil {
		t.Fatal(err)
	}
	ws.SetReadLimit(-1)
	t.Cleanup(func() { _ = ws.CloseNow() })
	return &probe{t, ws}
}

// greeted opens a WebSocket and signs in.
func greeted(t *testing.T, url string) *probe {
	t.Helper()
	p := dial(t, url)
	p.send(`{"type":"connection_init"}`)
	p.hears(`{"type":"connection_ack"}`)
	return p
}

func (p *probe) send(messages ...string) {
	p.t.Helper()
	for _, m := range messages {
		if err := p.ws.Write(p.t.Context(), websocket.MessageText, []byte(m)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// next is the next message.
func (p *probe) next() string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	_, text, err := p.ws.Read(ctx)
	if err != nil {
		p.t.Fatalf("instead of a message there is %v", err)
	}
	return string(text)
}

func (p *probe) hears(messages ...string) {
	p.t.Helper()
	for _, want := range messages {
		if got := p.next(); got != want {
			p.t.Fatalf("heard %s, want %s", got, want)
		}
	}
}

// closed is the code with which the server closed, whatever it sent before.
func (p *probe) closed() closing {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	for {
		_, _, err := p.ws.Read(ctx)
		if e, ok := errors.AsType[websocket.CloseError](err); ok {
			return closing{e.Code, e.Reason}
		}
		if err != nil {
			p.t.Fatalf("instead of a closing there is %v", err)
		}
	}
}

func subscribe(id, document string) string {
	return fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":{"query":%q}}`, id, document)
}

// TestMessages converses as the protocol has it.
func TestMessages(t *testing.T) {
	url := listen(t, newServer())
	p := dial(t, url)
	p.send(`{"type":"ping"}`, `{"type":"ping","payload":{"secret":1}}`, `{"type":"pong"}`, `{"type":"connection_init","payload":null}`)
	p.hears(`{"type":"pong"}`, `{"type":"pong"}`, `{"type":"connection_ack"}`)

	p.send(subscribe("a", `{ name }`))
	p.hears(`{"id":"a","type":"next","payload":{"data":{"name":"it"}}}`, `{"type":"complete","id":"a"}`)
	p.send(subscribe("a", `subscription { count(to: 2) }`)) // the id is free again
	p.hears(`{"id":"a","type":"next","payload":{"data":{"count":1}}}`, `{"id":"a","type":"next","payload":{"data":{"count":2}}}`, `{"type":"complete","id":"a"}`)
	p.send(subscribe("m", `mutation { name }`))
	p.hears(`{"id":"m","type":"next","payload":{"data":{"name":"it"}}}`, `{"type":"complete","id":"m"}`)
	p.send(`{"type":"complete","id":"unknown"}`, subscribe("b", `subscription { silent }`), `{"type":"complete","id":"b"}`, subscribe("b", `{ name }`))
	p.hears(`{"id":"b","type":"next","payload":{"data":{"name":"it"}}}`, `{"type":"complete","id":"b"}`)
	if err := p.ws.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Error(err)
	}
}

// TestErrorMessages are the last word of an operation, and not of its
// connection.
func TestErrorMessages(t *testing.T) {
	p := greeted(t, listen(t, newServer()))
	for document, want := range map[string]string{
		`{`:                              "BAD_USER_INPUT",
		`{ nothing }`:                    "BAD_USER_INPUT",
		`{ panics }`:                     "INTERNAL",
		`{ broken }`:                     "INTERNAL",
		`{ defers }`:                     "BAD_USER_INPUT",
		`query A { name } query B { x }`: "BAD_USER_INPUT",
	} {
		p.send(subscribe("a", document))
		if got := p.next(); !strings.HasPrefix(got, `{"id":"a","type":"error","payload":[{`) || !strings.Contains(got, want) {
			t.Errorf("%s: heard %s, want an error %s", document, got, want)
		}
	}
	for document, want := range map[string]string{`subscription { panics }`: "INTERNAL", `subscription { breaks }`: "UNAVAILABLE"} {
		p.send(subscribe("a", document))
		if got := p.next(); !strings.Contains(got, `"next"`) {
			t.Errorf("%s: heard %s, want a payload first", document, got)
		}
		if got := p.next(); !strings.Contains(got, `"error"`) || !strings.Contains(got, want) {
			t.Errorf("%s: heard %s, want an error %s", document, got, want)
		}
	}
	p.send(subscribe("a", `{ fails }`))
	p.hears(`{"id":"a","type":"next","payload":{"errors":[{"message":"no"}],"data":{"fails":null}}}`, `{"type":"complete","id":"a"}`)
}

// TestClosings tries every way to be thrown out for what one sends.
func TestClosings(t *testing.T) {
	const canary = "xyzzy-7261"
	url := listen(t, newServer())
	long := strings.Repeat("x", maxInit)
	tests := []struct {
		name    string
		greeted bool
		sends   []string
		want    closing
	}{
		{"subscribe first", false, []string{subscribe("a", `{ name }`)}, tooEarly},
		{"init twice", true, []string{`{"type":"connection_init"}`}, twiceInit},
		{"an id twice", true, []string{subscribe("a", `subscription { silent }`), subscribe("a", `{ name }`)}, twice},
		{"no JSON", true, []string{canary}, invalid},
		{"nothing", true, []string{``}, invalid},
		{"a list", true, []string{`[]`}, invalid},
		{"null", true, []string{`null`}, invalid},
		{"two objects", true, []string{`{"type":"ping"}{"type":"ping"}`}, invalid},
		{"no type", true, []string{`{"` + canary + `":1}`}, invalid},
		{"an unknown type", true, []string{`{"type":"` + canary + `"}`}, invalid},
		{"a type of another protocol", false, []string{`{"type":"start","id":"a","payload":{"query":"{ name }"}}`}, invalid},
		{"a type in capitals", true, []string{`{"TYPE":"ping"}`}, invalid},
		{"a type that is a number", true, []string{`{"type":1}`}, invalid},
		{"a type twice", true, []string{`{"type":"ping","type":"pong"}`}, invalid},
		{"a server's type", true, []string{`{"type":"next","id":"a","payload":{}}`}, invalid},
		{"a payload that is a text", false, []string{`{"type":"connection_init","payload":"` + canary + `"}`}, invalid},
		{"a ping's payload that is a list", true, []string{`{"type":"ping","payload":[]}`}, invalid},
		{"subscribe without id", true, []string{`{"type":"subscribe","payload":{"query":"{ name }"}}`}, invalid},
		{"subscribe with an id that is a number", true, []string{`{"id":1,"type":"subscribe","payload":{"query":"{ name }"}}`}, invalid},
		{"subscribe with an empty id", true, []string{subscribe("", `{ name }`)}, invalid},
		{"subscribe with a long id", true, []string{subscribe(strings.Repeat("i", maxID+1), `{ name }`)}, invalid},
		{"subscribe without payload", true, []string{`{"id":"a","type":"subscribe"}`}, invalid},
		{"subscribe without query", true, []string{`{"id":"a","type":"subscribe","payload":{}}`}, invalid},
		{"subscribe with a batch", true, []string{`{"id":"a","type":"subscribe","payload":[{"query":"{ name }"}]}`}, invalid},
		{"subscribe with variables that are a text", true, []string{`{"id":"a","type":"subscribe","payload":{"query":"{ name }","variables":"` + canary + `"}}`}, invalid},
		{"complete without id", true, []string{`{"type":"complete"}`}, invalid},
		{"bad UTF-8", true, []string{"{\"type\":\"ping\",\"x\":\"\xff\"}"}, invalid},
		{"a long message before init", false, []string{`{"type":"ping","payload":{"x":"` + long + `"}}`}, tooBig},
		{"a long message", true, []string{`{"type":"ping","payload":{"x":"` + canary + strings.Repeat("x", maxBody) + `"}}`}, tooBig},
	}
	for _, tt := range tests {
		p := dial(t, url)
		if tt.greeted {
			p = greeted(t, url)
		}
		for _, m := range tt.sends {
			// The last part of a long message may come when the server has closed already.
			_ = p.ws.Write(t.Context(), websocket.MessageText, []byte(m))
		}
		got := p.closed()
		if got != tt.want {
			t.Errorf("%s: closed with %v, want %v", tt.name, got, tt.want)
		}
		if strings.Contains(got.reason, canary) {
			t.Errorf("%s: the reason repeats what was sent: %v", tt.name, got)
		}
	}
	p := greeted(t, url)
	if err := p.ws.Write(t.Context(), websocket.MessageBinary, []byte(`{"type":"ping"}`)); err != nil {
		t.Fatal(err)
	}
	if got := p.closed(); got != invalid {
		t.Errorf("a binary message: closed with %v, want %v", got, invalid)
	}
}

// TestLateInit is closed, and a connection that pings all the time is too.
func TestLateInit(t *testing.T) {
	s := newServer()
	s.Init = 50 * time.Millisecond
	p := dial(t, listen(t, s))
	p.send(`{"type":"ping"}`)
	if got := p.closed(); got != late {
		t.Errorf("closed with %v, want %v", got, late)
	}
}

// TestSubprotocol is the only one spoken.
func TestSubprotocol(t *testing.T) {
	url := listen(t, newServer())
	for _, offer := range [][]string{nil, {"graphql-ws"}, {"GRAPHQL-TRANSPORT-WS"}} {
		ws, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{Subprotocols: offer})
		if err != nil {
			t.Fatal(err)
		}
		if got := (&probe{t, ws}).closed(); got != wrongWords {
			t.Errorf("offering %q: closed with %v, want %v", offer, got, wrongWords)
		}
	}
}
