package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// listen opens a stream as the public over server-sent events and returns what
// it sends, one payload at a time.
func listen(t *testing.T, tr *trial.Trial, document string) func() map[string]any {
	t.Helper()
	srv := httptest.NewServer(tr.API)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(func() { cancel(); srv.CloseClientConnections(); srv.Close() })
	body, err := json.Marshal(map[string]string{"query": document})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	lines := bufio.NewScanner(res.Body)
	return func() map[string]any {
		t.Helper()
		for lines.Scan() {
			text, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var a trial.Answer
			if err := json.Unmarshal([]byte(text), &a); err != nil || len(a.Errors) > 0 {
				t.Fatalf("the stream sent %s: %v", text, err)
			}
			change, _ := a.Get("submissionChanged").(map[string]any)
			return change
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return nil
	}
}

// TestSubmissionChanged sends the public what it may see, from an index on and
// in the order of the record; what is not published sends nothing.
func TestSubmissionChanged(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	call := tr.Call("A call")
	before, _ := send(tr, "ngo", "saveDraft", `consultationId: "`+string(call)+`", text: {language: "en", value: "A draft."}`).Get("do", "index").(string)
	ids := [2]string{}
	for i := range ids {
		ids[i], _ = send(tr, "ngo", "submitSubmission", `consultationId: "`+string(call)+`", text: {language: "en", value: "No."}`).Get("do", "submission", "id").(string)
	}
	published, _ := send(tr, "secretariat", "publishSubmission", `id: "`+ids[1]+`"`).Get("do", "index").(string)

	next := listen(t, tr, `subscription { submissionChanged(after: "`+before+`") { index submission { id } } }`)
	if got := next(); got["index"] != published || got["submission"].(map[string]any)["id"] != ids[1] {
		t.Errorf("the stream sent %v, want %s at %s: before its publication there was nothing to see", got, ids[1], published)
	}
	resumed := listen(t, tr, `subscription { submissionChanged(after: "`+published+`") { index submission { id } } }`)
	after, _ := send(tr, "secretariat", "publishSubmission", `id: "`+ids[0]+`"`).Get("do", "index").(string)
	if got := resumed(); got["index"] != after || got["submission"].(map[string]any)["id"] != ids[0] {
		t.Errorf("resumed after %s, the stream sent %v; want %s at %s", published, got, ids[0], after)
	}
}

// TestTwoStreamsAtOnce is bad input, and no fault of ours.
func TestTwoStreamsAtOnce(t *testing.T) {
	tr := trial.New(t)
	srv := httptest.NewServer(tr.API)
	t.Cleanup(srv.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL, strings.NewReader(`{"query":"subscription { a: submissionChanged { index } b: submissionChanged { index } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(body), "BAD_USER_INPUT") || strings.Contains(string(body), "INTERNAL") {
		t.Errorf("got %s", body)
	}
}
