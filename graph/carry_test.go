package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// serve serves an API until the test ends, and returns its address.
func serve(t *testing.T, api http.Handler) string {
	t.Helper()
	srv := httptest.NewServer(api)
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	return srv.URL
}

// A carrier opens a document at an address and returns what it is answered, one
// answer at a time until ok is false, and how to hang up. after, if any, is
// what it saw last.
type carrier struct {
	name    string
	streams bool // it can carry a subscription
	writes  bool // it can carry a mutation
	open    func(t testing.TB, address, document, after string) (next func() (a trial.Answer, ok bool), hangUp func())
}

var carriers = []carrier{
	{"GET", false, false, func(t testing.TB, address, document, after string) (func() (trial.Answer, bool), func()) {
		return once(t, request(t, http.MethodGet, address, document, after))
	}},
	{"POST", false, true, func(t testing.TB, address, document, after string) (func() (trial.Answer, bool), func()) {
		return once(t, request(t, http.MethodPost, address, document, after))
	}},
	{"events by POST", true, true, func(t testing.TB, address, document, after string) (func() (trial.Answer, bool), func()) {
		req := request(t, http.MethodPost, address, document, after)
		req.Header.Set("Accept", "text/event-stream")
		return events(t, req)
	}},
	{"events by GET and Last-Event-ID", true, false, func(t testing.TB, address, document, after string) (func() (trial.Answer, bool), func()) {
		req := request(t, http.MethodGet, address, document, "-1") // as a browser repeats it
		req.Header.Set("Accept", "text/event-stream")
		req.Header.Set("Last-Event-ID", after)
		return events(t, req)
	}},
	{"WebSocket", true, true, socket},
}

func variables(after string) map[string]any {
	if after == "" {
		return nil
	}
	return map[string]any{"after": after}
}

// request asks for a document, which may have a variable after.
func request(t testing.TB, method, address, document, after string) *http.Request {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables(after)})
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodGet {
		text, err := json.Marshal(variables(after))
		if err != nil {
			t.Fatal(err)
		}
		address, body = address+"/?"+url.Values{"query": {document}, "variables": {string(text)}}.Encode(), nil
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

func once(t testing.TB, req *http.Request) (func() (trial.Answer, bool), func()) {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var a trial.Answer
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	answered := false
	return func() (trial.Answer, bool) { defer func() { answered = true }(); return a, !answered }, func() {}
}

func events(t testing.TB, req *http.Request) (func() (trial.Answer, bool), func()) {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	next := func() (a trial.Answer, ok bool) {
		for lines.Scan() {
			text, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			if err := json.Unmarshal([]byte(text), &a); err != nil {
				t.Fatalf("%v in %s", err, text)
			}
			return a, true
		}
		return a, false
	}
	return next, func() { _ = res.Body.Close() }
}

func socket(t testing.TB, address, document, after string) (func() (trial.Answer, bool), func()) {
	t.Helper()
	ws, _, err := websocket.Dial(t.Context(), address, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	ws.SetReadLimit(-1)
	body, err := json.Marshal(map[string]any{"id": "1", "type": "subscribe", "payload": map[string]any{"query": document, "variables": variables(after)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []string{`{"type":"connection_init"}`, string(body)} {
		if err := ws.Write(t.Context(), websocket.MessageText, []byte(m)); err != nil {
			t.Fatal(err)
		}
	}
	next := func() (a trial.Answer, ok bool) {
		for {
			_, text, err := ws.Read(context.WithoutCancel(t.Context()))
			if err != nil {
				t.Fatal(err)
			}
			var m struct {
				Type    string
				Payload json.RawMessage
			}
			if err := json.Unmarshal(text, &m); err != nil {
				t.Fatalf("%v in %s", err, text)
			}
			switch m.Type {
			case "next":
				err = json.Unmarshal(m.Payload, &a)
			case "error":
				err = json.Unmarshal(m.Payload, &a.Errors)
			case "complete":
				return a, false
			default:
				continue
			}
			if err != nil {
				t.Fatalf("%v in %s", err, text)
			}
			return a, true
		}
	}
	return next, func() { _ = ws.CloseNow() }
}
