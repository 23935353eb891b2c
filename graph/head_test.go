package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/internal/await"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// unpublished is a trial of which what is recorded last is not published: first
// by ngo, then by an officer, then by ngo2.
type unpublished struct {
	*trial.Trial
	call                         domain.ID
	submission                   string // ngo's
	published, ngo, officer, all int64  // the newest index that is published, ngo's, the officer's, and ngo2's
}

func newUnpublished(t *testing.T) *unpublished {
	t.Helper()
	u := &unpublished{Trial: trial.New(t)}
	u.Officer("secretariat")
	u.Appoint("secretariat2", u.App.Secretariat(), domain.Secretariat)
	u.Appoint("auditor", u.App.Secretariat(), domain.Auditor)
	for _, name := range []string{"ngo", "ngo2", "stranger"} {
		if err := u.App.Register(t.Context(), u.Person(name), name); err != nil {
			t.Fatal(err)
		}
	}
	u.call = u.Call("A call")
	u.publish(t)
	u.published = u.Log.Size() - 1
	u.API = graph.Handler(graph.Config{App: u.App, Engine: u.Engine, Search: u.Search, Log: u.Log, Proofs: u.Proofs, Verify: u.Verify, Now: u.Now, Beat: 5 * time.Millisecond})
	u.Wait(time.Minute)
	a := send(u.Trial, "ngo", "submitSubmission", `consultationId: "`+string(u.call)+`", text: {language: "en", value: "No."}`)
	u.submission, _ = a.Get("do", "submission", "id").(string)
	u.ngo = indexOf(t, a)
	u.officer = indexOf(t, send(u.Trial, "secretariat", "publishSubmission", `id: "`+u.submission+`"`))
	u.all = indexOf(t, send(u.Trial, "ngo2", "submitSubmission", `consultationId: "`+string(u.call)+`", text: {language: "en", value: "Yes."}`))
	u.Settle()
	if u.all != u.Log.Size()-1 || u.published >= u.ngo {
		t.Fatalf("another record than expected is the newest: %+v of %d", u, u.Log.Size())
	}
	return u
}

func (u *unpublished) publish(t *testing.T) {
	t.Helper()
	u.Settle()
	if err := u.Proofs.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func indexOf(t *testing.T, a trial.Answer) int64 {
	t.Helper()
	var n int64
	if _, err := fmt.Sscan(fmt.Sprint(a.Get("do", "index")), &n); err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	return n
}

// newest is the newest index that each may know of before it is published.
func (u *unpublished) newest() map[string]int64 {
	return map[string]int64{"": u.published, "stranger": u.published, "secretariat2": u.published, "ngo": u.ngo, "secretariat": u.officer, "ngo2": u.all, "auditor": u.all}
}

// seen asks for no older an answer than of an index.
func (u *unpublished) seen(t *testing.T, who string, index int64) trial.Answer {
	t.Helper()
	req := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader([]byte(`{"query":"{ __typename }"}`)))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Rapporteur-Min-Index", fmt.Sprint(index))
	if who != "" {
		req = req.WithContext(auth.With(req.Context(), auth.Identity{Issuer: auth.DevName, Subject: who, Name: who}))
	}
	w := httptest.NewRecorder()
	u.API.ServeHTTP(w, req)
	var a trial.Answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return a
}

// TestHead shows everybody a record that ends where the published log does,
// auditors all of it, and a person what they recorded themselves: in every answer,
// and whatever is asked with an index.
func TestHead(t *testing.T) {
	t.Parallel()
	u := newUnpublished(t)
	all := func(newest func(int64) int64) { // at one time: most of it is waiting for what does not come
		var each sync.WaitGroup
		for who, before := range u.newest() {
			each.Go(func() { u.ends(t, who, newest(before)) })
		}
		await.All(t, &each, "everybody's questions")
	}
	all(func(before int64) int64 { return before })
	u.publish(t)
	all(func(int64) int64 { return u.all })
}

// ends checks that to somebody the record ends at newest.
func (u *unpublished) ends(t *testing.T, who string, newest int64) {
	if a := u.Ask(who, `{ __typename }`, nil); a.Extensions["index"] != fmt.Sprint(newest) {
		t.Errorf("%q: the index of an answer is %v, want %d", who, a.Extensions["index"], newest)
	}
	const asOf = `query($at: AsOfInput!) { asOf(at: $at) { consultations(first: 1) { nodes { id } } } }`
	for index := newest - 1; index <= u.all+2; index++ {
		a := u.Ask(who, asOf, map[string]any{"at": map[string]any{"index": index}})
		want := fmt.Sprintf("There is no index %d: the newest is %d.", index, newest)
		if index <= newest && a.Errors != nil || index > newest && (len(a.Errors) != 1 || a.Errors[0]["message"] != want) {
			t.Errorf("%q: as of %d: %+v", who, index, a)
		}
	}
	var each sync.WaitGroup
	for _, index := range slices.Compact([]int64{newest, newest + 1, u.all + 1}) {
		each.Go(func() { u.sees(t, who, index, newest) })
		each.Go(func() { u.follows(t, who, index, newest) })
	}
	await.All(t, &each, "the answers")
}

// sees checks what somebody to whom the record ends at newest is answered when
// they want what they saw at an index.
func (u *unpublished) sees(t *testing.T, who string, index, newest int64) {
	a := u.seen(t, who, index)
	if index <= newest && (a.Errors != nil || a.Extensions["index"] != fmt.Sprint(newest)) {
		t.Errorf("%q: with the index %d that was seen: %+v", who, index, a)
	}
	if index > newest && (len(a.Errors) != 1 || fmt.Sprint(a.Errors[0]["extensions"]) != fmt.Sprintf("map[code:STALE have:%d retryAfter:1 want:%d]", newest, index)) {
		t.Errorf("%q: with an index %d that was not: %+v", who, index, a)
	}
}

// follows checks likewise what comes first of a stream after an index.
func (u *unpublished) follows(t *testing.T, who string, index, newest int64) {
	const changes = `subscription($after: Int64) { submissionChanged(after: $after) { index submission { id } } }`
	first := u.Stream(who, changes, map[string]any{"after": index}, func(trial.Answer) bool { return true })
	if index <= newest && (len(first) != 1 || first[0].Errors != nil || first[0].Get("submissionChanged", "index") != fmt.Sprint(newest)) {
		t.Errorf("%q: a stream after %d: %+v", who, index, first)
	}
	if index > newest && (len(first) != 1 || len(first[0].Errors) != 1 || first[0].Errors[0]["message"] != "after is an index of the record.") {
		t.Errorf("%q: a stream after %d: %+v", who, index, first)
	}
}

// TestAsOfTimeEndsThere answers as of a time by what was recorded by then, of what
// one may know.
func TestAsOfTimeEndsThere(t *testing.T) {
	u := newUnpublished(t)
	u.Wait(time.Minute)
	later := u.Call("A later call")
	const asOf = `query($time: DateTime!, $id: ID!) { asOf(at: {time: $time}) { consultation(id: $id) { id } } }`
	shown := func(who string) bool {
		a := u.Ask(who, asOf, map[string]any{"time": u.Now(), "id": later})
		if a.Errors != nil {
			t.Fatalf("%+v", a)
		}
		return a.Get("asOf", "consultation") != nil
	}
	for _, who := range []string{"", "stranger", "ngo"} {
		if shown(who) {
			t.Errorf("as of now, %q sees what is not published", who)
		}
	}
	for _, who := range []string{"secretariat", "auditor"} {
		if !shown(who) {
			t.Errorf("as of now, %q does not see what they may know of", who)
		}
	}
	u.publish(t)
	if !shown("") {
		t.Error("as of now, nobody sees what is published")
	}
}

// TestStreamsFollowTheirHead sends events and signs of life only once the
// subscriber may know of them: all of them then, in their order.
func TestStreamsFollowTheirHead(t *testing.T) {
	u := newUnpublished(t)
	const changes = `subscription { submissionChanged(after: "-1") { index submission { id } } }`
	for who, want := range map[string]bool{"": false, "stranger": false, "ngo": false, "auditor": true} {
		beats, told := 0, false
		u.Stream(who, changes, nil, func(a trial.Answer) bool {
			if a.Get("submissionChanged", "submission") != nil {
				told = true
			} else {
				beats++
			}
			head := u.published
			if want {
				head = u.all
			}
			if index := fmt.Sprint(a.Get("submissionChanged", "index")); a.Get("submissionChanged", "submission") == nil && index != fmt.Sprint(head) {
				t.Errorf("a sign of life tells %q of %s, want %d", who, index, head)
			}
			return beats == 3
		})
		if told != want {
			t.Errorf("%q is told of what is not published: %t, want %t", who, told, want)
		}
	}
	var got []string
	published := false
	u.Stream("", changes, nil, func(a trial.Answer) bool {
		if a.Get("submissionChanged", "submission") == nil {
			if !published {
				u.publish(t)
				published = true
			}
			return false
		}
		got = append(got, fmt.Sprint(a.Get("submissionChanged", "index")))
		return len(got) == 1
	})
	if want := []string{fmt.Sprint(u.officer)}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("once it is published, everybody is told of %v, want %v", got, want)
	}
}

// TestReceiptAgain carries the head of the first time, until one is published.
func TestReceiptAgain(t *testing.T) {
	u := newUnpublished(t)
	size := func() string {
		a := u.Ask("ngo", receiptOf, map[string]any{"id": u.submission})
		return fmt.Sprint(a.Get("receipt", "checkpoint", "size"))
	}
	first := size()
	more := send(u.Trial, "ngo2", "submitSubmission", `consultationId: "`+string(u.call)+`", text: {language: "en", value: "Once more."}`)
	if again := size(); more.Get("do", "index") == nil || again != first || first == "<nil>" {
		t.Errorf("asked for again, a receipt has a head of %s records, want %s: %+v", again, first, more)
	}
	u.publish(t)
	if after := size(); after != fmt.Sprint(u.Log.Size()) {
		t.Errorf("published, a receipt has a head of %s records, want %d", after, u.Log.Size())
	}
}

// TestNothingRecordedTellsNoIndex gives somebody whose command was another's
// already the index that they may know of.
func TestNothingRecordedTellsNoIndex(t *testing.T) {
	u := newUnpublished(t)
	if index := indexOf(t, send(u.Trial, "secretariat2", "publishSubmission", `id: "`+u.submission+`"`)); index != u.published {
		t.Errorf("it is told %d, want %d", index, u.published)
	}
	if index := indexOf(t, send(u.Trial, "secretariat", "publishSubmission", `id: "`+u.submission+`"`)); index != u.officer {
		t.Errorf("who did it is told %d, want %d", index, u.officer)
	}
}
