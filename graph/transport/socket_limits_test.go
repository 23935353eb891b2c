package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

type personKey struct{}

// persons has connections and requests say who they are, and counts refusals.
func persons(s *Server) func() []string {
	var mu sync.Mutex
	var limits []string
	s.Refused = func(limit string) { mu.Lock(); defer mu.Unlock(); limits = append(limits, limit) }
	s.Caller = func(ctx context.Context) string { p, _ := ctx.Value(personKey{}).(string); return p }
	s.SignIn = func(ctx context.Context, payload map[string]any) (context.Context, error) {
		name, _ := payload["name"].(string)
		if name == "stranger" {
			return ctx, errors.New("who?")
		}
		return context.WithValue(ctx, personKey{}, name), nil
	}
	return func() []string { mu.Lock(); defer mu.Unlock(); return limits }
}

// TestSignIn throws out whom it does not believe.
func TestSignIn(t *testing.T) {
	s := newServer()
	persons(s)
	p := dial(t, listen(t, s))
	p.send(`{"type":"connection_init","payload":{"name":"stranger"}}`)
	if got := p.closed(); got != forbidden {
		t.Errorf("closed with %v, want %v", got, forbidden)
	}
}

// TestConnectionsOfOne are as many as it may have; a person's are not counted
// as its address's.
func TestConnectionsOfOne(t *testing.T) {
	s := newServer()
	limits := persons(s)
	s.Streams = 2
	url := listen(t, s)
	in := func(name string) *probe {
		p := dial(t, url)
		p.send(`{"type":"connection_init","payload":{"name":"` + name + `"}}`)
		return p
	}
	for _, name := range []string{"ann", "ann", "ben", "ben", "", ""} {
		if name == "" {
			greeted(t, url)
			continue
		}
		in(name).hears(`{"type":"connection_ack"}`)
	}
	p := dial(t, url)
	p.send(`{"type":"connection_init","payload":{"name":"ann"}}`)
	if got := p.closed(); got != throng {
		t.Errorf("a third of ann's: closed with %v, want %v", got, throng)
	}
	if got := limits(); len(got) != 1 || got[0] != "streams" {
		t.Errorf("counted as refused %q, want one of streams", got)
	}
}

// TestUnsignedMakeRoom: of the connections at an address that have not signed
// in, the oldest with nothing under way ends when one too many is opened, and
// nobody who signs in is kept out by any of them.
func TestUnsignedMakeRoom(t *testing.T) {
	s := newServer()
	persons(s)
	s.Streams = 2
	url := listen(t, s)
	ann := func() {
		t.Helper()
		p := dial(t, url)
		p.send(`{"type":"connection_init","payload":{"name":"ann"}}`)
		p.hears(`{"type":"connection_ack"}`)
		if err := p.ws.Close(websocket.StatusNormalClosure, ""); err != nil {
			t.Error(err)
		}
	}
	silent, second := dial(t, url), dial(t, url) // no word from either
	ann()
	if got := silent.closed(); got != throng {
		t.Errorf("the oldest that said nothing: closed with %v, want %v", got, throng)
	}
	busy := greeted(t, url)
	busy.send(subscribe("a", `subscription { silent }`))
	busy.send(`{"type":"ping"}`)
	busy.hears(`{"type":"pong"}`)
	idle := greeted(t, url)
	newest := greeted(t, url)
	if got := idle.closed(); got != throng {
		t.Errorf("the oldest of the public with nothing under way: closed with %v, want %v", got, throng)
	}
	newest.send(subscribe("b", `subscription { silent }`))
	newest.send(`{"type":"ping"}`)
	newest.hears(`{"type":"pong"}`)
	p := dial(t, url)
	p.send(`{"type":"connection_init"}`)
	if got := p.closed(); got != throng {
		t.Errorf("a third of the public, while two have something under way: closed with %v, want %v", got, throng)
	}
	ann()
	ann()
	second.ws.CloseNow()
}

// TestPlaces are given back: a person who is thrown out, and the address that a
// person came from, have as many as before.
func TestPlaces(t *testing.T) {
	s := newServer()
	persons(s)
	s.Streams = 1
	url := listen(t, s)
	ann := dial(t, url)
	ann.send(`{"type":"connection_init","payload":{"name":"ann"}}`)
	ann.hears(`{"type":"connection_ack"}`)
	second := dial(t, url)
	second.send(`{"type":"connection_init","payload":{"name":"ann"}}`)
	if got := second.closed(); got != throng {
		t.Errorf("a second of hers: closed with %v, want %v", got, throng)
	}
	if err := ann.ws.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Stop(ctx); err != nil { // waits until both are over
		t.Fatal(err)
	}
	if len(s.open.open) != 0 {
		t.Errorf("still counted: %v", s.open.open)
	}
}

// TestOperationsOfOneConnection are as many as it may have, also when nobody
// listens to them.
func TestOperationsOfOneConnection(t *testing.T) {
	s := newServer()
	limits := persons(s)
	p := greeted(t, listen(t, s))
	for i := range maxOperations {
		p.send(subscribe(fmt.Sprint(i), `subscription { silent }`))
	}
	p.send(subscribe("more", `{ name }`))
	if got := p.next(); !strings.Contains(got, `"error"`) || !strings.Contains(got, "RATE_LIMITED") {
		t.Errorf("heard %s, want RATE_LIMITED", got)
	}
	if got := limits(); len(got) != 1 || got[0] != "connection" {
		t.Errorf("counted as refused %q, want one of operations", got)
	}
	p.send(`{"type":"complete","id":"0"}`)
	for heard := ""; !strings.Contains(heard, `"next"`); heard = p.next() { // its place is free in a moment
		p.send(subscribe("more", `{ name }`))
	}
}

// TestTokenExpires closes with what the reference client takes as a sign to
// come again, with a new token.
func TestTokenExpires(t *testing.T) {
	s := newServer()
	s.Left = func(context.Context) (time.Duration, bool) { return 50 * time.Millisecond, true }
	p := greeted(t, listen(t, s))
	p.send(subscribe("a", `subscription { silent }`))
	if got := p.closed(); got != outOfDate {
		t.Errorf("closed with %v, want %v", got, outOfDate)
	}
}

// TestStop says goodbye to every connection, greeted or not, and opens no more.
func TestStop(t *testing.T) {
	s := newServer()
	url := listen(t, s)
	quiet, busy := dial(t, url), greeted(t, url)
	busy.send(subscribe("a", `subscription { silent }`))
	stopped := make(chan error, 1)
	go func() { stopped <- s.Stop(t.Context()) }()
	for _, p := range []*probe{quiet, busy} {
		if got := p.closed(); got != goodbye {
			t.Errorf("closed with %v, want %v", got, goodbye)
		}
	}
	if err := await.Value(t, stopped, "the server to stop"); err != nil {
		t.Error(err)
	}
	_, res, err := websocket.Dial(t.Context(), url, nil)
	if err == nil || res == nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one more was opened: %v, %v", res, err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Errorf("twice: %v", err)
	}
}

// TestSlowReader is cut off, and holds up nobody else.
func TestSlowReader(t *testing.T) {
	s := newServer()
	limits := persons(s)
	s.Write = time.Second // in which the other, who reads, must have been written to
	url := listen(t, s)
	slow := greeted(t, url)
	slow.send(subscribe("a", `subscription { bursts }`))
	other := greeted(t, url)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for len(limits()) == 0 && ctx.Err() == nil {
		other.send(subscribe("a", `{ name }`))
		other.hears(`{"id":"a","type":"next","payload":{"data":{"name":"it"}}}`, `{"type":"complete","id":"a"}`)
	}
	if got := limits(); len(got) != 1 || got[0] != "reader" {
		t.Errorf("counted as refused %q, want the slow reader", got)
	}
}

// TestDeadClient is noticed though it sends nothing: it answers no ping.
func TestDeadClient(t *testing.T) {
	s := newServer()
	s.Heartbeat, s.Write = 20*time.Millisecond, 50*time.Millisecond
	addr := strings.TrimPrefix(listen(t, s), "http://")
	dead, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer dead.Close()
	fmt.Fprintf(dead, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: %s\r\n\r\n", addr, subprotocol)
	init := `{"type":"connection_init"}`
	if _, err := dead.Write(append([]byte{0x81, 0x80 | byte(len(init)), 0, 0, 0, 0}, init...)); err != nil {
		t.Fatal(err)
	}
	if err := dead.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	for buf := make([]byte, 1024); err == nil; {
		_, err = dead.Read(buf)
	}
	if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
		t.Error("it was kept")
	}
}

// FuzzMessage reads any message: what passes can be acted on.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{`{"type":"connection_init","payload":{"Authorization":"Bearer x"}}`, subscribe("a", "{ name }"), `{"type":"complete","id":"a"}`, `{"type":"ping","id":null}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, ok := readMessage([]byte(text))
		if ok && (m.kind == "subscribe") != (m.params != nil) {
			t.Errorf("%q is %+v", text, m)
		}
		if ok && (m.kind == "subscribe" || m.kind == "complete") && (m.id == "" || len(m.id) > maxID) {
			t.Errorf("%q has the id %q", text, m.id)
		}
	})
}
