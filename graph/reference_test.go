package graph_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// done asks for a mutation whose only variable is key, and wants it recorded.
func done(t *testing.T, tr *trial.Trial, name, field, document string) trial.Answer {
	t.Helper()
	a := tr.Ask(name, "mutation($key: IdempotencyKey!) { "+document+" }", map[string]any{"key": tr.Key()})
	if a.Errors != nil || a.Get(field, "index") == nil {
		t.Fatalf("%s: %+v", field, a)
	}
	return a
}

// refusedWith asks likewise, and wants it refused for one reason.
func refusedWith(t *testing.T, tr *trial.Trial, name, field, reason, document string) {
	t.Helper()
	a := tr.Ask(name, "mutation($key: IdempotencyKey!) { "+document+" }", map[string]any{"key": tr.Key()})
	if got := a.Get(field, "userErrors", 0, "reason"); got != reason {
		t.Errorf("%s by %s: %v, want %s in %+v", field, name, got, reason, a)
	}
}

const stateOut = `{ memberState { id version status } index userErrors { reason path } }`

func register(code, number, name, more string) string {
	return fmt.Sprintf(`registerState(input: {idempotencyKey: $key, code: %q, names: [{language: "en", short: %q} %s], facts: {numeric: %q, membership: MEMBER_STATE}}) %s`, code, name, more, number, stateOut)
}

func regions(id any, commissions ...string) string {
	out := ""
	for _, c := range commissions {
		out += fmt.Sprintf(`in%s: recordRegionMembership(input: {idempotencyKey: "a-key-for-commission-%s", id: %q, commission: %s}) { index } `, c, c, id, c)
	}
	return out
}

func TestStateRegister(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	refusedWith(t, tr, "stranger", "registerState", "authority.capacity", register("SWZ", "748", "Swaziland", ""))
	swz := done(t, tr, "secretariat", "registerState", register("SWZ", "748", "Swaziland", `{language: "fr", short: "Swaziland"}`))
	tur := done(t, tr, "secretariat", "registerState", register("TUR", "792", "Türkiye", "")).Get("registerState", "memberState", "id")
	civ := done(t, tr, "secretariat", "registerState", register("CIV", "384", "Côte d’Ivoire", "")).Get("registerState", "memberState", "id")
	refusedWith(t, tr, "secretariat", "registerState", "state.code", register("SW", "748", "Swaziland", ""))
	tr.Ask("secretariat", "mutation { "+regions(tur, "ECE", "ESCWA")+regions(civ, "ECA")+" }", nil)
	before := tr.Engine.Index()

	swzID := swz.Get("registerState", "memberState", "id")
	rename := func(version int) string {
		return fmt.Sprintf(`renameState(input: {idempotencyKey: $key, id: %q, expectedVersion: "%d", occurredOn: "2018-04-19", names: [{language: "en", short: "Eswatini", formal: "the Kingdom of Eswatini"}]}) %s`, swzID, version, stateOut)
	}
	refusedWith(t, tr, "secretariat", "renameState", "version.stale", rename(7))
	done(t, tr, "secretariat", "renameState", rename(1))
	ent := tr.Entity(entity.Country, "Eswatini", "SWZ")

	a := tr.Ask("", fmt.Sprintf(`{
		now: memberState(code: "SWZ") { version status names { language short formal } name { short } renamedOn { words } entity { id } commissions { commission } }
		asOf(at: {index: "%d"}) { memberState(code: "SWZ") { version status name(prefer: ["fr"]) { language short } renamedOn { words } entity { id } } memberStates(filter: {name: "swatini"}, first: 9) { totalCount } }
		all: memberStates(first: 2) { totalCount nodes { code } pageInfo { hasNextPage endCursor } }
		ece: memberStates(filter: {commission: ECE}, first: 9) { totalCount nodes { code commissions { commission } } }
		escwa: memberStates(filter: {commission: ESCWA}, first: 9) { nodes { code } }
		found: memberStates(filter: {name: "cote d"}, first: 9) { nodes { code } }
		none: memberState(code: "XXX") { id }
		node(id: %q) { ... on MemberState { code numericCode } }
	}`, before, swzID), nil)
	want := map[string]any{
		"now": map[string]any{
			"version": "2", "status": "RENAMED", "names": []any{map[string]any{"language": "en", "short": "Eswatini", "formal": "the Kingdom of Eswatini"}},
			"name": map[string]any{"short": "Eswatini"}, "renamedOn": map[string]any{"words": "2018-04-19"}, "entity": map[string]any{"id": string(ent)}, "commissions": []any{},
		},
		"asOf": map[string]any{
			"memberState":  map[string]any{"version": "1", "status": "ACTIVE", "name": map[string]any{"language": "fr", "short": "Swaziland"}, "renamedOn": nil, "entity": nil},
			"memberStates": map[string]any{"totalCount": 0.0},
		},
		"all":   map[string]any{"totalCount": 3.0, "nodes": []any{map[string]any{"code": "CIV"}, map[string]any{"code": "SWZ"}}, "pageInfo": a.Get("all", "pageInfo")},
		"ece":   map[string]any{"totalCount": 1.0, "nodes": []any{map[string]any{"code": "TUR", "commissions": []any{map[string]any{"commission": "ECE"}, map[string]any{"commission": "ESCWA"}}}}},
		"escwa": map[string]any{"nodes": []any{map[string]any{"code": "TUR"}}},
		"found": map[string]any{"nodes": []any{map[string]any{"code": "CIV"}}},
		"none":  nil,
		"node":  map[string]any{"code": "SWZ", "numericCode": "748"},
	}
	if diff := cmp.Diff(want, a.Data); diff != "" || a.Errors != nil {
		t.Errorf("(-want +got) %v\n%s", a.Errors, diff)
	}
	next := tr.Ask("", fmt.Sprintf(`{ memberStates(first: 2, after: %q) { nodes { code } pageInfo { hasNextPage } } }`, a.Get("all", "pageInfo", "endCursor")), nil)
	if next.Get("memberStates", "nodes", 0, "code") != "TUR" || next.Get("memberStates", "pageInfo", "hasNextPage") != false {
		t.Errorf("the next page is %+v", next)
	}
	leave := func(c string) string {
		return fmt.Sprintf(`endRegionMembership(input: {idempotencyKey: $key, id: %q, commission: %s}) %s`, tur, c, stateOut)
	}
	done(t, tr, "secretariat", "endRegionMembership", leave("ECE"))
	refusedWith(t, tr, "secretariat", "endRegionMembership", "state.last_commission", leave("ESCWA"))
	a = tr.Ask("", fmt.Sprintf(`{ now: memberStates(filter: {commission: ECE}, first: 1) { totalCount } asOf(at: {index: "%d"}) { memberStates(filter: {commission: ECE}, first: 1) { totalCount } } }`, before), nil)
	if a.Get("now", "totalCount") != 0.0 || a.Get("asOf", "memberStates", "totalCount") != 1.0 {
		t.Errorf("after it left: %+v", a)
	}
	done(t, tr, "secretariat", "endState", fmt.Sprintf(`endState(input: {idempotencyKey: $key, id: %q, reason: "It merged."}) %s`, tur, stateOut))
	refusedWith(t, tr, "secretariat", "registerState", "state.ended", register("TUR", "792", "Turkey", ""))
}

const termsOut = `{ vocabulary { id version terms { code deprecated successor } } index userErrors { reason path } }`

func TestVocabularies(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	a := tr.Ask("", `{
		vocabularies(first: 9) { nodes { name version inForce source { symbol paragraph } terms { code } } }
		mandates(first: 9) { nodes { symbol status adoptedOn { words } paragraphs { number } } }
	}`, nil)
	counts := map[any]int{}
	for i := range 3 {
		terms, _ := a.Get("vocabularies", "nodes", i, "terms").([]any)
		counts[a.Get("vocabularies", "nodes", i, "name")] = len(terms)
	}
	if diff := cmp.Diff(map[any]int{"gcm-objectives": 23, "gcm-principles": 10, "stakeholder-categories-gcm-44": 13}, counts); diff != "" {
		t.Errorf("a new installation (-want +got):\n%s", diff)
	}
	if a.Get("mandates", "nodes", 0, "symbol") != "A/RES/73/195" || a.Get("mandates", "nodes", 1, "symbol") != "A/RES/73/326" {
		t.Errorf("a new installation's mandates: %+v", a.Get("mandates"))
	}

	publish := func(version int, terms string) string {
		return fmt.Sprintf(`publishVocabulary(input: {idempotencyKey: $key, name: "themes", version: %d, source: {symbol: "A/RES/73/195"}, terms: [%s]}) %s`, version, terms, termsOut)
	}
	rights, youth := `{code: "rights", label: {language: "en", value: "Rights"}}`, `{code: "youth", label: {language: "en", value: "Young people"}}`
	refusedWith(t, tr, "stranger", "publishVocabulary", "authority.capacity", publish(1, rights))
	id := done(t, tr, "secretariat", "publishVocabulary", publish(1, rights)).Get("publishVocabulary", "vocabulary", "id")
	done(t, tr, "secretariat", "addTerm", fmt.Sprintf(`addTerm(input: {idempotencyKey: $key, id: %q, term: %s}) %s`, id, youth, termsOut))
	done(t, tr, "secretariat", "mapTerm", fmt.Sprintf(`mapTerm(input: {idempotencyKey: $key, id: %q, code: "youth", to: {vocabulary: "gcm-objectives", version: 1, term: "18"}}) %s`, id, termsOut))
	refusedWith(t, tr, "secretariat", "mapTerm", "vocabulary.term", fmt.Sprintf(`mapTerm(input: {idempotencyKey: $key, id: %q, code: "youth", to: {vocabulary: "gcm-objectives", version: 1, term: "24"}}) %s`, id, termsOut))
	before := tr.Engine.Index()
	done(t, tr, "secretariat", "deprecateTerm", fmt.Sprintf(`deprecateTerm(input: {idempotencyKey: $key, id: %q, code: "rights", successor: "youth", reason: "Too broad."}) %s`, id, termsOut))
	done(t, tr, "secretariat", "publishVocabulary", publish(2, youth))

	a = tr.Ask("", fmt.Sprintf(`{
		now: vocabulary(name: "themes") { version inForce terms { code mappings { vocabulary version term } } }
		first: vocabulary(name: "themes", version: 1) { version inForce terms { code deprecated successor reason mappings { term } } }
		third: vocabulary(name: "themes", version: 3) { version }
		asOf(at: {index: "%d"}) { vocabulary(name: "themes") { version inForce terms { code deprecated } } later: vocabulary(name: "themes", version: 2) { version } }
		node(id: %q) { ... on Vocabulary { version } }
	}`, before, id), nil)
	want := map[string]any{
		"now": map[string]any{"version": 2.0, "inForce": true, "terms": []any{map[string]any{"code": "youth", "mappings": []any{}}}},
		"first": map[string]any{"version": 1.0, "inForce": false, "terms": []any{
			map[string]any{"code": "rights", "deprecated": true, "successor": "youth", "reason": "Too broad.", "mappings": []any{}},
			map[string]any{"code": "youth", "deprecated": false, "successor": nil, "reason": nil, "mappings": []any{map[string]any{"term": "18"}}},
		}},
		"third": nil,
		"asOf": map[string]any{
			"vocabulary": map[string]any{"version": 1.0, "inForce": true, "terms": []any{map[string]any{"code": "rights", "deprecated": false}, map[string]any{"code": "youth", "deprecated": false}}},
			"later":      nil,
		},
		"node": map[string]any{"version": 2.0},
	}
	if diff := cmp.Diff(want, a.Data); diff != "" || a.Errors != nil {
		t.Errorf("(-want +got) %v\n%s", a.Errors, diff)
	}

	// What an entity is put under is looked up, and narrows the submissions.
	propose := func(term string) string {
		return fmt.Sprintf(`proposeEntity(input: {idempotencyKey: $key, kind: STAKEHOLDER, name: {language: "en", value: "Union"}, vocabulary: "stakeholder-categories-gcm-44", term: %q}) { entity { id categories { term version } } index userErrors { reason } }`, term)
	}
	refusedWith(t, tr, "ngo", "proposeEntity", "entity.term", propose("unions"))
	union := done(t, tr, "ngo", "proposeEntity", propose("trade-unions")).Get("proposeEntity", "entity", "id").(string)
	tr.Appoint("ngo", domain.ID(union), domain.Stakeholder)
	call := tr.Call("What should the report say?")
	sent := tr.Ask("ngo", `mutation($call: ID!, $for: ID) { submitSubmission(input: {idempotencyKey: "a-key-for-a-submission", actingFor: $for, consultationId: $call, text: {language: "en", value: "Fair wages."}}) { submission { id } userErrors { reason } } }`, map[string]any{"call": call, "for": union})
	a = tr.Ask("ngo", `{ in: submissions(filter: {category: "trade-unions"}, first: 9) { nodes { id } } out: submissions(filter: {category: "media"}, first: 9) { nodes { id } } }`, nil)
	if sub := sent.Get("submitSubmission", "submission", "id"); sub == nil || a.Get("in", "nodes", 0, "id") != sub || a.Get("out", "nodes", 0) != nil {
		t.Errorf("by category: %+v of %+v", a, sent)
	}
}

func TestMandates(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	const out = `{ mandate { id status paragraphs { number text { original { value } } } } index userErrors { reason path } }`
	register := `registerMandate(input: {idempotencyKey: $key, symbol: " A/RES/70/1 ", title: {language: "en", value: "The 2030 Agenda"}, adoptedOn: "2015-09-25", paragraphs: [{number: "29", text: {language: "en", value: "On migrants."}}, {number: "PP 2"}]}) ` + out
	refusedWith(t, tr, "stranger", "registerMandate", "authority.capacity", register)
	a := done(t, tr, "secretariat", "registerMandate", register)
	want := []any{
		map[string]any{"number": "29", "text": map[string]any{"original": map[string]any{"value": "On migrants."}}},
		map[string]any{"number": "PP 2", "text": nil},
	}
	if diff := cmp.Diff(want, a.Get("registerMandate", "mandate", "paragraphs")); diff != "" {
		t.Errorf("paragraphs (-want +got):\n%s", diff)
	}
	id, before := a.Get("registerMandate", "mandate", "id"), tr.Engine.Index()
	done(t, tr, "secretariat", "supersedeMandate", fmt.Sprintf(`supersedeMandate(input: {idempotencyKey: $key, id: %q, successor: {symbol: "A/RES/79/1"}, occurredOn: "2024"}) %s`, id, out))
	refusedWith(t, tr, "secretariat", "supersedeMandate", "mandate.superseded", fmt.Sprintf(`supersedeMandate(input: {idempotencyKey: $key, id: %q, successor: {symbol: "A/RES/79/2"}}) %s`, id, out))
	a = tr.Ask("", fmt.Sprintf(`{ mandate(symbol: "A/RES/70/1") { id status supersededBy { symbol } supersededOn { words } } asOf(at: {index: "%d"}) { mandate(id: %q) { status supersededBy { symbol } } } }`, before, id), nil)
	wantAll := map[string]any{
		"mandate": map[string]any{"id": id, "status": "SUPERSEDED", "supersededBy": map[string]any{"symbol": "A/RES/79/1"}, "supersededOn": map[string]any{"words": "2024"}},
		"asOf":    map[string]any{"mandate": map[string]any{"status": "IN_FORCE", "supersededBy": nil}},
	}
	if diff := cmp.Diff(wantAll, a.Data); diff != "" {
		t.Errorf("(-want +got) %v\n%s", a.Errors, diff)
	}
}
