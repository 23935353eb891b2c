package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/internal/redisserver"
	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/redis"
)

// A request is one of a client's, by a demo person or nobody.
type request struct {
	as   string
	body string
}

const (
	plan     = `{"query": "mutation ($input: PlanConsultationInput!) {planConsultation(input: $input) {consultation {id title {original {value}}} index userErrors {code reason}}}", "variables": {"input": {"idempotencyKey": "a-key-of-the-trial-1", "title": {"language": "en", "value": "What next?"}}}}`
	document = `{consultations(first: 3) {nodes {symbol}}}`
)

// story is what one client after the other asks: reads, commands, a command
// again, what is refused and why, a document by its hash before and after it
// was sent, and more than the budget allows.
func story() []request {
	hash := shared.HashOf(document)
	named := `"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "` + hash + `"}}`
	all := []request{
		{"", `{"query": "{briefing(date: \"2020-03-04\") {place {city} outcomes {text {original {value}}}}}"}`},
		{"", `{"query": "{viewer {id}}"}`},
		{"ngo", `{"query": "{viewer {id}}"}`},
		{"secretariat", plan},
		{"secretariat", plan},
		{"secretariat", strings.Replace(plan, "What next?", "What then?", 1)},
		{"ngo", strings.Replace(plan, "trial-1", "trial-2", 1)},
		{"", plan},
		{"", `{"query": "{nothing}"}`},
		{"", `{"query": "{"}`},
		{"", `{` + named + `}`},
		{"", `{"query": "` + document + `", ` + named + `}`},
		{"", `{` + named + `}`},
		{"", `{"query": "{consultations(first: 100) {nodes {submissions(first: 100) {nodes {id}}}}}"}`},
	}
	for range 8 {
		all = append(all, request{"ngo2", `{"query": "{search(query: \"migration\", first: 100) {nodes {__typename}}}"}`})
	}
	return all
}

// send returns the status and what was answered, without what no two servers
// answer alike: indexes, as timers record too, receipts and what is left of a budget.
func (r request) send(t testing.TB, s *server, tokens map[string]string) []any {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json")
	if r.as != "" {
		req.Header.Set("Authorization", "Bearer "+tokens[r.as])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer any
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%s: %v in %s", r.body, err, body)
	}
	return []any{resp.StatusCode, settled(answer)}
}

// settled leaves out of an answer what depends on the moment.
func settled(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			switch name {
			case "index", "receipt", "left", "retryAfter":
				delete(v, name)
			case "message":
				v[name], _, _ = strings.Cut(v[name].(string), " points, and ") // of which so many are left
			default:
				v[name] = settled(v[name])
			}
		}
	case []any:
		for n := range v {
			v[n] = settled(v[n])
		}
	}
	return v
}

// budget is spent by two searches of a hundred results.
var budget = []string{"--budget-person", "250"}

var people = []string{"ngo", "ngo2", "secretariat"}

// told tells the whole story, and then that a token was taken back.
func told(t testing.TB, s *server, tokens map[string]string) (answers [][]any) {
	t.Helper()
	for _, r := range story() {
		answers = append(answers, r.send(t, s, tokens))
	}
	who := request{"ngo", `{"query": "{viewer {id}}"}`}
	revoke(t, s, "ngo")
	eventually(t, "the token is refused", func() bool { return who.send(t, s, tokens)[0] == http.StatusUnauthorized })
	return append(answers, who.send(t, s, tokens))
}

func revoke(t testing.TB, s *server, name string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), program, "token", "revoke", "--sub", name, "--data", s.data).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// eventually waits until something is so.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	end := time.NewTimer(20 * time.Second)
	defer end.Stop()
	for !so() {
		select {
		case <-look.C:
		case <-end.C:
			t.Fatalf("never: %s", what)
		}
	}
}

// ready is what a server says of itself: its status, and of each part.
func (s *server) ready(t testing.TB) (status string, checks map[string]string) {
	t.Helper()
	resp, err := http.Get(s.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var is struct {
		Status string
		Checks map[string]string
	}
	if err := json.NewDecoder(resp.Body).Decode(&is); err != nil {
		t.Fatal(err)
	}
	return is.Status, is.Checks
}

// installation is a data folder with the demo on it, and tokens of its people.
func installation(t testing.TB) (dir string, tokens map[string]string) {
	t.Helper()
	s := &server{data: filepath.Join(t.TempDir(), "data")}
	s.start(t, "--demo")
	tokens = map[string]string{}
	for _, name := range people {
		tokens[name] = s.token(t, name)
	}
	s.stop(t)
	return s.data, tokens
}

// copied starts a server on a copy of a data folder: with the same keys, so that
// ids are the same and so is what is shared.
func copied(t testing.TB, dir string, args ...string) *server {
	t.Helper()
	s := &server{data: filepath.Join(t.TempDir(), "data")}
	if err := os.CopyFS(s.data, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"keys/installation", "keys/log", "keys/dev-issuer.pem"} {
		if err := os.Chmod(filepath.Join(s.data, key), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.start(t, args...)
	t.Cleanup(func() { s.stop(t) })
	eventually(t, "it answers", func() bool {
		_, is := s.ready(t)
		return is["readModels"] == "ok" && is["search"] == "ok"
	})
	return s
}

func do(t testing.TB, f func() error) {
	t.Helper()
	if err := f(); err != nil {
		t.Fatal(err)
	}
}

// TestRedisStates tells the same story to servers whose Redis is there, refuses
// or hangs, and to one that has none: all answer the same.
func TestRedisStates(t *testing.T) {
	dir, tokens := installation(t)
	want := told(t, copied(t, dir, budget...), tokens)
	seen := map[any]bool{}
	for _, a := range want {
		seen[a[0]] = true
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"RATE_LIMITED", "IDEMPOTENCY_KEY_REUSED", "NOT_ALLOWED", "PersistedQueryNotFound"} {
		if !bytes.Contains(text, []byte(code)) {
			t.Errorf("the story tells nothing of %s", code)
		}
	}
	for _, tt := range []struct {
		name, status string
		first        func(*redisserver.Server) error
	}{
		{"up", "ok", func(*redisserver.Server) error { return nil }},
		{"refused", "degraded", (*redisserver.Server).Kill},
		{"stopped", "degraded", (*redisserver.Server).Hang},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := redisserver.Start(t, redis.Rights("rapporteur"))
			do(t, func() error { return tt.first(r) })
			s := copied(t, dir, append(budget, "--redis", r.URL())...)
			if diff := cmp.Diff(want, told(t, s, tokens)); diff != "" {
				t.Errorf("other answers than without Redis:\n%s", diff)
			}
			eventually(t, "it is "+tt.status, func() bool { status, _ := s.ready(t); return status == tt.status })
			if strings.Contains(s.errs.String(), r.Password()) {
				t.Error("the password is logged")
			}
		})
	}
}

// TestRedisComesAndGoes under a server that answers all the while.
func TestRedisComesAndGoes(t *testing.T) {
	dir, tokens := installation(t)
	r := redisserver.Start(t, redis.Rights("rapporteur"))
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte(r.Password()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := copied(t, dir, "--redis", strings.Replace(r.URL(), ":"+r.Password()+"@", "@", 1), "--redis-password-file", password)
	who := request{"ngo", `{"query": "{viewer {id}}"}`}
	want := who.send(t, s, tokens)
	is := func(status string) {
		t.Helper()
		eventually(t, "it is "+status, func() bool {
			if diff := cmp.Diff(want, who.send(t, s, tokens)); diff != "" {
				t.Fatalf("another answer:\n%s", diff)
			}
			got, is := s.ready(t)
			return got == status && (is["redis"] == "ok") == (status == "ok")
		})
	}
	is("ok")
	for _, change := range []struct {
		what string
		do   func() error
		then string
	}{
		{"hang", r.Hang, "degraded"}, {"continue", r.Continue, "ok"},
		{"kill", r.Kill, "degraded"}, {"restart", r.Restart, "ok"},
		{"flush", func() error { _, err := r.Do("FLUSHALL"); return err }, "ok"},
		{"take a right", func() error { _, err := r.Do("ACL", "SETUSER", "rapporteur", "-publish"); return err }, "degraded"},
		{"give it again", func() error { _, err := r.Do("ACL", "SETUSER", "rapporteur", "+publish"); return err }, "ok"},
	} {
		do(t, change.do)
		is(change.then)
	}
	for _, line := range []string{"rapporteur_redis_trouble 0\n", `rapporteur_redis_alone_total{part="budgets"} `, `rapporteur_redis_alone_total{part="revocations"} `} {
		eventually(t, "/metrics says "+line, func() bool {
			resp, err := http.Get(s.url + "/metrics")
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			text, err := io.ReadAll(resp.Body)
			return err == nil && bytes.Contains(text, []byte(line))
		})
	}
}

// TestRedisShares: what one node was sent, spent or took back the other knows.
func TestRedisShares(t *testing.T) {
	dir, tokens := installation(t)
	r := redisserver.Start(t, redis.Rights("rapporteur"))
	args := append(budget, "--redis", r.URL())
	one, two := copied(t, dir, args...), copied(t, dir, args...)
	for _, s := range []*server{one, two} {
		eventually(t, "it shares", func() bool { _, is := s.ready(t); return is["redis"] == "ok" })
	}
	told(t, one, tokens)
	if status := (request{"ngo2", story()[len(story())-1].body}).send(t, two, tokens)[0]; status != http.StatusTooManyRequests {
		t.Errorf("the budget that was spent on one node: status %v on the other", status)
	}
	named := request{"", `{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "` + shared.HashOf(document) + `"}}}`}
	if got := named.send(t, two, tokens); got[0] != http.StatusOK {
		t.Errorf("the document that one node was sent: %v on the other", got)
	}
	who := request{"ngo", `{"query": "{viewer {id}}"}`}
	eventually(t, "the token is refused there too", func() bool { return who.send(t, two, tokens)[0] == http.StatusUnauthorized })
}
