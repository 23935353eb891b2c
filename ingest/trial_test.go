package ingest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/ingest"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// TestWhatReadersSee imports comments that their source had moderated: the
// public reads those that it accepted; what it rejected or left open is there
// for officers, unpublished. All count as received, none as verified.
func TestWhatReadersSee(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	dir := folder(t, map[string]string{"talk/comments.csv": "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n" +
		"1583312400000,,0,1,5,2,1,Straßen für alle\n1583312400001,,1,1,0,0,-1,Abgelehnt\n1583312400002,,2,2,0,0,0,未決定\n"})
	run(t, tr.App, &ingest.Import{Person: tr.Person("secretariat"), Format: ingest.Polis, Files: []string{dir}})
	tr.Settle()
	const query = `{ submissions(first: 10, orderBy: {field: SUBMITTED_AT, direction: ASC}) { nodes {
		text { original { value language } } visibility status timeliness recorded confirmed source { item moderation agrees disagrees }
	} } }`
	type seen struct {
		Text, Visibility, Status, Timeliness, Item, Moderation, Agrees string
		Recorded, Confirmed                                            bool
	}
	ask := func(name string) map[string]seen {
		t.Helper()
		a := tr.Ask(name, query, nil)
		if len(a.Errors) > 0 {
			t.Fatal(a.Errors)
		}
		nodes, _ := a.Get("submissions", "nodes").([]any)
		all := map[string]seen{}
		for n := range nodes {
			get := func(path ...any) string {
				s, _ := a.Get(append([]any{"submissions", "nodes", n}, path...)...).(string)
				return s
			}
			is := func(path string) bool { b, _ := a.Get("submissions", "nodes", n, path).(bool); return b }
			all[get("source", "item")] = seen{
				get("text", "original", "value"), get("visibility"), get("status"), get("timeliness"), get("source", "item"),
				get("source", "moderation"), get("source", "agrees"), is("recorded"), is("confirmed"),
			}
		}
		return all
	}
	accepted := seen{"Straßen für alle", "PUBLISHED", "SUBMITTED", "ON_TIME", "0", "ACCEPTED", "5", true, false}
	if diff := cmp.Diff(map[string]seen{"0": accepted}, ask("")); diff != "" {
		t.Errorf("the public: %s", diff)
	}
	all := map[string]seen{
		"0": accepted,
		"1": {"Abgelehnt", "UNPUBLISHED", "SUBMITTED", "ON_TIME", "1", "REJECTED", "0", true, false},
		"2": {"未決定", "UNPUBLISHED", "SUBMITTED", "ON_TIME", "2", "PENDING", "0", true, false},
	}
	if diff := cmp.Diff(all, ask("secretariat")); diff != "" {
		t.Errorf("an officer: %s", diff)
	}
}
