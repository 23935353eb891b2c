package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
)

// A caller asks from somewhere, as somebody.
type caller struct{ name, address string }

// send asks with a whole body.
func (c caller) send(t *testing.T, api http.Handler, body map[string]any) trial.Answer {
	t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(sent))
	req.Header.Set("Content-Type", "application/json")
	return c.do(t, api, req)
}

// get asks by GET.
func (c caller) get(t *testing.T, api http.Handler, query url.Values) trial.Answer {
	t.Helper()
	return c.do(t, api, httptest.NewRequest(http.MethodGet, "/graphql?"+query.Encode(), nil))
}

func (c caller) do(t *testing.T, api http.Handler, req *http.Request) trial.Answer {
	t.Helper()
	if c.address != "" {
		req.RemoteAddr = c.address
	}
	if c.name != "" {
		req = req.WithContext(auth.With(req.Context(), auth.Identity{Issuer: auth.DevName, Subject: c.name, Name: c.name}))
	}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, req)
	var a trial.Answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return a
}

// codeOf is the code of an answer's first error, or empty.
func codeOf(a trial.Answer) any {
	if len(a.Errors) == 0 {
		return ""
	}
	more, _ := a.Errors[0]["extensions"].(map[string]any)
	return more["code"]
}

// TestBudgets: persons have their own wherever they are, and the public has one
// an address.
func TestBudgets(t *testing.T) {
	tr := trial.New(t)
	var mu sync.Mutex
	refused := map[string]int{}
	serveWith(tr, graph.Config{
		Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, Budgets: memory.NewBudgets(tr.Now), PersonBudget: 120, AddressBudget: 60,
		Refused: func(limit string) { mu.Lock(); defer mu.Unlock(); refused[limit]++ },
	})
	ask := func(c caller) trial.Answer {
		t.Helper()
		return c.send(t, tr.API, map[string]any{"query": `{consultations(first: 19) {nodes {id}}}`})
	}
	for _, tt := range []struct {
		who   caller
		times int // that it can be asked, at 20 points and 10 for reading it the first time
	}{
		{caller{address: "192.0.2.1:1000"}, 2},
		{caller{address: "192.0.2.1:2000"}, 0}, // another port is the same address
		{caller{address: "192.0.2.2:1000"}, 3}, // the document is known by now
		{caller{address: "[2001:db8::1]:1000"}, 3},
		{caller{address: "[2001:db8::ffff:2]:1000"}, 0}, // the same network
		{caller{address: "[2001:db8:0:1::1]:1000"}, 3},
		{caller{"ngo", "192.0.2.1:1000"}, 6},
		{caller{"ngo", "192.0.2.9:1000"}, 0},
		{caller{"ngo2", "192.0.2.1:1000"}, 6},
	} {
		for i := range tt.times {
			if a := ask(tt.who); a.Errors != nil {
				t.Errorf("%v, time %d: %v", tt.who, i+1, a.Errors)
			}
		}
		a := ask(tt.who)
		if codeOf(a) != "RATE_LIMITED" {
			t.Errorf("%v, time %d: %+v, want it refused", tt.who, tt.times+1, a)
			continue
		}
		more := a.Errors[0]["extensions"].(map[string]any)
		if wait, _ := more["retryAfter"].(float64); wait < 1 || wait > 60 || more["limit"] != "budget" {
			t.Errorf("%v: %v", tt.who, more)
		}
	}
	if refused["budget"] != 9 {
		t.Errorf("refusals are counted as %v", refused)
	}
	tr.Wait(time.Minute)
	if a := ask(caller{address: "192.0.2.1:1000"}); a.Errors != nil {
		t.Errorf("a minute later: %v", a.Errors)
	}
}

// TestBadDocumentsCost: nobody can have bad documents looked at, or looked for
// by their hash, without end.
func TestBadDocumentsCost(t *testing.T) {
	tr := trial.New(t)
	unknown := map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": shared.HashOf("{nothing}")}}
	for _, body := range []map[string]any{{"query": "{nothing}"}, {"extensions": unknown}} {
		serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, Budgets: memory.NewBudgets(tr.Now), AddressBudget: 100, Documents: memory.NewDocuments()})
		who := caller{address: "192.0.2.1:1000"}
		read := 0
		for range 20 {
			if codeOf(who.send(t, tr.API, body)) == "BAD_USER_INPUT" {
				read++
			}
		}
		if read != 10 {
			t.Errorf("%v: looked at %d times, want 10 of 10 points each", body, read)
		}
	}
}

// TestCostOnRequest is told to those who ask for it.
func TestCostOnRequest(t *testing.T) {
	tr := trial.New(t)
	serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}})
	who := caller{address: "192.0.2.1:1000"}
	body := map[string]any{"query": `{consultations(first: 19) {nodes {id}}}`, "extensions": map[string]any{"cost": true}}
	a := who.send(t, tr.API, body)
	if cost, _ := a.Extensions["cost"].(map[string]any); cost["points"] != 20.0 || cost["limit"] != 5000.0 || cost["left"] != nil {
		t.Errorf("without budgets: %v", a.Extensions)
	}
	serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, Budgets: memory.NewBudgets(tr.Now), AddressBudget: 100})
	a = who.send(t, tr.API, body)
	if cost, _ := a.Extensions["cost"].(map[string]any); cost["points"] != 20.0 || cost["budget"] != 100.0 || cost["left"] != 70.0 {
		t.Errorf("with a budget: %v", a.Extensions)
	}
	delete(body, "extensions")
	if a := who.send(t, tr.API, body); a.Extensions["cost"] != nil {
		t.Errorf("nobody asked: %v", a.Extensions)
	}
	a = who.send(t, tr.API, map[string]any{"query": `{consultations(first: 100) {nodes {submissions(first: 100) {nodes {id}}}}}`})
	if want := "This operation costs 10,201 points; at most 5,000 are allowed: ask for shorter pages, or for less in each."; codeOf(a) != "BAD_USER_INPUT" || a.Errors[0]["message"] != want {
		t.Errorf("too much: %+v, want %q", a, want)
	}
}

// TestPersistedQueries are known by their hash once they were sent and found valid.
func TestPersistedQueries(t *testing.T) {
	tr := trial.New(t)
	kept := memory.NewDocuments()
	serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, Documents: kept})
	const document = `query ($n: Int!) {consultations(first: $n) {nodes {id}}}`
	named := func(text string) map[string]any {
		return map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": shared.HashOf(text)}}
	}
	vars := map[string]any{"n": 1}
	who := caller{}
	get := func(text, query string) trial.Answer {
		t.Helper()
		more, err := json.Marshal(named(text))
		if err != nil {
			t.Fatal(err)
		}
		v := url.Values{"extensions": {string(more)}, "variables": {`{"n":1}`}}
		if query != "" {
			v.Set("query", query)
		}
		return who.get(t, tr.API, v)
	}
	unknown := func(what string, a trial.Answer) {
		t.Helper()
		if codeOf(a) != "BAD_USER_INPUT" || a.Errors[0]["message"] != "PersistedQueryNotFound" {
			t.Errorf("%s: %+v, want PersistedQueryNotFound", what, a)
		}
	}
	answered := func(what string, a trial.Answer) {
		t.Helper()
		if a.Errors != nil || a.Data == nil {
			t.Errorf("%s: %+v", what, a)
		}
	}
	unknown("before it was sent", who.send(t, tr.API, map[string]any{"extensions": named(document), "variables": vars}))
	unknown("before it was sent, by GET", get(document, ""))
	answered("sent", who.send(t, tr.API, map[string]any{"query": document, "extensions": named(document), "variables": vars}))
	answered("by its hash", who.send(t, tr.API, map[string]any{"extensions": named(document), "variables": vars}))
	answered("by its hash, as an empty text", who.send(t, tr.API, map[string]any{"query": "", "extensions": named(document), "variables": vars}))
	answered("by its hash, by GET", get(document, ""))
	other := document + " "
	answered("sent by GET", get(other, other))
	answered("by its hash after that", who.send(t, tr.API, map[string]any{"extensions": named(other), "variables": vars}))

	for name, bad := range map[string]string{"invalid": "{nothing}", "no GraphQL": "{", "too much": strings.Repeat("{viewer", 20) + strings.Repeat("}", 20)} {
		who.send(t, tr.API, map[string]any{"query": bad, "extensions": named(bad)})
		unknown(name, who.send(t, tr.API, map[string]any{"extensions": named(bad)}))
	}
	long := "{viewer{id}}" + strings.Repeat(" ", 16<<10)
	answered("a long one", who.send(t, tr.API, map[string]any{"query": long, "extensions": named(long)}))
	unknown("a long one is not kept", who.send(t, tr.API, map[string]any{"extensions": named(long)}))

	for name, said := range map[string]any{
		"another hash":    map[string]any{"version": 1, "sha256Hash": shared.HashOf("x")},
		"another version": map[string]any{"version": 2, "sha256Hash": shared.HashOf(document)},
		"no hash":         map[string]any{"version": 1},
		"a short hash":    map[string]any{"version": 1, "sha256Hash": "ab"},
		"a text":          "x",
	} {
		a := who.send(t, tr.API, map[string]any{"query": document, "extensions": map[string]any{"persistedQuery": said}, "variables": vars})
		if codeOf(a) != "BAD_USER_INPUT" || a.Data != nil {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// lying documents say something else than what was kept.
type lying struct{ shared.Documents }

func (l lying) Document(ctx context.Context, hash string) (string, bool, error) {
	return "{viewer{id}}", true, nil
}

// TestPersistedQueriesAreHashedAgain: whoever can write to the store cannot make
// clients ask something else.
func TestPersistedQueriesAreHashedAgain(t *testing.T) {
	tr := trial.New(t)
	serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, Documents: lying{}})
	a := caller{}.send(t, tr.API, map[string]any{"extensions": map[string]any{
		"persistedQuery": map[string]any{"version": 1, "sha256Hash": shared.HashOf("{viewer{name}}")},
	}})
	if a.Data != nil || a.Errors[0]["message"] != "PersistedQueryNotFound" {
		t.Errorf("%+v, want that there is none", a)
	}
}

// TestDeadlines: an operation that takes too long is given up, and is no
// incident; what a command has recorded it says.
func TestDeadlines(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, QueryTime: time.Nanosecond, MutationTime: time.Nanosecond})
	if a := tr.Ask("", `{consultations(first: 1) {nodes {id}}}`, nil); codeOf(a) != "UNAVAILABLE" {
		t.Errorf("a query without time: %+v", a)
	}
	if a := tr.Ask("stranger", propose, map[string]any{"key": tr.Key()}); codeOf(a) != "UNAVAILABLE" {
		t.Errorf("a command without time: %+v", a)
	}
	serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, QueryTime: time.Minute, MutationTime: time.Minute})
	if a := tr.Ask("", `{consultations(first: 1) {nodes {id}}}`, nil); a.Errors != nil {
		t.Errorf("a query with time: %+v", a)
	}
}

// TestDeadlineOfACommand: the time of a command ends while it is stored. It is
// recorded all the same, its sender is told, and the same key gives the rest.
func TestDeadlineOfACommand(t *testing.T) {
	t.Parallel()
	tr := trial.New(t)
	tr.Officer("secretariat")
	const plan = `mutation($key: IdempotencyKey!) { planConsultation(input: {idempotencyKey: $key, title: {language: "en", value: "A call"}}) { consultation { id } index userErrors { message } } }`
	serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, MutationTime: time.Minute})
	if a := tr.Ask("secretariat", plan, map[string]any{"key": tr.Key()}); a.Errors != nil { // registers the person
		t.Fatal(a.Errors)
	}
	const patience = 2 * time.Second // in which the command must have come to be stored
	serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, MutationTime: patience})
	tr.Store.Fault = func() (bool, error) {
		over, cancel := context.WithTimeout(t.Context(), patience+patience/4)
		defer cancel()
		<-over.Done()
		return true, nil
	}
	key := map[string]any{"key": tr.Key()}
	a := tr.Ask("secretariat", plan, key)
	if a.Extensions["recorded"] != true || codeOf(a) == "INTERNAL" {
		t.Errorf("stored after its time: %+v", a)
	}
	tr.Store.Fault = nil
	size := tr.Log.Size()
	serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, MutationTime: time.Minute})
	again := tr.Ask("secretariat", plan, key)
	if again.Errors != nil || again.Get("planConsultation", "consultation", "id") == nil || again.Get("planConsultation", "index") == nil {
		t.Errorf("the same key again: %+v", again)
	}
	tr.Settle()
	if tr.Log.Size() > size+1 {
		t.Errorf("it was recorded twice: %d records, then %d", size, tr.Log.Size())
	}
}

// TestDeadlinesWhereverTheyFall: no moment at which the time may end makes a
// fault of it.
func TestDeadlinesWhereverTheyFall(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Call("What should the report say?")
	given := 0
	for d := 20 * time.Microsecond; d < 50*time.Millisecond; d += d / 8 {
		serveWith(tr, graph.Config{Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, QueryTime: d, MutationTime: d})
		for _, a := range []trial.Answer{
			tr.Ask("ngo", `{viewer {id} consultations(first: 10) {nodes {title {original {value}} submissions(first: 3) {nodes {id}}}} search(query: "report", first: 1) {nodes {kind}}}`, nil),
			tr.Ask("ngo", propose, map[string]any{"key": tr.Key()}),
		} {
			for _, e := range a.Errors {
				more, _ := e["extensions"].(map[string]any)
				if more["code"] != "UNAVAILABLE" && more["code"] != "STALE" {
					t.Errorf("after %s: %+v", d, a)
				}
				given++
			}
		}
	}
	if given == 0 {
		t.Error("no time ended before its operation: the times are too long for this machine")
	}
}
