package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// recognised records an entity that the secretariat recognises.
func recognised(t *testing.T, tr *trial.Trial, kind entity.Kind, name, code string) domain.ID {
	t.Helper()
	id := tr.Entity(kind, name, code)
	if _, err := tr.App.Entities.Do(t.Context(), id, entity.Recognise{}, tr.By("secretariat")); err != nil {
		t.Fatal(err)
	}
	tr.Settle()
	return id
}

// say sends one mutation, whose input has a key besides, and returns its payload.
func say(t *testing.T, tr *trial.Trial, who, mutation, of, fields string, input map[string]any) map[string]any {
	t.Helper()
	input["idempotencyKey"] = tr.Key()
	document := `mutation($in: ` + of + `!) { out: ` + mutation + `(input: $in) { ` + fields + ` index userErrors { code reason path } } }`
	a := tr.Ask(who, document, map[string]any{"in": input})
	out, ok := a.Get("out").(map[string]any)
	if !ok {
		t.Fatalf("%s by %s: %+v", mutation, who, a)
	}
	return out
}

// at walks into a payload.
func at(out map[string]any, path ...any) any { return trial.Answer{Data: out}.Get(path...) }

// accepted ends the test if a command was refused.
func accepted(t *testing.T, out map[string]any) map[string]any {
	t.Helper()
	if errs := at(out, "userErrors", 0); errs != nil {
		t.Fatalf("refused: %+v", errs)
	}
	return out
}

// TestSecondments is the outcome of 4 March 2020, and what came after: one
// agency's staff member acknowledged, another's impending.
func TestSecondments(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	unhcr := recognised(t, tr, entity.UNEntity, "UNHCR", "")
	unicef := recognised(t, tr, entity.UNEntity, "UNICEF", "")
	union := recognised(t, tr, entity.Stakeholder, "A trade union", "")
	tr.Appoint("unhcr", unhcr, domain.NetworkEntity)
	tr.Appoint("unicef", unicef, domain.NetworkEntity)
	const fields = `secondment { id version status confirmed acknowledged acknowledgedOn { words } start { words } entity { name { original { value } } } personName }`
	const briefing = "Briefing to Member States, Geneva, 4 March 2020"

	if out := say(t, tr, "secretariat", "recordSecondment", "RecordSecondmentInput", fields, map[string]any{"entity": union, "source": briefing}); at(out, "userErrors", 0, "reason") != "secondment.entity" {
		t.Errorf("a union lends staff: %+v", out)
	}
	first := accepted(t, say(t, tr, "secretariat", "recordSecondment", "RecordSecondmentInput", fields, map[string]any{"entity": unhcr, "source": briefing, "occurredOn": "2020-03-04"}))
	id := at(first, "secondment", "id")
	accepted(t, say(t, tr, "secretariat", "acknowledgeSecondment", "AcknowledgeSecondmentInput", fields, map[string]any{"id": id, "occurredOn": "2020-03-04"}))
	second := accepted(t, say(t, tr, "secretariat", "recordSecondment", "RecordSecondmentInput", fields, map[string]any{"entity": unicef, "impending": true, "source": briefing}))
	if at(second, "secondment", "status") != "IMPENDING" || at(second, "secondment", "confirmed") != false || at(second, "secondment", "start") != nil {
		t.Errorf("UNICEF: %+v", second)
	}
	announced := at(second, "index")

	if out := say(t, tr, "secretariat", "confirmSecondmentStart", "ConfirmSecondmentStartInput", fields, map[string]any{"id": id}); at(out, "userErrors", 0, "code") != "NOT_ALLOWED" {
		t.Errorf("started by the secretariat's word: %+v", out)
	}
	if out := say(t, tr, "unicef", "confirmSecondment", "ConfirmSecondmentInput", fields, map[string]any{"id": id}); at(out, "userErrors", 0, "code") != "NOT_OWNER" {
		t.Errorf("G6: confirmed by another: %+v", out)
	}
	accepted(t, say(t, tr, "unhcr", "confirmSecondment", "ConfirmSecondmentInput", fields, map[string]any{
		"id": id, "expectedVersion": "1", "post": map[string]any{"language": "en", "title": "Protection adviser", "grade": "P-4"},
	}))
	named := accepted(t, say(t, tr, "unhcr", "nameSecondedPerson", "NameSecondedPersonInput", fields, map[string]any{"id": id, "name": "Jo Doe"}))
	if at(named, "secondment", "personName") != "Jo Doe" {
		t.Errorf("the releasing entity reads %+v", named)
	}
	if out := say(t, tr, "unhcr", "nameSecondedPerson", "NameSecondedPersonInput", fields, map[string]any{"id": id, "name": "Jo Doe", "person": "per_nobody"}); at(out, "userErrors", 0, "reason") != "secondment.person" {
		t.Errorf("somebody who is not on record: %+v", out)
	}
	accepted(t, say(t, tr, "unhcr", "confirmSecondmentStart", "ConfirmSecondmentStartInput", fields, map[string]any{"id": id, "occurredOn": "2020-03-01"}))

	const one = `query($id: ID!) { secondment(id: $id) { status title { original { value } } personName history { change } } node(id: $id) { __typename } }`
	for who, name := range map[string]any{"": nil, "unicef": nil, "secretariat": "Jo Doe", "unhcr": "Jo Doe"} {
		a := tr.Ask(who, one, map[string]any{"id": id})
		if a.Get("secondment", "status") != "STARTED" || a.Get("secondment", "personName") != name || a.Get("node", "__typename") != "Secondment" {
			t.Errorf("%q sees %+v", who, a)
		}
		n := 4 // recorded, acknowledged, confirmed, started
		if name != nil {
			n = 5
		}
		if past, _ := a.Get("secondment", "history").([]any); len(past) != n {
			t.Errorf("%q is told %+v", who, past)
		}
	}
	then := tr.Ask("", `query($at: Int64!) { asOf(at: {index: $at}) { secondments(first: 10, filter: {confirmed: false}) { nodes { status entity { name { original { value } } } } } } secondments(first: 10, filter: {confirmed: false}) { nodes { id } } }`, map[string]any{"at": announced})
	var got []any
	for i := range 2 {
		got = append(got, then.Get("asOf", "secondments", "nodes", i, "status"), then.Get("asOf", "secondments", "nodes", i, "entity", "name", "original", "value"))
	}
	// Both were recorded in the same millisecond of the trial, so ids decide.
	if diff := cmp.Diff(map[any]any{"UNICEF": "IMPENDING", "UNHCR": "RECORDED"}, map[any]any{got[1]: got[0], got[3]: got[2]}); diff != "" {
		t.Errorf("as of the briefing (-want +got):\n%s", diff)
	}
	if now, _ := then.Get("secondments", "nodes").([]any); len(now) != 1 {
		t.Errorf("unconfirmed now: %+v", now)
	}
}
