package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/trial"
)

const submitterFields = `id submitter { __typename ... on Entity { id } ... on Individual { displayName level } ... on RecordedName { displayName } ... on Withheld { reason } }`

// attributed is everything that somebody is told of whose a submission is, by
// each way that leads to it; all must tell the same.
func attributed(t *testing.T, tr *trial.Trial, who, id string) string {
	t.Helper()
	a := tr.Ask(who, `query($id: ID!, $now: DateTime!) {
		submission(id: $id) { `+submitterFields+` }
		node(id: $id) { ... on Submission { `+submitterFields+` } }
		submissions(first: 50) { nodes { `+submitterFields+` } }
		asOf(at: {time: $now}) { submission(id: $id) { `+submitterFields+` } }
	}`, map[string]any{"id": id, "now": tr.Now().Format(time.RFC3339)})
	if len(a.Errors) > 0 {
		t.Fatal(a.Errors)
	}
	told := map[string]string{"submission": spell(t, a.Get("submission")), "node": spell(t, a.Get("node")), "asOf": spell(t, a.Get("asOf", "submission"))}
	nodes, _ := a.Get("submissions", "nodes").([]any)
	for _, n := range nodes {
		if s, _ := n.(map[string]any); s["id"] == id {
			told["submissions"] = spell(t, s)
		}
	}
	streamed := tr.Stream(who, `subscription { submissionChanged(after: "-1") { submission { `+submitterFields+` } } }`, nil, func(a trial.Answer) bool {
		return a.Get("submissionChanged", "submission", "id") == id
	})
	told["submissionChanged"] = spell(t, streamed[len(streamed)-1].Get("submissionChanged", "submission"))
	for by, x := range told {
		if x != told["submission"] {
			t.Errorf("%q is told %s by %s, and %s by submission", who, x, by, told["submission"])
		}
	}
	return strings.Replace(told["submission"], `"id":"`+id+`",`, "", 1)
}

func spell(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestPublishInOnesOwnName shows the name that a person chose, and nothing of
// what their token calls them.
func TestPublishInOnesOwnName(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Appoint("protection", tr.App.Secretariat(), "PROTECTION")
	call := string(tr.Call("A call"))
	sent := func(label string) string {
		a := send(tr, "amina", "submitSubmission", `consultationId: "`+call+`", label: `+label+`, text: {language: "en", value: "Hear me."}`)
		id := fmt.Sprint(a.Get("do", "submission", "id"))
		if label == "ANONYMISED" {
			send(tr, "protection", "grantConfidentiality", `id: "`+id+`", reason: "In danger."`)
		}
		send(tr, "secretariat", "publishSubmission", `id: "`+id+`"`)
		tr.Settle()
		tr.Wait(time.Minute)
		return id
	}
	chooses := func(name string) {
		a := tr.Ask("amina", `mutation($key: IdempotencyKey!, $name: String!) { do: chooseDisplayName(input: {idempotencyKey: $key, name: $name}) { index userErrors { code } } }`, map[string]any{"key": tr.Key(), "name": name})
		if a.Get("do", "index") == nil {
			t.Fatalf("%+v", a)
		}
		tr.Settle()
		tr.Wait(time.Minute)
	}
	open, closed := sent("PUBLIC"), sent("ANONYMISED")
	before := tr.Log.Size() - 1
	expect := func(id, want string) {
		t.Helper()
		for _, who := range []string{"", "stranger", "amina", "secretariat"} {
			if who == "amina" && id == closed {
				continue // she knows that it is hers
			}
			if got := attributed(t, tr, who, id); got != `{"submitter":`+want+`}` || strings.Contains(strings.ToLower(got), "amina") {
				t.Errorf("%q is told %s, want %s", who, got, want)
			}
		}
	}
	const none, withheld = `{"__typename":"Withheld","reason":"NO_NAME"}`, `{"__typename":"Withheld","reason":"ANONYMISED"}`
	expect(open, none)
	chooses("A voice of the harbour")
	expect(open, `{"__typename":"Individual","displayName":"A voice of the harbour","level":"SELF_DECLARED"}`)
	expect(closed, withheld)
	at := tr.Ask("", `query($id: ID!, $at: Int64!) { asOf(at: {index: $at}) { submission(id: $id) { `+submitterFields+` } } }`, map[string]any{"id": open, "at": fmt.Sprint(before)})
	if got := fmt.Sprint(at.Get("asOf", "submission", "submitter", "reason")); got != "NO_NAME" {
		t.Errorf("before she chose a name one reads %+v", at)
	}
	chooses("Another voice")
	expect(open, `{"__typename":"Individual","displayName":"Another voice","level":"SELF_DECLARED"}`)
	chooses("")
	expect(open, none)
	expect(closed, withheld)
}
