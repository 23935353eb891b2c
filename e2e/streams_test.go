package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

// TestStreams has the reference clients follow the whole record in pieces: they
// see every index once.
func TestStreams(t *testing.T) {
	s := serve(t)
	size := recorded(t, s)
	want := make([]string, size)
	for i := range want {
		want[i] = fmt.Sprint(i)
	}
	for _, by := range []string{"ws", "sse"} {
		var got []string
		if err := json.Unmarshal([]byte(node(t, "streams.mjs", by, s.url+"/graphql", s.token(t, "auditor"), fmt.Sprint(size))), &got); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %s: saw %v, want 0 to %d", by, got, size-1)
		}
	}
}

// recorded is how many records the demo has, once they can be read.
func recorded(t *testing.T, s *server) int {
	t.Helper()
	for {
		res, err := http.Get(s.url + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		var is struct{ Index int }
		err = json.NewDecoder(res.Body).Decode(&is)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode == http.StatusOK && is.Index > 20 {
			return is.Index + 1
		}
	}
}

// TestLastEventID goes on as a browser does when its connection breaks.
func TestLastEventID(t *testing.T) {
	s := serve(t)
	token := s.token(t, "auditor")
	size := recorded(t, s)
	last := ""
	for seen := 0; seen < size; {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/graphql?query=subscription%7BauditEvents(after:%22-1%22)%7Bevent%7Btype%7D%7D%7D", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", "text/event-stream")
		req.Header.Set("Authorization", "Bearer "+token)
		if last != "" {
			req.Header.Set("Last-Event-ID", last)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(res.Body)
		for some := 0; some < 7 && seen < size && lines.Scan(); {
			if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
				if id != fmt.Sprint(seen) {
					t.Fatalf("after %s comes %s", last, id)
				}
				last = id
				some++
				seen++
			}
		}
		res.Body.Close()
	}
}

// TestClosings are what the reference client is told: that its token is not
// good, and that the server stops, which it does at once all the same.
func TestClosings(t *testing.T) {
	s := &server{data: t.TempDir()}
	s.start(t, "--demo")
	if got := node(t, "closings.mjs", s.url+"/graphql", "no.such.token"); strings.TrimSpace(got) != "4403" {
		t.Errorf("with a bad token the connection ends with %s, want 4403", got)
	}
	client := exec.CommandContext(t.Context(), "node", "closings.mjs", s.url+"/graphql", s.token(t, "ngo"))
	out, err := client.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "greeted" {
		t.Fatalf("heard %q", lines.Text())
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/graphql?query=subscription%7BsubmissionChanged%7Bindex%7D%7D", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	events, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	began := time.Now()
	s.stop(t)
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("it took %s to stop", took)
	}
	if rest, err := io.ReadAll(events.Body); err != nil || strings.Contains(string(rest), "complete") {
		t.Errorf("when the server stops the events end with %q, %v; want an end that is none of the subscription's", rest, err)
	}
	if !lines.Scan() || lines.Text() != "1001" {
		t.Errorf("when the server stops the connection ends with %q, want 1001", lines.Text())
	}
	if err := await.End(t, client, "the client"); err != nil {
		t.Error(err)
	}
	if strings.Contains(s.errs.String(), "cut off") {
		t.Errorf("something was cut off: %s", s.errs.String())
	}
}
