package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

const canary = "c4n4ryInTheMine" // what somebody might send by mistake, such as a password

// TestCanary sends it in every kind of bad request, and finds it in no answer
// and in nothing that the program prints.
func TestCanary(t *testing.T) {
	s := serve(t, "--origin", "canary.example/log")
	for what, raw := range rawRequests() {
		noEcho(t, what, converse(t, s.url, raw))
	}
	for what, r := range badRequests(t, s.url+"/graphql") {
		noEcho(t, what, exchange(t, r))
	}
	for what, m := range badMessages() {
		noEcho(t, what, speak(t, s.url+"/graphql", m))
	}
	noEcho(t, "the program", s.errs.String())
}

func noEcho(t *testing.T, what, heard string) {
	t.Helper()
	if heard == "" && what != "the program" {
		t.Errorf("%s: nothing was answered", what)
	}
	if i := strings.Index(strings.ToLower(heard), strings.ToLower(canary)); i >= 0 {
		t.Errorf("%s: it says %.200q", what, heard[max(0, i-100):])
	}
}

// rawRequests are what no client would send, some of it refused before anything
// of ours sees it.
func rawRequests() map[string]string {
	head := func(line string, headers ...string) string {
		return line + "\r\nHost: x\r\nConnection: close\r\n" + strings.Join(headers, "\r\n") + "\r\n\r\n"
	}
	return map[string]string{
		"no HTTP":              canary + "\r\n\r\n",
		"a method":             head(canary + " /graphql HTTP/1.1"),
		"a malformed method":   head("{" + canary + "} /graphql HTTP/1.1"),
		"a version":            head("GET /graphql HTTP/" + canary),
		"a malformed path":     head("GET /graphql%zz" + canary + " HTTP/1.1"),
		"a query string":       head("GET /graphql?" + canary + " HTTP/1.1"),
		"a bad escape":         head("GET /graphql?query=%zz" + canary + " HTTP/1.1"),
		"a semicolon":          head("GET /graphql?query=a;" + canary + " HTTP/1.1"),
		"a malformed header":   head("GET /graphql HTTP/1.1", canary),
		"a header's name":      head("GET /graphql HTTP/1.1", "a b"+canary+": 1"),
		"a header's value":     head("GET /graphql HTTP/1.1", "Accept: "+canary+"\x01"),
		"a long header":        head("GET /graphql HTTP/1.1", "X: "+strings.Repeat(canary, 10_000)),
		"a length":             head("POST /graphql HTTP/1.1", "Content-Length: "+canary),
		"two lengths":          head("POST /graphql HTTP/1.1", "Content-Length: 1", "Content-Length: 2", "X: "+canary),
		"a transfer coding":    head("POST /graphql HTTP/1.1", "Transfer-Encoding: "+canary),
		"a malformed chunk":    head("POST /graphql HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked") + canary + "\r\n",
		"an expectation":       head("POST /graphql HTTP/1.1", "Expect: "+canary),
		"a host":               "GET /graphql HTTP/1.1\r\nConnection: close\r\nHost: " + canary + "{}\r\n\r\n",
		"a handshake's key":    head("GET /graphql HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: "+canary),
		"a handshake's origin": head("GET /graphql HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Origin: https://"+canary),
		"a handshake's words":  head("GET /graphql HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: "+canary, "Sec-WebSocket-Protocol: "+canary),
	}
}

// converse sends bytes and returns what comes back.
func converse(t *testing.T, address, raw string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(conn, raw) // which is cut off when enough was seen of it
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	heard, _ := io.ReadAll(conn)
	return string(heard)
}

// badRequests are HTTP, and no GraphQL or no good one.
func badRequests(t *testing.T, address string) map[string]*http.Request {
	t.Helper()
	out := map[string]*http.Request{}
	add := func(what, method, query, body string, headers ...string) {
		for _, accept := range []string{"application/json", "application/graphql-response+json", "text/event-stream"} {
			r, err := http.NewRequestWithContext(t.Context(), method, address+query, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept", accept)
			for i := 0; i < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			out[what+", accepting "+r.Header.Get("Accept")] = r
		}
	}
	for what, body := range map[string]string{
		"no JSON": canary, "cut JSON": `{"query":"` + canary, "a list": `["` + canary + `"]`, "a batch": `[{"query":"{` + canary + `}"}]`, "trailing data": `{"query":"{__typename}"}` + canary,
		"a typo": `{"qeury":"` + canary + `"}`, "a name": `{"` + canary + `":1}`, "a name twice": `{"` + canary + `":1,"` + canary + `":2}`, "bad UTF-8": "{\"query\":\"" + canary + "\xff\"}", "a bad escape": `{"query":"\u` + canary + `"}`,
		"a query that is an object": `{"query":{"` + canary + `":1}}`, "variables that are a text": `{"query":"{__typename}","variables":"` + canary + `"}`, "extensions that are a list": `{"query":"{__typename}","extensions":["` + canary + `"]}`,
		"an operation's name": `{"query":"query a{__typename}","operationName":"` + canary + `"}`, "a field": `{"query":"{` + canary + `}"}`, "a syntax": `{"query":"` + canary + `"}`, "a variable": `{"query":"query($a:Int!){__typename}","variables":{"a":"` + canary + `"}}`,
		"a persisted query": `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + canary + `"}}}`, "an index": `{"query":"{__typename}","extensions":{"minIndex":"` + canary + `"}}`,
		"a large body": `{"query":"` + strings.Repeat(canary, 100_000) + `"}`, "a deep body": `{"query":"{__typename}","variables":{"a":` + strings.Repeat("[", 20_000) + `"` + canary + `"`,
		"an idempotency key": `{"query":"mutation{saveDraft(input:{idempotencyKey:\"` + canary + ` \"}){index}}"}`, "a subscription": `{"query":"subscription{` + canary + `{index}}"}`,
	} {
		add(what, http.MethodPost, "", body)
	}
	const good = `{"query":"{viewer{id}}"}`
	for name, value := range map[string]string{
		"Content-Type": "text/" + canary, "Content-Encoding": canary, "Accept": canary + "/*", "Authorization": "Bearer " + canary, "Rapporteur-Min-Index": canary, "Last-Event-ID": canary, "Origin": "https://" + canary,
		"Cookie": "a=" + canary, "Rapporteur-Acting-For": canary, "X-Forwarded-For": canary, "Referer": canary, "User-Agent": canary,
	} {
		add("the header "+name, http.MethodPost, "", good, name, value)
	}
	add("a basic sign-in", http.MethodPost, "", good, "Authorization", "Basic "+canary)
	add("a method", http.MethodPut, "", canary)
	for what, query := range map[string]string{
		"a query string": canary + "=" + canary, "a query by GET": "query=" + canary, "variables by GET": "query=%7B__typename%7D&variables=" + canary, "twice by GET": "query=" + canary + "&query=" + canary,
		"a mutation by GET": "query=" + url.QueryEscape("mutation "+canary+"{__typename}"), "a name by GET": "query=%7B__typename%7D&operationName=" + canary,
	} {
		add(what, http.MethodGet, "?"+query, "")
	}
	return out
}

// exchange returns all of an answer: its headers and what there is of its body.
func exchange(t *testing.T, r *http.Request) string {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatalf("%s: %v", r.URL.Path, err)
	}
	defer res.Body.Close()
	var heard bytes.Buffer
	heard.WriteString(res.Status + "\n")
	if err := res.Header.Write(&heard); err != nil {
		t.Fatal(err)
	}
	if _, err := heard.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	return heard.String()
}

// badMessages are what a WebSocket is told after it was opened.
func badMessages() map[string][]string {
	init := `{"type":"connection_init"}`
	subscribe := func(payload string) []string {
		return []string{init, `{"id":"1","type":"subscribe","payload":` + payload + `}`}
	}
	return map[string][]string{
		"no JSON by WebSocket":    {canary},
		"an unknown type":         {`{"type":"` + canary + `"}`},
		"a ping":                  {`{"type":"ping","payload":{"a":"` + canary + `"}}`, canary},
		"a token":                 {`{"type":"connection_init","payload":{"Authorization":"Bearer ` + canary + `"}}`},
		"a token of another kind": {`{"type":"connection_init","payload":{"Authorization":{"a":"` + canary + `"}}}`},
		"a bad payload":           {`{"type":"connection_init","payload":"` + canary + `"}`},
		"a document":              append(subscribe(`{"query":"{`+canary+`}"}`), canary),
		"a syntax by WebSocket":   append(subscribe(`{"query":"`+canary+`"}`), canary),
		"bad variables":           subscribe(`{"query":"{__typename}","variables":["` + canary + `"]}`),
		"a bad variable":          append(subscribe(`{"query":"query($a:Int!){__typename}","variables":{"a":"`+canary+`"}}`), canary),
		"an unknown id":           {init, `{"type":"complete","id":"` + canary + `"}`, canary},
		"an id twice":             {init, `{"id":"` + canary + `","type":"subscribe","payload":{"query":"subscription{submissionChanged{index}}"}}`, `{"id":"` + canary + `","type":"subscribe","payload":{"query":"{__typename}"}}`},
		"a large message":         {init, `{"type":"` + strings.Repeat(canary, 100_000) + `"}`},
		"bad UTF-8 by WebSocket":  {init, "{\"type\":\"" + canary + "\xff\"}"},
	}
}

// speak sends messages until the server closes, and returns what it said.
func speak(t *testing.T, address string, messages []string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.CloseNow() }()
	for _, m := range messages {
		_ = ws.Write(ctx, websocket.MessageText, []byte(m)) // which may have closed already
	}
	var heard strings.Builder
	for {
		_, text, err := ws.Read(ctx)
		if e, ok := errors.AsType[websocket.CloseError](err); ok {
			fmt.Fprintf(&heard, "%d %s", e.Code, e.Reason)
			return heard.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		heard.Write(text)
	}
}
