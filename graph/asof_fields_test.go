package graph_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/demo"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/importing"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// ofNow lists the read fields that answer of now at any moment, and why.
var ofNow = map[string]string{
	"Query.asOf":             "it says the moment",
	"Query.publicView":       "it stands under a moment only",
	"Query.receipt":          "a proof proves more the younger it is",
	"Audit.checkpoint":       "so does a head",
	"Audit.inclusionProof":   "so does a proof",
	"Audit.consistencyProof": "it is between two sizes of the log",
	"Audit.certificates":     "they say what was seen by now",
	"Viewer.id":              "who asks is who asks now",
}

// asked is how each other read field is asked for, as a document inside Query.
// $submissions in it is the id of the first of those, and so on.
var asked = map[string]string{
	"Query.viewer":             `viewer { credentials { capacity } }`,
	"Query.node":               `node(id: "$submissions") { id }`,
	"Query.nodes":              `nodes(ids: ["$submissions", "$briefings"]) { id }`,
	"Query.consultation":       `consultation(id: "$consultations") { id status }`,
	"Query.consultations":      `consultations(first: 50) { nodes { id version } }`,
	"Query.questionnaire":      `questionnaire(id: "$questionnaire") { id }`,
	"Query.submission":         `submission(id: "$submissions") { id text { original { value } } }`,
	"Query.submissions":        `submissions(first: 50) { nodes { id version } }`,
	"Query.entity":             `entity(id: "$entities") { id }`,
	"Query.entities":           `entities(first: 50) { nodes { id version } }`,
	"Query.mandate":            `mandate(id: "$mandates") { id }`,
	"Query.mandates":           `mandates(first: 50) { nodes { id } }`,
	"Query.vocabulary":         `vocabulary(name: "$vocabularies") { id }`,
	"Query.vocabularies":       `vocabularies(first: 50) { nodes { id } }`,
	"Query.memberState":        `memberState(code: "$memberStates") { id }`,
	"Query.memberStates":       `memberStates(first: 50) { nodes { id } }`,
	"Query.championCountry":    `championCountry(id: "$championCountries") { id }`,
	"Query.championCountries":  `championCountries(first: 50) { nodes { id } }`,
	"Query.import":             `import(id: "$imports") { id }`,
	"Query.imports":            `imports(first: 50) { nodes { id } }`,
	"Query.workingGroup":       `workingGroup(id: "$workingGroups") { id }`,
	"Query.workingGroups":      `workingGroups(first: 50) { nodes { id } }`,
	"Query.secondment":         `secondment(id: "$secondments") { id }`,
	"Query.secondments":        `secondments(first: 50) { nodes { id } }`,
	"Query.commitment":         `commitment(id: "$commitments") { id }`,
	"Query.commitments":        `commitments(first: 50) { nodes { id } }`,
	"Query.briefing":           `briefing(id: "$briefings") { id }`,
	"Query.briefings":          `briefings(first: 50) { nodes { id } }`,
	"Query.search":             `search(query: "dangerous", first: 5) { nodes { node { __typename } } }`,
	"Query.audit":              `audit { events(last: 1) { nodes { index } } }`,
	"Query.transparency":       `transparency { published { received } }`,
	"Query.lateDecisions":      `lateDecisions(consultation: "$call", first: 5) { nodes { decision } }`,
	"Audit.events":             `audit { events(last: 1) { nodes { index } } }`,
	"Audit.event":              `audit { event(index: "30") { type } }`,
	"Viewer.person":            `viewer { person { id } }`,
	"Viewer.credentials":       `viewer { credentials { capacity } }`,
	"Viewer.submissions":       `viewer { submissions(first: 5) { nodes { id } } }`,
	"Viewer.coSignaturesAsked": `viewer { coSignaturesAsked(first: 5) { nodes { id } } }`,
	"Viewer.contributions":     `viewer { contributions(first: 5) { nodes { index } } }`,
}

// Every read field heeds the moment: before what it shows was recorded it does
// not show it, and as of the last index it says what it says now.
func TestEveryReadFieldIsAsOf(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	const early = 1 // the secretariat is there, and nothing else
	names := everything(t, tr)
	last := tr.Log.Size() - 1
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	var fields []string
	for _, of := range []string{"Query", "Audit", "Viewer"} {
		for _, f := range schema.Types[of].Fields {
			if !strings.HasPrefix(f.Name, "__") {
				fields = append(fields, of+"."+f.Name)
			}
		}
	}
	for field := range asked {
		if !slices.Contains(fields, field) {
			t.Errorf("%s is no field", field)
		}
	}
	for _, field := range fields {
		document, ok := asked[field]
		if why := ofNow[field]; !ok || why != "" {
			if ok || why == "" {
				t.Errorf("%s: either it is asked here, or it is said why it answers of now", field)
			}
			continue
		}
		document = os.Expand(document, func(name string) string { return names[name] })
		now := tr.Ask("secretariat", "{ "+document+" }", nil)
		if len(now.Errors) > 0 {
			t.Fatalf("%s: %+v", field, now)
		}
		at := func(index int64) trial.Answer {
			return tr.Ask("secretariat", fmt.Sprintf(`{ asOf(at: {index: "%d"}) { %s } }`, index, document), nil)
		}
		if a := at(last); !cmp.Equal(any(now.Data), a.Get("asOf")) {
			t.Errorf("%s as of the last index (-now +then):\n%s", field, cmp.Diff(any(now.Data), a.Get("asOf")))
		}
		if a := at(early); cmp.Equal(any(now.Data), a.Get("asOf")) {
			t.Errorf("%s ignores the moment: as of index %d it says what it says now: %v", field, early, now.Data)
		}
	}
}

// imported begins an import into a call.
func imported(t *testing.T, tr *trial.Trial, call domain.ID) domain.ID {
	t.Helper()
	res, err := tr.App.Imports.Do(t.Context(), "", importing.Begin{Format: "polis", Source: "talk", Into: call}, tr.By("secretariat"))
	if err != nil {
		t.Fatal(err)
	}
	return res.ID
}

// everything records something of every kind, and returns what the documents
// of asked name.
func everything(t *testing.T, tr *trial.Trial) map[string]string {
	t.Helper()
	if err := demo.Record(t.Context(), tr.App, tr.Person); err != nil {
		t.Fatal(err)
	}
	tr.Appoint("secretariat", tr.App.Secretariat(), domain.Auditor)
	tr.Appoint("protection", tr.App.Secretariat(), domain.Protection)
	c := counting{Trial: tr, t: t, call: tr.Call("What is late?")}
	c.submit("secretariat", "A dangerous thing to say", domain.Public, true)
	done(t, tr, "guest", "submitSubmission", fmt.Sprintf(`submitSubmission(input: {idempotencyKey: $key, consultationId: %q, text: {language: "en", value: "We say so together"},
		coSignatories: [%q]}) { submission { id } index userErrors { reason } }`, c.call, tr.Person("secretariat")))
	imported(t, tr, c.call)
	tr.Wait(48 * time.Hour)
	drafted := done(t, tr, "secretariat", "draftQuestionnaire", `draftQuestionnaire(input: {idempotencyKey: $key, title: {language: "en", value: "What we ask"},
		questions: [{number: "1", text: {language: "en", value: "Why?"}}]}) { questionnaire { id } index userErrors { reason } }`)
	names := map[string]string{"questionnaire": fmt.Sprint(drafted.Get("draftQuestionnaire", "questionnaire", "id")), "call": string(c.call)}
	for list, field := range map[string]string{
		"submissions": "id", "briefings": "id", "consultations": "id", "entities": "id", "mandates": "id", "vocabularies": "name", "memberStates": "code",
		"championCountries": "id", "imports": "id", "workingGroups": "id", "secondments": "id", "commitments": "id",
	} {
		a := tr.Ask("secretariat", fmt.Sprintf(`{ %s(first: 1) { nodes { %s } } }`, list, field), nil)
		name, ok := a.Get(list, "nodes", 0, field).(string)
		if !ok {
			t.Fatalf("there are no %s: %+v", list, a)
		}
		names[list] = name
	}
	return names
}
