package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// routes are the ways on which an entity may come out.
var routes = map[string]string{
	"by id":              `query($id: ID!) { entity(id: $id) { name { original { value } } website } }`,
	"as a node":          `query($id: ID!) { node(id: $id) { id ... on Entity { name { original { value } } } } nodes(ids: [$id]) { id } }`,
	"listed":             `{ entities(first: 100) { nodes { id name { original { value } } acronym website description { original { value } } categories { term } } } }`,
	"by name":            `{ entities(filter: {name: "clandest"}, first: 100) { nodes { id } } }`,
	"by status":          `{ entities(filter: {status: PROPOSED}, first: 100) { nodes { id name { original { value } } } } }`,
	"found":              `{ search(query: "clandestine", first: 50) { nodes { node { ... on Submission { id entity { name { original { value } } } } } } } }`,
	"as an author":       `{ submissions(first: 100) { nodes { id entity { id name { original { value } } } coSignatories { entity { id name { original { value } } } } } } }`,
	"by what it wrote":   `query($id: ID!) { submissions(filter: {entity: $id}, first: 50) { nodes { id } } }`,
	"by its category":    `{ submissions(filter: {category: "media"}, first: 50) { nodes { id } } }`,
	"sorted by its name": `{ submissions(orderBy: {field: ENTITY_NAME, direction: ASC}, first: 100) { nodes { id entity { name { original { value } } } } } }`,
	"to auditors":        `{ audit { events(first: 100) { nodes { type data } } } }`,
}

// traces are what would tell of the proposal: its id, and what it says.
func traces(answer trial.Answer, id string) string {
	b, err := json.Marshal(answer.Data)
	if err != nil {
		return err.Error()
	}
	for _, t := range []string{"Clandestine", "clandestine.example", "CLAN", "Underground", id} {
		if strings.Contains(string(b), t) {
			return t
		}
	}
	return ""
}

// A proposal comes out on no route to others than its proposer, those who act
// for it and the office, at no date, until it is recognised; nor after it is
// dissolved without. What it published is read all the same.
func TestProposalsAreNotPublic(t *testing.T) {
	for name, ends := range map[string]string{"waiting": "", "dissolved": `dissolveEntity(input: {idempotencyKey: $key, id: $id, reason: "Spam."}) { index userErrors { code } }`} {
		t.Run(name, func(t *testing.T) { notPublic(t, ends) })
	}
}

func notPublic(t *testing.T, ends string) {
	a := newAudienceTrial(t)
	for who, c := range map[string]domain.Capacity{"auditor": domain.Auditor, "editor": domain.Editor, "moderator": domain.Moderator} {
		a.Appoint(who, a.App.Secretariat(), c)
	}
	call := a.call("")
	id, refused := a.sends("stranger", "proposeEntity", `kind: STAKEHOLDER, name: {language: "en", value: "Clandestine"}, acronym: "CLAN", website: "https://clandestine.example", description: {language: "en", value: "Underground."}`, "entity")
	if refused != "" {
		t.Fatal(refused)
	}
	proposed := a.Log.Size() - 1
	a.Appoint("member", domain.ID(id), domain.Stakeholder)
	sub, refused := a.sends("member", "submitSubmission", fmt.Sprintf(`consultationId: %q, text: {language: "en", value: "Hear the unheard."}, coSignatories: [%q]`, call, a.ids["ngo"]), "submission")
	if refused == "" {
		_, refused = a.sends("secretariat", "publishSubmission", fmt.Sprintf("id: %q", sub), "submission")
	}
	if refused != "" {
		t.Fatal(refused)
	}
	if ends != "" {
		got := a.Ask("secretariat", "mutation($key: IdempotencyKey!, $id: ID!) { "+ends+" }", map[string]any{"key": a.Key(), "id": id})
		if len(got.Errors) > 0 || got.Get("dissolveEntity", "userErrors", 0) != nil {
			t.Fatal(got)
		}
	}
	a.Settle()
	last := a.Log.Size() - 1
	told := 0
	for way, document := range routes {
		for _, at := range []string{"", fmt.Sprintf(`asOf(at: {index: "%d"})`, proposed), fmt.Sprintf(`asOf(at: {index: "%d"})`, last)} {
			query := document
			if at != "" {
				open := strings.Index(document, "{")
				query = document[:open] + "{ " + at + " " + document[open:] + " }"
			}
			variables := map[string]any{}
			if strings.Contains(document, "$id") {
				variables["id"] = id
			}
			for _, who := range []string{"", "ngo", "mission", "team", "auditor", "editor", "moderator"} {
				answer := a.Ask(who, query, variables)
				if got := traces(answer, id); got != "" && !(way == "to auditors") {
					t.Errorf("%s %s tells %q: %s", way, at, who, got)
				} else if got != "" && got != id {
					t.Errorf("%s %s tells %q: %s", way, at, who, got)
				}
			}
			for _, who := range []string{"stranger", "secretariat"} {
				if traces(a.Ask(who, query, variables), id) != "" {
					told++
				}
			}
		}
	}
	if told == 0 {
		t.Error("nobody is told of it: these are no routes")
	}
	read := a.Ask("", fmt.Sprintf(`{ submission(id: %q) { text { original { value } } entity { id } } }`, sub), nil)
	if read.Get("submission", "text", "original", "value") != "Hear the unheard." || read.Get("submission", "entity") != nil {
		t.Errorf("what it published is read as %v", read.Data)
	}
}

// Once it is recognised everybody sees it, from then on; and another name that
// it gives itself waits for the office.
func TestRecognisedNames(t *testing.T) {
	a := newAudienceTrial(t)
	id, _ := a.sends("stranger", "proposeEntity", `kind: STAKEHOLDER, name: {language: "en", value: "Good neighbours"}`, "entity")
	before := a.Log.Size() - 1
	a.sends("secretariat", "recogniseEntity", fmt.Sprintf("id: %q", id), "entity")
	a.Appoint("admin", domain.ID(id), domain.EntityAdmin)
	a.sends("admin", "renameEntity", fmt.Sprintf(`id: %q, name: {language: "en", value: "El Sаlvador"}, acronym: "ES"`, id), "entity") // a Cyrillic a
	a.Entity(entity.Country, "El Salvador", "SLV")
	named := func(who, at string) any {
		query := fmt.Sprintf(`entity(id: %q) { name { original { value } } acronym mixedScript looksLike { name entity { code } } }`, id)
		if at != "" {
			return a.Ask(who, "{ "+at+" { "+query+" } }", nil).Get("asOf", "entity", "name", "original", "value")
		}
		return a.Ask(who, "{ "+query+" }", nil).Get("entity", "name", "original", "value")
	}
	for who, want := range map[string]any{"": "Good neighbours", "ngo": "Good neighbours", "admin": "El Sаlvador", "secretariat": "El Sаlvador"} {
		if got := named(who, ""); got != want {
			t.Errorf("%q reads the name %v", who, got)
		}
	}
	if got := named("", fmt.Sprintf(`asOf(at: {index: "%d"})`, before)); got != nil {
		t.Errorf("before it was recognised everybody read %v", got)
	}
	for _, find := range []string{"Sаlvador", "ES"} {
		list := a.Ask("", fmt.Sprintf(`{ entities(filter: {name: %q, kind: STAKEHOLDER}, first: 10) { nodes { id } } }`, find), nil)
		if nodes, _ := list.Get("entities", "nodes").([]any); len(nodes) != 0 {
			t.Errorf("it is found by %q, which nobody recognised", find)
		}
	}
	asked := fmt.Sprintf(`{ entity(id: %q) { mixedScript looksLike { name entity { code } memberState { code } } } }`, id)
	flags := a.Ask("secretariat", asked, nil)
	if flags.Get("entity", "mixedScript") != true || flags.Get("entity", "looksLike", 0, "entity", "code") != "SLV" {
		t.Errorf("the officer is told %v", flags.Data)
	}
	if public := a.Ask("ngo", asked, nil); public.Get("entity", "mixedScript") != false || public.Get("entity", "looksLike", 0) != nil {
		t.Errorf("others are told %v", public.Data)
	}
	a.sends("secretariat", "recogniseEntity", fmt.Sprintf("id: %q", id), "entity")
	if got := named("", ""); got != "El Sаlvador" {
		t.Errorf("recognised anew it is shown as %v", got)
	}
}
