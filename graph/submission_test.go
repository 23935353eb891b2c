package graph_test

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/internal/trial"
)

const submit = `mutation($key: IdempotencyKey!, $call: ID!, $text: String!) {
	submitSubmission(input: {idempotencyKey: $key, consultationId: $call, text: {language: "es", value: $text}}) {
		submission { id version status text { original { value } } } index userErrors { code reason message path }
	}
}`

func TestShortestWayIn(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Call("What should the report say?")

	a := tr.Ask("stranger", `{ consultations(filter: {openNow: true}, first: 20) { nodes { id title { original { value } } } } }`, nil)
	call := a.Get("consultations", "nodes", 0, "id")
	if call == nil {
		t.Fatalf("no open consultation: %+v", a)
	}
	key := "the-stranger-chose-this-key"
	first := tr.Ask("stranger", submit, map[string]any{"key": key, "call": call, "text": "Más puertas."})
	if first.Get("submitSubmission", "submission", "status") != "SUBMITTED" {
		t.Fatalf("not submitted: %+v", first)
	}
	size := tr.Log.Size()
	again := tr.Ask("stranger", submit, map[string]any{"key": key, "call": call, "text": "Más puertas."})
	if got, want := again.Get("submitSubmission", "index"), first.Get("submitSubmission", "index"); got != want || tr.Log.Size() != size {
		t.Errorf("G3: the same key gave index %v, then %v; the log grew from %d to %d", want, got, size, tr.Log.Size())
	}
	other := tr.Ask("stranger", submit, map[string]any{"key": key, "call": call, "text": "Otra cosa."})
	if got := other.Get("submitSubmission", "userErrors", 0, "code"); got != "IDEMPOTENCY_KEY_REUSED" {
		t.Errorf("G3: another payload under the same key gave %v", got)
	}
	mine := tr.Ask("stranger", `{ viewer { submissions(first: 20) { nodes { id status } } person { level } } }`, nil)
	if mine.Get("viewer", "submissions", "nodes", 0, "id") != first.Get("submitSubmission", "submission", "id") {
		t.Errorf("not mine: %+v", mine)
	}
	if got := mine.Get("viewer", "person", "level"); got != "SELF_DECLARED" {
		t.Errorf("level %v", got)
	}
	id := first.Get("submitSubmission", "submission", "id")
	amend := tr.Ask("somebody-else", `mutation($id: ID!) { amendSubmission(input: {idempotencyKey: "somebody-elses-key", id: $id, text: {language: "en", value: "Mine."}}) { userErrors { code } } }`, map[string]any{"id": id})
	if got := amend.Get("amendSubmission", "userErrors", 0, "code"); got != "NOT_FOUND" {
		t.Errorf("G9: amending what one may not see gave %v", got)
	}
	if got := tr.Ask("", `query($id: ID!) { submission(id: $id) { id } node(id: $id) { id } }`, map[string]any{"id": id}); got.Get("submission") != nil || got.Get("node") != nil {
		t.Errorf("G9: the public sees %+v", got)
	}
}

// TestMalformedKey tells what a key looks like, rather than report a fault.
func TestMalformedKey(t *testing.T) {
	tr := trial.New(t)
	for _, variables := range []map[string]any{nil, {"key": "short"}} {
		document := `mutation { submitSubmission(input: {idempotencyKey: "short", consultationId: "con_1"}) { index } }`
		if variables != nil {
			document = `mutation($key: IdempotencyKey!) { submitSubmission(input: {idempotencyKey: $key, consultationId: "con_1"}) { index } }`
		}
		a := tr.Ask("ngo", document, variables)
		if len(a.Errors) != 1 || a.Errors[0]["extensions"].(map[string]any)["code"] != "BAD_USER_INPUT" {
			t.Errorf("a malformed key gave %+v", a.Errors)
		}
	}
}
