package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
)

// nameRoutes are the ways on which the name of a record's owner may come out.
var nameRoutes = map[string]string{
	"by id":              `submission(id: $id) { entity { id name { original { value } } } author reason source { name item hash } attestations { title link } coSignatories { partyId } versions { kind coSignatories { partyId } } history { change } }`,
	"as a node":          `node(id: $id) { id ... on Submission { entity { id } author } }`,
	"listed":             `submissions(first: 50) { nodes { id entity { id name { original { value } } } author reason source { name item } } }`,
	"by the entity":      `submissions(filter: {entity: $owner}, first: 50) { nodes { id } }`,
	"by its category":    `submissions(filter: {category: "media"}, first: 50) { nodes { id } }`,
	"by the entity, in":  `consultation(id: $call) { submissions(filter: {entity: $owner}, first: 50) { nodes { id } } }`,
	"by its category in": `consultation(id: $call) { submissions(filter: {category: "media"}, first: 50) { nodes { id } } }`,
	"sorted":             `submissions(orderBy: {field: ENTITY_NAME, direction: ASC}, first: 1) { nodes { id } }`,
	"found":              `search(query: "mattress", first: 10) { nodes { node { ... on Submission { id entity { id } author } } snippet { value } } }`,
	"in figures":         `transparency { published { verifiedEntities } }`,
	"to auditors":        `audit { events(first: 100, filter: {stream: $stream}) { nodes { type actor actingFor idempotencyKey data } } }`,
	"by who acted for":   `audit { events(first: 100, filter: {stream: $stream, actingFor: $owner}) { nodes { type } } }`,
	"by who acted":       `audit { events(first: 100, filter: {stream: $stream, actor: $person}) { nodes { type } } }`,
}

// A recordTrial has one submission taken down in somebody's name.
type recordTrial struct {
	audienceTrial
	call, id, owner string
}

func newRecordTrial(t *testing.T) recordTrial {
	a := newAudienceTrial(t)
	for who, c := range map[string]domain.Capacity{"auditor": domain.Auditor, "moderator": domain.Moderator, "editor": domain.Editor} {
		a.Appoint(who, a.App.Secretariat(), c)
	}
	for _, who := range []string{"second", "third"} {
		a.Appoint(who, a.App.Secretariat(), domain.Secretariat)
	}
	r := recordTrial{audienceTrial: a, call: a.call(""), owner: string(a.Entity(entity.Stakeholder, "Canary Birds", ""))}
	a.Appoint("owner", domain.ID(r.owner), domain.Stakeholder)
	if _, refused := a.sends("secretariat", "classifyEntity", fmt.Sprintf(`id: %q, vocabulary: "stakeholder-categories-gcm-44", term: "media"`, r.owner), "entity"); refused != "" {
		t.Fatal(refused)
	}
	other, refused := a.sends("ngo", "submitSubmission", fmt.Sprintf(`consultationId: %q, text: {language: "en", value: "Before all names."}`, r.call), "submission")
	if refused == "" {
		_, refused = a.sends("secretariat", "publishSubmission", fmt.Sprintf("id: %q", other), "submission")
	}
	if refused != "" {
		t.Fatal(refused)
	}
	r.id, refused = a.sends("secretariat", "recordSubmission", fmt.Sprintf(`consultationId: %q, owner: %q, author: "Canary the Bird", text: {language: "en", value: "A mattress for all."}, publish: true,
		source: {name: "Letter of Canary Birds", item: "Canary 7", hash: %q}`, r.call, r.owner, strings.Repeat("ab", 32)), "submission")
	if refused != "" {
		t.Fatal(refused)
	}
	return r
}

// does sends a command on the record, which must be taken.
func (r recordTrial) does(who, does, in string) int64 {
	r.t.Helper()
	if in != "" {
		in = ", " + in
	}
	if _, refused := r.sends(who, does, fmt.Sprintf("id: %q%s", r.id, in), "submission"); refused != "" {
		r.t.Fatalf("%s by %s: %s", does, who, refused)
	}
	r.Settle()
	return r.Log.Size() - 1
}

func (r recordTrial) attests(who string) int64 {
	r.t.Helper()
	return r.does(who, "attestSubmissionRecord", `source: {title: "Canary's own page", link: "https://canary.example/statement"}`)
}

// told lists the nameRoutes by which somebody learns whose the record is. At is the
// index as of which they ask, or "" to ask as of now.
func (r recordTrial) told(who, at string) (all []string) {
	r.t.Helper()
	for way, document := range nameRoutes {
		variables := map[string]any{}
		params := ""
		for name, value := range map[string]string{"id": r.id, "owner": r.owner, "call": r.call, "stream": "submission-" + r.id, "person": string(r.Person("owner"))} {
			if strings.Contains(document, "$"+name) {
				kind := map[bool]string{true: "String!", false: "ID!"}[name == "stream"]
				params, variables[name] = params+" $"+name+": "+kind, value
			}
		}
		query := "{ " + document + " }"
		if at != "" {
			query = "{ " + at + " " + query + " }"
		}
		if params != "" {
			query = "query(" + params + ") " + query
		}
		got := r.Ask(who, query, variables)
		if len(got.Errors) > 0 && who != "auditor" && !strings.Contains(at, "publicView") {
			r.t.Fatalf("%s %s: %+v", way, at, got.Errors)
		}
		b, err := json.Marshal(got.Data)
		if err != nil {
			r.t.Fatal(err)
		}
		text := string(b)
		reveals := strings.Contains(text, "anary") || strings.Contains(text, r.owner) || strings.Contains(text, string(r.Person("owner")))
		switch way {
		case "by the entity", "by its category", "by the entity, in", "by its category in":
			reveals = strings.Contains(text, r.id)
		case "sorted":
			reveals = strings.Contains(text, r.id) && r.named(who, at) // the one without a name is first, if it is one
		case "by who acted for", "by who acted":
			reveals = strings.Contains(text, `"type"`)
		case "in figures":
			reveals = strings.Contains(text, `"verifiedEntities":2`)
		}
		if reveals {
			all = append(all, way)
		}
	}
	return all
}

// named reports whether somebody is told the name where it stands.
func (r recordTrial) named(who, at string) bool {
	query := fmt.Sprintf(`{ submission(id: %q) { entity { id } } }`, r.id)
	if at == "" {
		return r.Ask(who, query, nil).Get("submission", "entity") != nil
	}
	got := r.Ask(who, "{ "+at+" "+query+" }", nil)
	return got.Get("asOf", "submission", "entity") != nil
}

// strangers are all but the owner's people and the officers who handle records.
var strangers = []string{"", "stranger", "ngo", "mission", "team", "auditor", "moderator"}

func (r recordTrial) checks(when, at string, want bool) {
	r.t.Helper()
	for _, who := range strangers {
		ways := r.told(who, at)
		if !want && len(ways) > 0 {
			r.t.Errorf("%s %s: %q is told whose it is, %v", when, at, who, ways)
		}
		if want && (!r.named(who, at) || len(ways) < 4) {
			r.t.Errorf("%s %s: %q is told whose it is by %v alone", when, at, who, ways)
		}
	}
	for _, who := range []string{"owner", "secretariat", "editor"} {
		if !r.named(who, at) {
			r.t.Errorf("%s %s: %q is not told whose it is", when, at, who)
		}
	}
}

func asOfIndex(index int64) string { return fmt.Sprintf(`asOf(at: {index: "%d"})`, index) }

// Whose a record is comes out on no carrier before it is settled: not by one
// officer, nor by one who attests; but once two attest. When the one named
// contests it, it comes out on none any more, at any date, until they confirm.
func TestRecordsAreNobodysUntilSettled(t *testing.T) {
	r := newRecordTrial(t)
	recorded := r.Log.Size() - 1
	r.checks("recorded", "", false)
	first := r.attests("secretariat")
	r.checks("attested once", "", false)
	attested := r.attests("second")
	r.checks("attested", "", true)
	r.checks("attested", asOfIndex(recorded), false)
	r.checks("attested", asOfIndex(first), false)
	r.checks("attested", asOfIndex(attested), true)
	r.does("owner", "contestRecordedSubmission", `reason: "Canary never said so."`)
	for _, at := range []string{"", asOfIndex(recorded), asOfIndex(first), asOfIndex(attested)} {
		r.checks("contested", at, false)
	}
	for _, at := range []int64{recorded, attested} {
		public := r.Ask("auditor", fmt.Sprintf(`{ %s { publicView { submission(id: %q) { author entity { id } source { name item } } submissions(filter: {entity: %q}, first: 5) { nodes { id } } } } }`, asOfIndex(at), r.id, r.owner), nil)
		if text := fmt.Sprint(public.Data); strings.Contains(text, "anary") || strings.Contains(text, r.owner) || public.Get("asOf", "publicView", "submissions", "nodes", 0) != nil {
			t.Errorf("what was public as of %d tells %s", at, text)
		}
	}
	got := r.Ask("", fmt.Sprintf(`{ submission(id: %q) { contested attested confirmed recorded text { original { value } } history { change } } }`, r.id), nil)
	for field, want := range map[string]any{"contested": true, "attested": false, "confirmed": false, "recorded": true} {
		if got.Get("submission", field) != want {
			t.Errorf("%s is %v, want %v", field, got.Get("submission", field), want)
		}
	}
	if got.Get("submission", "text", "original", "value") != "A mattress for all." || got.Get("submission", "history", 3, "change") != "submission.recorded_contested" {
		t.Errorf("the public reads %+v", got.Data)
	}
	if _, refused := r.sends("third", "attestSubmissionRecord", fmt.Sprintf(`id: %q, source: {title: "A page", link: "https://canary.example"}`, r.id), "submission"); refused != "submission.contested" {
		t.Errorf("attested against the one named: %q", refused)
	}
	confirmed := r.does("owner", "confirmRecordedSubmission", "")
	r.checks("confirmed after all", "", true)
	r.checks("confirmed after all", asOfIndex(confirmed), true)
	r.checks("confirmed after all", asOfIndex(recorded), false)
}

// A correction waits for its release, and whose it is has to be attested again:
// one officer does not put words into a name that two attested.
func TestCorrectedRecordsWait(t *testing.T) {
	r := newRecordTrial(t)
	r.attests("secretariat")
	r.attests("second")
	r.does("secretariat", "correctSubmissionRecord", `text: {language: "en", value: "A mattress for some."}, source: "The letter, read again."`)
	r.checks("corrected", "", false)
	reads := func(who, want string) {
		t.Helper()
		got := r.Ask(who, fmt.Sprintf(`{ submission(id: %q) { text { original { value } } awaitsRelease versions { kind status } } }`, r.id), nil)
		if text := got.Get("submission", "text", "original", "value"); text != want {
			t.Errorf("%q reads %v, want %s", who, text, want)
		}
	}
	reads("", "A mattress for all.")
	reads("owner", "A mattress for some.")
	reads("secretariat", "A mattress for some.")
	r.does("second", "publishSubmission", "")
	reads("", "A mattress for some.")
	if got := r.Ask("", fmt.Sprintf(`{ submission(id: %q) { versions { kind status } } search(query: "some", first: 5) { nodes { node { ... on Submission { id } } } } }`, r.id), nil); got.Get("submission", "versions", 1, "kind") != "CORRECTED" || got.Get("search", "nodes", 0, "node", "id") != r.id {
		t.Errorf("the public reads %+v", got.Data)
	}
	r.does("owner", "confirmRecordedSubmission", "")
	r.checks("confirmed", "", true)
	if _, refused := r.sends("secretariat", "correctSubmissionRecord", fmt.Sprintf(`id: %q, text: {language: "en", value: "No."}, source: "x"`, r.id), "submission"); refused != "submission.record_confirmed" {
		t.Errorf("corrected after it was confirmed: %q", refused)
	}
}

// One officer's word lapses after 14 days, and says until when it counts.
func TestOneAttestationLapses(t *testing.T) {
	r := newRecordTrial(t)
	r.attests("secretariat")
	lapses, _ := r.Ask("second", fmt.Sprintf(`{ submission(id: %q) { attestations { title link attestedAt lapsesAt } } }`, r.id), nil).Get("submission", "attestations", 0, "lapsesAt").(string)
	until, err := time.Parse(time.RFC3339, lapses)
	if err != nil || until.Sub(r.Now()) > 14*24*time.Hour || until.Sub(r.Now()) < 14*24*time.Hour-time.Minute {
		t.Errorf("it lapses at %q, and it is %s", lapses, r.Now())
	}
	r.Wait(14 * 24 * time.Hour)
	r.attests("second")
	r.checks("attested twice, the first lapsed", "", false)
	r.attests("third")
	r.checks("attested in time", "", true)
	got := r.Ask("", fmt.Sprintf(`{ submission(id: %q) { attestations { link lapsesAt } } }`, r.id), nil)
	if got.Get("submission", "attestations", 1, "link") == nil || got.Get("submission", "attestations", 2) != nil || got.Get("submission", "attestations", 0, "lapsesAt") != nil {
		t.Errorf("it is attested by %+v", got.Data)
	}
}
