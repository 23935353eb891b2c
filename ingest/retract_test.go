package ingest_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/app/timer"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/ingest"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// body is what an answer holds, as JSON.
func body(t *testing.T, a trial.Answer) string {
	t.Helper()
	b, err := json.Marshal(a.Data)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestRetracted has two officers take imports back: nobody reads their comments any
// more, now or as of before, their statements are marked, what came otherwise stays,
// and nothing can be imported into them again.
func TestRetracted(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Appoint("moderator", tr.App.Secretariat(), domain.Moderator)
	tr.Entity(entity.Country, "El Salvador", "SLV")
	talk := func(name, body string) string {
		return folder(t, map[string]string{name + "/comments.csv": "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n" +
			"1583312400000,,0,1,5,2,1,Streets for all " + body + "\n1583312400001,,1,1,0,0,-1,Rejected " + body + "\n"})
	}
	wrong := &ingest.Import{Person: tr.Person("secretariat"), Format: ingest.Polis, Files: []string{talk("wrong", "wrong")}}
	right := &ingest.Import{Person: tr.Person("secretariat"), Format: ingest.Polis, Files: []string{talk("right", "right")}}
	debate := &ingest.Import{Person: tr.Person("secretariat"), Format: ingest.Statements, Files: []string{folder(t, map[string]string{"SLV_74_2019.txt": "We welcome the report."})}}
	var ids []string
	var call domain.ID
	for _, i := range []*ingest.Import{wrong, right, debate} {
		f := run(t, tr.App, i).Files[0]
		if ids = append(ids, string(f.Import)); i == wrong {
			call = f.Into
		}
	}
	tr.Settle()
	before := tr.Log.Size() - 1

	const reads = `query($at: Int64!) { asOf(at: {index: $at}) { submissions(first: 50) { nodes { text { original { value } } visibility } } } search(query: "streets", first: 10) { nodes { __typename } }
		briefings(first: 10) { nodes { statements(first: 10) { nodes { retracted } } } } }`
	public := func(at int64) string {
		t.Helper()
		a := tr.Ask("", reads, map[string]any{"at": at})
		if len(a.Errors) > 0 {
			t.Fatal(a.Errors)
		}
		return body(t, a)
	}
	if said := public(before); !strings.Contains(said, "for all wrong") || !strings.Contains(said, "for all right") || strings.Contains(said, `"retracted":true`) {
		t.Fatalf("before: %s", said)
	}
	retract := func(who, id, reason, want string) {
		t.Helper()
		a := tr.Ask(who, `mutation($in: RetractImportInput!) { retractImport(input: $in) { import { status items outOfView } userErrors { code reason } } }`,
			map[string]any{"in": map[string]any{"idempotencyKey": tr.Key(), "id": id, "reason": map[string]any{"language": "en", "value": reason}}})
		if said := body(t, a); len(a.Errors) > 0 || !strings.Contains(said, want) {
			t.Fatalf("%s: %v %s; want %s", who, a.Errors, said, want)
		}
	}
	for _, id := range []string{ids[0], ids[2]} {
		retract("secretariat", id, "The wrong file.", `"status":"RETRACTION_PROPOSED"`)
		retract("secretariat", id, "The wrong file.", `"reason":"import.second_officer"`)
		retract("moderator", id, "I agree.", `"status":"RETRACTED"`)
	}
	timers := &timer.Timers{App: tr.App, Engine: tr.Engine, All: timer.All(), Now: tr.Now}
	for range 2 {
		if err := timers.Fire(t.Context()); err != nil {
			t.Fatal(err)
		}
		tr.Settle()
	}
	for _, at := range []int64{before, tr.Log.Size() - 1} {
		if said := public(at); strings.Contains(said, "wrong") || !strings.Contains(said, "for all right") || !strings.Contains(said, `"retracted":true`) {
			t.Errorf("as of %d: %s", at, said)
		}
	}
	a := tr.Ask("secretariat", `query($id: ID!) { import(id: $id) { items outOfView into { id } } submissions(filter: {import: $id}, first: 9) { nodes { status } } }`, map[string]any{"id": ids[0]})
	if items, out := a.Get("import", "items"), a.Get("import", "outOfView"); items != 2.0 || out != 2.0 {
		t.Errorf("%v of %v are out of view: %s", out, items, body(t, a))
	}
	if a := tr.Ask("", `query($id: ID!) { import(id: $id) { items } submissions(filter: {import: $id}, first: 9) { nodes { status } } }`, map[string]any{"id": ids[1]}); a.Get("import") != nil || len(a.Get("submissions", "nodes").([]any)) > 0 {
		t.Errorf("the public reads imports: %s", body(t, a))
	}

	a = tr.Ask("secretariat", `query($id: ID!) { submissions(filter: {import: $id}, first: 1) { nodes { id } } }`, map[string]any{"id": ids[1]})
	stands, _ := a.Get("submissions", "nodes", 0, "id").(string)
	hide := submission.Hide{Reason: domain.ReasonCode{Policy: submission.InterimPolicy, Code: submission.ImportRetracted, Text: "x"}}
	_, err := tr.App.Submissions.Do(t.Context(), domain.ID(stands), hide, app.Caller{System: true, Key: "timer: import.hide"})
	if r, ok := errors.AsType[*domain.Error](err); !ok || r.Reason != "import.stands" {
		t.Errorf("the installation hides what came with an import that stands: %v", err)
	}
	_, err = try(t.Context(), t, tr.App, &ingest.Import{Person: tr.Person("secretariat"), Format: ingest.Polis, Files: wrong.Files})
	if r, ok := errors.AsType[*ingest.Refused](err); !ok || !strings.Contains(r.Msg, "retracted that import") {
		t.Errorf("importing it again: %v", err)
	}
	late := submission.Record{
		Consultation: call, Content: submission.Input{Text: new(domain.Text{Language: "en", Value: "One more."})},
		Source: submission.Source{Name: "wrong", Hash: strings.Repeat("0", 64)},
	}
	for id, slug := range map[domain.ID]string{domain.ID(ids[0]): "import.retracted", "imp_none": "import.unknown"} {
		late.Import = id
		_, err = tr.App.Submissions.Do(t.Context(), "", late, tr.By("secretariat"))
		if r, ok := errors.AsType[*domain.Error](err); !ok || r.Reason != slug || !slices.Equal(r.Path, []string{"importId"}) {
			t.Errorf("one more for %s: %v, want %s", id, err, slug)
		}
	}
}
