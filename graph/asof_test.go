package graph_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

func TestAsOf(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	before, at := tr.Log.Size()-1, tr.Now()
	tr.Wait(time.Hour)
	tr.Call("A question")
	const read = `consultations(first: 5) { nodes { title { original { value } } } } entities(first: 5) { nodes { name { original { value } } } }`
	now := tr.Ask("", `{ `+read+` }`, nil)
	if got := now.Get("consultations", "nodes", 0, "title", "original", "value"); got != "A question" {
		t.Fatalf("now %v", now)
	}
	want := map[string]any{"consultations": map[string]any{"nodes": []any{}}, "entities": now.Get("entities")}
	for _, at := range []string{fmt.Sprintf("index: %q", fmt.Sprint(before)), fmt.Sprintf("time: %q", at.Add(time.Minute).Format(time.RFC3339))} {
		a := tr.Ask("", `{ asOf(at: {`+at+`}) { `+read+` } }`, nil)
		if d := cmp.Diff(want, a.Get("asOf")); d != "" || len(a.Errors) > 0 {
			t.Errorf("%s: %v (-want +got):\n%s", at, a.Errors, d)
		}
	}
	last := tr.Ask("", fmt.Sprintf(`{ asOf(at: {index: "%d"}) { %s } }`, tr.Log.Size()-1, read), nil)
	if d := cmp.Diff(now.Data, last.Get("asOf")); d != "" {
		t.Errorf("as of the last index (-now +then):\n%s", d)
	}
	for name, document := range map[string]string{
		"inside another":     `{ asOf(at: {index: "1"}) { asOf(at: {index: "0"}) { ` + read + ` } } }`,
		"a future index":     `{ asOf(at: {index: "100000"}) { ` + read + ` } }`,
		"before everything":  `{ asOf(at: {time: "2000-01-01T00:00:00.000Z"}) { ` + read + ` } }`,
		"neither of the two": `{ asOf(at: {}) { ` + read + ` } }`,

		"the public view by nobody":   `{ asOf(at: {index: "1"}) { publicView { ` + read + ` } } }`,
		"the public view of now":      `{ publicView { ` + read + ` } }`,
		"the public view around asOf": `{ publicView { asOf(at: {index: "1"}) { ` + read + ` } } }`,
		"the public view of itself":   `{ asOf(at: {index: "1"}) { publicView { publicView { ` + read + ` } } } }`,
	} {
		a := tr.Ask("", document, nil)
		if len(a.Errors) == 0 || a.Errors[0]["extensions"].(map[string]any)["code"] != "BAD_USER_INPUT" || a.Get("asOf") != nil || a.Get("publicView") != nil {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// The public view is nobody's: it has no viewer, and shows an auditor nothing
// that is for auditors. Of what is confidential now it does not tell whose it
// was, and of what was withdrawn it does not show the words.
func TestPublicView(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Appoint("auditor", tr.App.Secretariat(), domain.Auditor)
	tr.Appoint("protection", tr.App.Secretariat(), domain.Protection)
	call := tr.Call("A question")
	c := counting{Trial: tr, t: t, call: call}
	stays, goes, sealed := c.submit("ngo", "Words that stay", domain.Public, true), c.submit("ngo", "Words to take back", domain.Public, true), c.submit("ngo2", "Words too dangerous", domain.Public, true)
	tr.Settle()
	index := tr.Log.Size() - 1
	c.do("ngo", goes, submission.Withdraw{Reason: "Why it was taken back"})
	c.do("ngo2", sealed, submission.RequestConfidentiality{Label: domain.Sealed})
	tr.Settle()
	a := tr.Ask("auditor", fmt.Sprintf(`{ asOf(at: {index: "%d"}) { publicView { viewer { id } audit { certificates { name } }
		submissions(first: 9, orderBy: {field: SUBMITTED_AT, direction: ASC}) { nodes { id status visibility number text { original { value } } entity { id } author reason } } } } }`, index), nil)
	if len(a.Errors) > 0 || a.Get("asOf", "publicView", "viewer") != nil || a.Get("asOf", "publicView", "audit") != nil {
		t.Errorf("%+v", a)
	}
	got := map[any]any{}
	nodes, _ := a.Get("asOf", "publicView", "submissions", "nodes").([]any)
	for _, n := range nodes {
		n := n.(map[string]any)
		if n["status"] != "SUBMITTED" || n["visibility"] != "PUBLISHED" || n["reason"] != nil {
			t.Errorf("then it was open to everybody: %v", n)
		}
		got[n["id"]] = n["text"]
	}
	want := map[any]any{string(stays): map[string]any{"original": map[string]any{"value": "Words that stay"}}, string(goes): nil, string(sealed): nil}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
