package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/internal/await"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// wholeSchema asks for enough of the schema to be heavy.
const wholeSchema = `{__schema{types{...t}}} fragment t on __Type{name description fields(includeDeprecated:true){name description args{name description type{...r}} type{...r}} inputFields{name description type{...r}}}
	fragment r on __Type{kind name ofType{kind name ofType{kind name ofType{kind name}}}}`

// leaving is the context of a client that leaves once so much was looked up.
type leaving struct {
	context.Context
	looked *atomic.Int64
	after  int64
	leave  context.CancelFunc
}

func (l leaving) Value(key any) any {
	if l.looked.Add(1) == l.after {
		l.leave()
	}
	return l.Context.Value(key)
}

// TestNobodyListens: where the client leaves, the rest of an answer is left,
// whoever answers its fields.
func TestNobodyListens(t *testing.T) {
	tr := trial.New(t)
	tr.Settle()
	ask := func(after int64) (looked int64, a trial.Answer) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		l := leaving{ctx, new(atomic.Int64), after, cancel}
		body, err := json.Marshal(map[string]any{"query": wholeSchema})
		if err != nil {
			t.Fatal(err)
		}
		req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body)).WithContext(l)
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		tr.API.ServeHTTP(w, req)
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		return l.looked.Load(), a
	}
	all, a := ask(-1)
	if len(a.Errors) > 0 || a.Data == nil || all < 5_000 {
		t.Fatalf("%d things are looked up, %v", all, a.Errors)
	}
	few, a := ask(all / 10)
	if few > all*4/5 { // those that were begun side by side find out one by one
		t.Errorf("of %d things that are looked up %d were, though the client left after %d", all, few, all/10)
	}
	if a.Data != nil || len(a.Errors) != 1 || codeOf(a) != "UNAVAILABLE" {
		t.Errorf("the answer has %d errors, the first %v, and data: %t", len(a.Errors), codeOf(a), a.Data != nil)
	}
}

// TestAnswersAreBounded: an answer of more than 8 MiB is one error. What a
// mutation recorded is told all the same.
func TestAnswersAreBounded(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	call := tr.Call("Which doors should open?")
	long := &domain.Text{Language: "en", Value: strings.Repeat("界", 40_000)}
	for range 5 {
		res, err := tr.App.Submissions.Do(t.Context(), "", submission.Submit{Consultation: call, Content: submission.Input{Text: long}}, tr.By("ngo"))
		if err == nil {
			_, err = tr.App.Submissions.Do(t.Context(), res.ID, submission.Publish{}, tr.By("secretariat"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	tr.Settle()
	var refused atomic.Int64
	serveWith(tr, graph.Config{Proofs: tr.Proofs, Refused: func(limit string) {
		if limit == "answer" {
			refused.Add(1)
		}
	}})
	texts := func(times, first int) string {
		var values strings.Builder
		for i := range times {
			fmt.Fprintf(&values, "v%d: value ", i)
		}
		return fmt.Sprintf(`submissions(first: %d) { nodes { text { original { %s } } } }`, first, values.String())
	}
	if a := tr.Ask("", "{"+texts(12, 5)+"}", nil); len(a.Errors) > 0 || len(a.Get("submissions", "nodes").([]any)) != 5 {
		t.Errorf("7 MB: %v", a.Errors)
	}
	for name, a := range map[string]trial.Answer{
		"a query":    tr.Ask("", "{"+texts(15, 5)+"}", nil),
		"many lists": tr.Ask("", `{`+many(20, func(i int) string { return fmt.Sprintf("c%d: ", i) + texts(20, 4) })+`}`, nil),
	} {
		if a.Data != nil || len(a.Errors) != 1 || codeOf(a) != "BAD_USER_INPUT" || a.Errors[0]["extensions"].(map[string]any)["limit"] != "answer" {
			t.Errorf("%s of 9 MB and more: data %t, errors %.300v", name, a.Data != nil, a.Errors)
		}
	}
	before := tr.Log.Size()
	a := tr.Ask("ngo", `mutation($call: ID!, $key: IdempotencyKey!) { submitSubmission(input: {consultationId: $call, idempotencyKey: $key, text: {language: "en", value: "One more."}}) { submission { consultation { `+texts(15, 6)+` } } userErrors { code } } }`,
		map[string]any{"call": call, "key": tr.Key()})
	tr.Settle()
	if a.Data != nil || codeOf(a) != "BAD_USER_INPUT" || a.Extensions["recorded"] != true || tr.Log.Size() == before {
		t.Errorf("a mutation: data %t, errors %.300v, %v; %d records more", a.Data != nil, a.Errors, a.Extensions, tr.Log.Size()-before)
	}
	if refused.Load() != 3 {
		t.Errorf("%d are counted, want 3", refused.Load())
	}
}

func many(n int, one func(int) string) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(one(i) + " ")
	}
	return all.String()
}

// TestHeavyWaits: what goes through much waits for its turn, everything else is
// answered meanwhile, and in the end all are.
func TestHeavyWaits(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Call("Which doors should open?")
	tr.Settle()
	refused := make(chan string, 100)
	config := graph.Config{App: tr.App, Engine: tr.Engine, Search: tr.Search, Log: tr.Log, Proofs: tr.Proofs, Now: tr.Now, Refused: func(limit string) { refused <- limit }}
	api, release := graph.HeavyHeld(config)
	heavy := func(n int) trial.Answer {
		return caller{address: fmt.Sprintf("192.0.2.%d:1", n)}.send(t, api, map[string]any{"query": wholeSchema, "extensions": map[string]any{"cost": true}})
	}
	var all sync.WaitGroup
	answers := make([]trial.Answer, 8)
	for i := range answers {
		all.Go(func() { answers[i] = heavy(i) })
	}
	for range 20 {
		a := caller{address: "192.0.2.99:1"}.send(t, api, map[string]any{"query": `{consultations(first: 1) {nodes {id}}}`})
		if len(a.Errors) > 0 {
			t.Fatalf("a small query: %v", a.Errors)
		}
	}
	for i, a := range answers {
		if a.Data != nil {
			t.Errorf("%d is answered out of turn", i)
		}
	}
	release()
	await.All(t, &all, "the requests")
	for i, a := range answers {
		if a.Data == nil || len(a.Errors) > 0 {
			t.Errorf("%d in the end: %v", i, a.Errors)
		}
	}
	select {
	case limit := <-refused:
		t.Errorf("something was refused by %s", limit)
	default:
	}

	config.QueryTime = 20 * time.Millisecond // so short that no turn comes
	api, release = graph.HeavyHeld(config)
	defer release()
	if a := heavy(1); codeOf(a) != "RATE_LIMITED" || a.Errors[0]["extensions"].(map[string]any)["limit"] != "heavy" {
		t.Errorf("without a turn: %+v", a)
	}
}
