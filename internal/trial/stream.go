package trial

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

// Stream subscribes as name, or as the public for an empty name, and returns
// what the API sends until until says that it was the last, or the stream ends.
func (tr *Trial) Stream(name, document string, variables map[string]any, until func(Answer) bool) []Answer {
	tr.t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		tr.t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if name != "" {
			req = req.WithContext(auth.With(req.Context(), auth.Identity{Issuer: auth.DevName, Subject: name, Name: name}))
		}
		tr.API.ServeHTTP(w, req)
	}))
	defer server.Close()
	ctx := await.Context(tr.t, "a stream to end, or to send what is waited for")
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader(string(body)))
	if err != nil {
		tr.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	res, err := server.Client().Do(req)
	if err != nil {
		tr.t.Fatal(err)
	}
	defer res.Body.Close()
	var all []Answer
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data:")
		if !ok || strings.TrimSpace(data) == "" {
			continue
		}
		var a Answer
		if err := json.Unmarshal([]byte(data), &a); err != nil {
			tr.t.Fatalf("%v in %s", err, data)
		}
		all = append(all, a)
		if until(a) {
			return all
		}
	}
	if err := lines.Err(); err != nil {
		tr.t.Fatalf("%v: %v; it sent %v", context.Cause(ctx), err, all)
	}
	return all
}
