package graph_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

const championOut = `{ championCountry { id status listVersion } index userErrors { reason path } }`

// sees lists the statuses of the champion countries that name sees.
func sees(t *testing.T, tr *trial.Trial, name, query string) []any {
	t.Helper()
	a := tr.Ask(name, query, nil)
	if a.Errors != nil {
		t.Fatalf("%s: %+v", query, a.Errors)
	}
	nodes := a.Get("championCountries", "nodes")
	if nodes == nil {
		nodes = a.Get("asOf", "championCountries", "nodes")
	}
	out := []any{}
	for _, n := range nodes.([]any) {
		out = append(out, n.(map[string]any)["status"])
	}
	return out
}

func TestChampions(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	slv, prt := tr.Entity(entity.Country, "El Salvador", "SLV"), tr.Entity(entity.Country, "Portugal", "PRT")
	tr.Appoint("slv-mission", slv, domain.StateMission)
	tr.Appoint("prt-mission", prt, domain.StateMission)
	tr.Appoint("auditor", tr.App.Secretariat(), domain.Auditor)
	tr.Appoint("editor", tr.App.Secretariat(), domain.Editor)

	invite := func(id domain.ID) string {
		return fmt.Sprintf(`inviteChampion(input: {idempotencyKey: $key, state: %q, occurredOn: "early 2020"}) %s`, id, championOut)
	}
	answer := func(verb string, id any) string {
		return fmt.Sprintf(`%s(input: {idempotencyKey: $key, id: %q}) %s`, verb, id, championOut)
	}
	refusedWith(t, tr, "secretariat", "inviteChampion", "champion.state", invite(tr.App.Secretariat()))
	id := done(t, tr, "secretariat", "inviteChampion", invite(slv)).Get("inviteChampion", "championCountry", "id")
	other := done(t, tr, "secretariat", "inviteChampion", invite(prt)).Get("inviteChampion", "championCountry", "id")
	invited := tr.Engine.Index()

	const list = `{ championCountries(first: 9) { nodes { status } } }`
	then := fmt.Sprintf(`{ asOf(at: {index: "%d"}) { championCountries(first: 9) { nodes { status } } } }`, invited)
	check := func(when, query string, want map[string][]any) {
		t.Helper()
		got := map[string][]any{}
		for name := range want {
			got[name] = sees(t, tr, name, query)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, who sees what (-want +got):\n%s", when, diff)
		}
	}
	check("invited", list, map[string][]any{
		"": {}, "stranger": {}, "editor": {}, "slv-mission": {"INVITED"}, "prt-mission": {"INVITED"}, "secretariat": {"INVITED", "INVITED"}, "auditor": {"INVITED", "INVITED"},
	})
	if a := tr.Ask("prt-mission", fmt.Sprintf(`{ championCountry(id: %q) { id } node(id: %q) { id } }`, id, id), nil); a.Get("championCountry") != nil || a.Get("node") != nil {
		t.Errorf("G9: another State sees an invitation: %+v", a)
	}
	refusedWith(t, tr, "prt-mission", "acceptChampion", "champion.unknown", answer("acceptChampion", id))
	refusedWith(t, tr, "secretariat", "acceptChampion", "authority.owner", answer("acceptChampion", id))
	refusedWith(t, tr, "secretariat", "listChampion", "champion.status", fmt.Sprintf(`listChampion(input: {idempotencyKey: $key, id: %q, listVersion: 1}) %s`, id, championOut))

	done(t, tr, "slv-mission", "acceptChampion", answer("acceptChampion", id))
	done(t, tr, "secretariat", "listChampion", fmt.Sprintf(`listChampion(input: {idempotencyKey: $key, id: %q, listVersion: 1}) %s`, id, championOut))
	done(t, tr, "prt-mission", "declineChampion", answer("declineChampion", other))
	check("one accepted, one declined", list, map[string][]any{
		"": {"LISTED"}, "slv-mission": {"LISTED"}, "prt-mission": {"LISTED", "DECLINED"}, "secretariat": {"LISTED", "DECLINED"},
	})
	check("as of the invitations", then, map[string][]any{"": {}, "slv-mission": {"INVITED"}, "secretariat": {"INVITED", "INVITED"}})
	check("by status", `{ championCountries(filter: {status: DECLINED}, first: 9) { nodes { status } } }`, map[string][]any{"": {}, "prt-mission": {"DECLINED"}})
	check("on the initial list", `{ championCountries(filter: {listVersion: 1}, first: 9) { nodes { status } } }`, map[string][]any{"": {"LISTED"}})

	done(t, tr, "slv-mission", "agreeSupport", fmt.Sprintf(`agreeSupport(input: {idempotencyKey: $key, id: %q, plan: {language: "es", value: "Un plan."}}) %s`, id, championOut))
	for i, lesson := range []string{"Escuchar.", "Volver a escuchar."} {
		done(t, tr, "slv-mission", "shareLesson", fmt.Sprintf(`shareLesson(input: {idempotencyKey: $key, id: %q, lesson: {language: "es", value: %q}, occurredOn: "202%d"}) %s`, id, lesson, i, championOut))
	}
	a := tr.Ask("", fmt.Sprintf(`{ championCountry(id: %q) { status listVersion invitedOn { words } state { code name { original { value } } } supportPlan { original { value } } lessons(first: 1) { nodes { number text { original { value } } occurredOn { words } } pageInfo { hasNextPage } } } }`, id), nil)
	text := func(s string) map[string]any { return map[string]any{"original": map[string]any{"value": s}} }
	want := map[string]any{"championCountry": map[string]any{
		"status": "ACTIVE", "listVersion": 1.0, "invitedOn": map[string]any{"words": "early 2020"}, "state": map[string]any{"code": "SLV", "name": text("El Salvador")}, "supportPlan": text("Un plan."),
		"lessons": map[string]any{
			"nodes":    []any{map[string]any{"number": 2.0, "text": text("Volver a escuchar."), "occurredOn": map[string]any{"words": "2021"}}},
			"pageInfo": map[string]any{"hasNextPage": true},
		},
	}}
	if diff := cmp.Diff(want, a.Data); diff != "" {
		t.Errorf("(-want +got) %v\n%s", a.Errors, diff)
	}

	// Once it has accepted a State is known, whatever comes after.
	done(t, tr, "slv-mission", "stepDownChampion", answer("stepDownChampion", id))
	done(t, tr, "secretariat", "inviteChampion", invite(slv))
	done(t, tr, "slv-mission", "declineChampion", answer("declineChampion", id))
	check("known for ever", list, map[string][]any{"": {"DECLINED"}, "secretariat": {"DECLINED", "DECLINED"}})
	check("and no more on the list", `{ championCountries(filter: {listVersion: 1}, first: 9) { nodes { status } } }`, map[string][]any{"": {}})
}

const groupOut = `{ workingGroup { id status members { coLead entity { id } since { words } } } index userErrors { reason path } }`

func TestWorkingGroups(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	ngo, ilo := tr.Entity(entity.Stakeholder, "An NGO", ""), tr.Entity(entity.UNEntity, "ILO", "")
	tr.Appoint("ngo", ngo, domain.Stakeholder)
	tr.Appoint("ilo", ilo, domain.NetworkEntity)

	a := done(t, tr, "secretariat", "constituteWorkingGroup", `constituteWorkingGroup(input: {idempotencyKey: $key, name: {language: "en", value: "Knowledge Platform"}, task: {language: "en", value: "To connect."}, source: {symbol: "A/RES/73/195", paragraph: "43"}}) `+groupOut)
	id := a.Get("constituteWorkingGroup", "workingGroup", "id")
	member := func(verb, field string, who domain.ID) string {
		return fmt.Sprintf(`%s(input: {idempotencyKey: $key, id: %q, %s: %q, occurredOn: "2020"}) %s`, verb, id, field, who, groupOut)
	}
	report := func(text string) string {
		return fmt.Sprintf(`reportGroupUpdate(input: {idempotencyKey: $key, id: %q, text: {language: "en", value: %q}}) %s`, id, text, groupOut)
	}
	done(t, tr, "ilo", "joinGroup", member("joinGroup", "member", ilo))
	refusedWith(t, tr, "ngo", "joinGroup", "working_group.owner", member("joinGroup", "member", ilo))
	refusedWith(t, tr, "ngo", "reportGroupUpdate", "working_group.lead", report("Mine."))
	before := tr.Engine.Index()
	done(t, tr, "secretariat", "designateCoLead", member("designateCoLead", "coLead", ngo))
	refusedWith(t, tr, "secretariat", "designateCoLead", "working_group.member", member("designateCoLead", "coLead", "ent_none"))
	done(t, tr, "ngo", "reportGroupUpdate", report("We met."))
	done(t, tr, "ngo", "publishDeliverable", fmt.Sprintf(`publishDeliverable(input: {idempotencyKey: $key, id: %q, title: {language: "en", value: "A platform"}, link: "https://example.org/p"}) %s`, id, groupOut))
	led := tr.Engine.Index()
	done(t, tr, "secretariat", "designateCoLead", member("designateCoLead", "coLead", ilo))
	done(t, tr, "ngo", "leaveGroup", member("leaveGroup", "member", ngo))
	done(t, tr, "secretariat", "concludeGroup", fmt.Sprintf(`concludeGroup(input: {idempotencyKey: $key, id: %q, occurredOn: "2022"}) %s`, id, groupOut))
	refusedWith(t, tr, "secretariat", "reportGroupUpdate", "working_group.status", report("Too late."))

	const fields = `status members { coLead entity { id } leadsSince { words } }`
	a = tr.Ask("", fmt.Sprintf(`{
		now: workingGroup(id: %[1]q) { %[2]s name { original { value } } task { original { value } } source { symbol paragraph } entity { id } concludedOn { words }
			updates(first: 5) { nodes { number text { original { value } } recordedAt } } deliverables(last: 5) { nodes { title { original { value } } link } } }
		before: asOf(at: {index: "%[3]d"}) { workingGroup(id: %[1]q) { %[2]s updates(first: 5) { nodes { number } } } }
		led: asOf(at: {index: "%[4]d"}) { workingGroup(id: %[1]q) { %[2]s } workingGroups(filter: {member: %[5]q}, first: 3) { nodes { id } } }
		workingGroups(filter: {member: %[5]q}, first: 3) { nodes { id } }
		concluded: workingGroups(filter: {status: CONCLUDED}, first: 3) { nodes { id } }
		node(id: %[1]q) { id }
	}`, id, fields, before, led, ngo), nil)
	text := func(s string) map[string]any { return map[string]any{"original": map[string]any{"value": s}} }
	belongs := func(id domain.ID, leads bool, since any) map[string]any {
		if since != nil {
			since = map[string]any{"words": since}
		}
		return map[string]any{"coLead": leads, "entity": map[string]any{"id": string(id)}, "leadsSince": since}
	}
	want := map[string]any{
		"now": map[string]any{
			"status": "CONCLUDED", "members": []any{belongs(ilo, true, "2020")}, "name": text("Knowledge Platform"), "task": text("To connect."),
			"source": map[string]any{"symbol": "A/RES/73/195", "paragraph": "43"}, "entity": nil, "concludedOn": map[string]any{"words": "2022"},
			"updates":      map[string]any{"nodes": []any{map[string]any{"number": 1.0, "text": text("We met."), "recordedAt": "2020-03-04T09:00:00.000Z"}}},
			"deliverables": map[string]any{"nodes": []any{map[string]any{"title": text("A platform"), "link": "https://example.org/p"}}},
		},
		"before":        map[string]any{"workingGroup": map[string]any{"status": "CONSTITUTED", "members": []any{belongs(ilo, false, nil)}, "updates": map[string]any{"nodes": []any{}}}},
		"led":           map[string]any{"workingGroup": map[string]any{"status": "ACTIVE", "members": []any{belongs(ngo, true, "2020"), belongs(ilo, false, nil)}}, "workingGroups": map[string]any{"nodes": []any{map[string]any{"id": id}}}},
		"workingGroups": map[string]any{"nodes": []any{}},
		"concluded":     map[string]any{"nodes": []any{map[string]any{"id": id}}},
		"node":          map[string]any{"id": id},
	}
	if diff := cmp.Diff(want, a.Data); diff != "" || a.Errors != nil {
		t.Errorf("(-want +got) %v\n%s", a.Errors, diff)
	}
}
