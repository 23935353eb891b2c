package graph_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
	} {
		a := tr.Ask("", document, nil)
		if len(a.Errors) == 0 || a.Errors[0]["extensions"].(map[string]any)["code"] != "BAD_USER_INPUT" || a.Get("asOf") != nil {
			t.Errorf("%s: %+v", name, a)
		}
	}
}
