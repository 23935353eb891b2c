package transport

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

const streaming = "Accept: text/event-stream"

func count(to int) string {
	return "/?query=" + url.QueryEscape(fmt.Sprintf("subscription { count(to: %d) }", to))
}

// TestEvents are next and complete, with the index as id; everything else than
// a subscription has one next, and so has a request error.
func TestEvents(t *testing.T) {
	s := newServer()
	get := func(document string) string { return "/?query=" + url.QueryEscape(document) }
	tests := []struct {
		name, method, target, body string
		want                       string
	}{
		{"a subscription", "GET", count(2), "", "id: 1\nevent: next\ndata: {\"data\":{\"count\":1}}\n\nid: 2\nevent: next\ndata: {\"data\":{\"count\":2}}\n\nevent: complete\ndata:\n\n"},
		{"by POST", "POST", "/", `{"query":"subscription { count(to: 1) }"}`, "id: 1\nevent: next\ndata: {\"data\":{\"count\":1}}\n\nevent: complete\ndata:\n\n"},
		{"a query", "GET", get(`{ name }`), "", "event: next\ndata: {\"data\":{\"name\":\"it\"}}\n\nevent: complete\ndata:\n\n"},
		{"a mutation", "POST", "/", `{"query":"mutation { name }"}`, "event: next\ndata: {\"data\":{\"name\":\"it\"}}\n\nevent: complete\ndata:\n\n"},
		{"a panic", "GET", get(`subscription { panics }`), "", "id: 1\nevent: next\ndata: {\"data\":{\"panics\":1}}\n\nevent: next\ndata: {\"errors\":[{\"message\":\"noted\",\"extensions\":{\"code\":\"INTERNAL\"}}]}\n\nevent: complete\ndata:\n\n"},
		{"a producer that gives up", "GET", get(`subscription { breaks }`), "", "id: 1\nevent: next\ndata: {\"data\":{\"breaks\":1}}\n\nevent: next\ndata: {\"errors\":[{\"message\":\"no more\",\"extensions\":{\"code\":\"UNAVAILABLE\"}}]}\n\nevent: complete\ndata:\n\n"},
	}
	for _, tt := range tests {
		w := ask(s, tt.method, tt.target, tt.body, streaming, isJSONBody)
		if got := strings.TrimPrefix(w.Body.String(), ":\n\n"); w.Code != 200 || got != tt.want {
			t.Errorf("%s: got %d\n%s\nwant\n%s", tt.name, w.Code, got, tt.want)
		}
		if got := w.Header().Get("Content-Type"); got != "text/event-stream; charset=utf-8" {
			t.Errorf("%s: the type is %s", tt.name, got)
		}
	}
	w := ask(s, "GET", get(`{ nothing }`), "", streaming)
	if got := w.Body.String(); w.Code != 200 || !strings.HasPrefix(got, ":\n\nevent: next\ndata: {\"errors\":[") || !strings.HasSuffix(got, "event: complete\ndata:\n\n") {
		t.Errorf("a request error: got %d %s", w.Code, got)
	}
	if w := ask(s, "GET", get(`mutation { name }`), "", streaming); w.Code != 405 {
		t.Errorf("a mutation by GET: answered %d %s", w.Code, w.Body)
	}
	if w := ask(s, "GET", count(1), "", "Accept: application/json, text/event-stream"); w.Header().Get("Content-Type") != "text/event-stream; charset=utf-8" {
		t.Errorf("a subscription, taking both: answered %v", w.Header())
	}
}

// TestLastEventID goes on after it, or refuses what never was an id.
func TestLastEventID(t *testing.T) {
	s := newServer()
	for id, want := range map[string]string{"": "id: 1\n", "0": "id: 1\n", "1": "id: 2\n", "-1": "id: 0\n"} {
		w := ask(s, "GET", count(2), "", streaming, "Last-Event-ID: "+id)
		if got := strings.TrimPrefix(w.Body.String(), ":\n\n"); !strings.HasPrefix(got, want) {
			t.Errorf("after %q: got %s, want %s first", id, got, want)
		}
	}
	for _, id := range []string{"xyzzy-7261", "-2", "+1", "01", "1 ", "1.0", "9223372036854775808", "１"} {
		w := ask(s, "GET", count(2), "", streaming, "Last-Event-ID: "+id)
		if w.Code != 400 || code(t, w) != "BAD_USER_INPUT" || strings.Contains(w.Body.String(), "xyzzy") {
			t.Errorf("after %q: answered %d %s, want 400", id, w.Code, w.Body)
		}
	}
	if w := ask(s, "GET", count(2), "", streaming, "Last-Event-ID: 1", "Last-Event-ID: 2"); w.Code != 400 {
		t.Errorf("after two: answered %d %s, want 400", w.Code, w.Body)
	}
	if w := ask(s, "GET", "/?query={name}", "", "Last-Event-ID: xyzzy"); w.Code != 200 {
		t.Errorf("without a stream it matters: answered %d %s", w.Code, w.Body)
	}
}

// FuzzLastEventID accepts what it would write itself, and nothing else.
func FuzzLastEventID(f *testing.F) {
	for _, seed := range []string{"", "0", "-1", "007", "9223372036854775807", "1e3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		s := new(Stream)
		no := s.resume(http.Header{"Last-Event-Id": {id}})
		index, resumed := s.After()
		if no != nil && resumed {
			t.Errorf("%q is refused and resumed", id)
		}
		if no == nil && id != "" && strconv.FormatInt(index, 10) != id {
			t.Errorf("%q is read as %d", id, index)
		}
	})
}

// open begins a stream on a real server.
func open(t *testing.T, target string) (*http.Response, *bufio.Scanner) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res, bufio.NewScanner(res.Body)
}

const silent = "/?query=subscription+%7B+silent+%7D"

// TestStreamOutlivesTheServersLimits, which are for answers in one piece.
func TestStreamOutlivesTheServersLimits(t *testing.T) {
	s := newServer()
	s.Heartbeat = 100 * time.Millisecond
	srv := httptest.NewUnstartedServer(s)
	// Its limits begin before this client, of the same process, has asked.
	srv.Config.ReadTimeout, srv.Config.WriteTimeout = time.Second, time.Second
	srv.Start()
	t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	_, lines := open(t, srv.URL+silent)
	for range 30 { // an empty line after each beat
		if !lines.Scan() {
			t.Fatalf("it ended: %v", lines.Err())
		}
	}
}

// TestStreamExpires says why it ends, and that it does.
func TestStreamExpires(t *testing.T) {
	s := newServer()
	s.Left = func(context.Context) (time.Duration, bool) { return 50 * time.Millisecond, true }
	w := ask(s, "GET", silent, "", streaming)
	if got := w.Body.String(); !strings.Contains(got, "UNAUTHENTICATED") || !strings.HasSuffix(got, "event: complete\ndata:\n\n") {
		t.Errorf("got %s", got)
	}
}

// TestStreamsStop without complete, so that clients come again; no more begin.
func TestStreamsStop(t *testing.T) {
	s := newServer()
	addr := listen(t, s)
	_, lines := open(t, addr+silent)
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		if strings.Contains(lines.Text(), "complete") {
			t.Error("the stream says that it is complete")
		}
	}
	if lines.Err() != nil {
		t.Errorf("it ended with %v", lines.Err())
	}
	if res, _ := open(t, addr+silent); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one more was opened: %s", res.Status)
	}
}

// TestStreamsOfOne are as many as it may have, of a person or an address.
func TestStreamsOfOne(t *testing.T) {
	s := newServer()
	limits := persons(s)
	s.Streams = 2
	addr := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), personKey{}, r.URL.Query().Get("person"))))
	}))
	for _, person := range []string{"", "ann", "ann", ""} {
		if res, _ := open(t, addr+silent+"&person="+person); res.StatusCode != 200 {
			t.Errorf("%q: answered %s", person, res.Status)
		}
	}
	for _, person := range []string{"", "ann"} {
		if res, _ := open(t, addr+silent+"&person="+person); res.StatusCode != http.StatusTooManyRequests {
			t.Errorf("%q opens a third: %s", person, res.Status)
		}
	}
	if got := limits(); len(got) != 2 || got[0] != "streams" {
		t.Errorf("counted as refused %q, want two of streams", got)
	}
}

// TestSlowListener is cut off.
func TestSlowListener(t *testing.T) {
	s := newServer()
	noticed := make(chan string, 1)
	s.Refused = func(limit string) { noticed <- limit }
	s.Write = 50 * time.Millisecond
	conn, err := net.Dial("tcp", strings.TrimPrefix(listen(t, s), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /?query=subscription%%7Bbursts%%7D HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n")
	select {
	case got := <-noticed:
		if got != "reader" {
			t.Errorf("counted as refused %s, want reader", got)
		}
	case <-time.After(time.Minute):
		t.Error("it was kept")
	}
}

// TestAddress counts a home's many addresses as one.
func TestAddress(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:1234":              "192.0.2.7",
		"[::ffff:192.0.2.7]:1234":     "192.0.2.7",
		"[2001:db8:1:2:3:4:5:6]:1234": "2001:db8:1:2::/64",
		"[2001:db8:1:2:ffff::1]:99":   "2001:db8:1:2::/64",
		"[fe80::1%eth0]:1234":         "fe80::/64",
		"@":                           "@",
	} {
		if got := Address(remote); got != want {
			t.Errorf("%s is counted as %s, want %s", remote, got, want)
		}
	}
}
