package graph_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

type m = map[string]any

// chair records a briefing over the API, as an officer of the secretariat.
type chair struct {
	*trial.Trial
	t  *testing.T
	id any // of the briefing
}

func newChair(t *testing.T) *chair {
	t.Helper()
	c := &chair{Trial: trial.New(t), t: t}
	c.Officer("secretariat")
	terms := []vocabulary.Term{}
	for _, code := range []string{"member-states", "network", "civil-society", "other"} {
		terms = append(terms, vocabulary.Term{Code: code, Label: domain.Text{Language: "en", Value: code}})
	}
	publish := vocabulary.Publish{Name: "audiences", Version: 1, Source: domain.MandateRef{Symbol: "A/RES/73/195"}, Terms: terms}
	if _, err := c.App.Vocabularies.Do(t.Context(), c.App.VocabularyTarget("audiences"), publish, c.By("secretariat")); err != nil {
		t.Fatal(err)
	}
	return c
}

// send sends a command as who, and returns its payload.
func (c *chair) send(who, mutation, input string, in m) trial.Answer {
	c.t.Helper()
	in["idempotencyKey"] = c.Key()
	if c.id != nil && in["id"] == nil {
		in["id"] = c.id
	}
	a := c.Ask(who, fmt.Sprintf(`mutation($in: %s!) { %s(input: $in) { briefing { id version status } itemId index userErrors { code reason path } } }`, input, mutation), m{"in": in})
	payload, ok := a.Data[mutation].(map[string]any)
	if !ok {
		c.t.Fatalf("%s: %+v", mutation, a)
	}
	return trial.Answer{Data: payload}
}

// do is send by the secretariat, of what is not refused; it returns the item's id.
func (c *chair) do(mutation, input string, in m) any {
	c.t.Helper()
	a := c.send("secretariat", mutation, input, in)
	if a.Get("userErrors", 0) != nil || a.Get("index") == nil {
		c.t.Fatalf("%s: %+v", mutation, a.Data)
	}
	return a.Get("itemId")
}

func (c *chair) open() {
	c.t.Helper()
	a := c.send("secretariat", "scheduleBriefing", "ScheduleBriefingInput", m{"title": en("Network briefing"), "place": m{"city": "Geneva", "date": "2020-03-04"}})
	c.id = a.Get("briefing", "id")
	if c.id == nil {
		c.t.Fatalf("not called: %+v", a.Data)
	}
	c.do("startMeeting", "MeetingInput", m{"occurredOn": "2020-03-04"})
}

func en(s string) m { return m{"language": "en", "value": s} }

func audience(codes ...string) []m {
	out := []m{}
	for _, code := range codes {
		out = append(out, m{"vocabulary": "audiences", "term": code})
	}
	return out
}

var several = m{"attribution": "UNATTRIBUTED", "quantifier": "SEVERAL"}

// TestBriefingOfMarch2020 tells the first trial's story, as far as it is a
// briefing's, and asks for it by its day.
func TestBriefingOfMarch2020(t *testing.T) {
	c := newChair(t)
	c.open()
	speaker := func(name, office string, kind entity.Kind) m {
		return m{"id": c.Entity(kind, name, ""), "office": office}
	}
	coordinator := speaker("IOM", "Coordinator of the Network", entity.UNEntity)
	c.do("publishAgenda", "PublishAgendaInput", m{"items": []m{
		{"title": en("Workplan, champion countries and the fund")},
		{"title": en("Regional reviews"), "mandates": []m{{"symbol": "A/RES/73/326"}}},
		{"title": en("Report of the Secretary-General"), "mandates": []m{{"symbol": "A/RES/73/195"}}},
	}})
	c.do("recordAttendance", "RecordAttendanceInput", m{"total": 139, "represented": audience("member-states", "network", "civil-society", "other")})
	first := c.do("recordStatement", "RecordStatementInput", m{"speaker": coordinator})
	c.do("depositText", "DepositTextInput", m{"statement": first, "text": en("Excellencies."), "document": m{"link": "https://example.org/statement"}})
	c.do("recordStatement", "RecordStatementInput", m{"speaker": speaker("OHCHR", "High Commissioner", entity.UNEntity)})
	c.do("recordStatement", "RecordStatementInput", m{"speaker": speaker("ILO", "Deputy Director-General", entity.UNEntity),
		"points": []m{{"text": en("Work is at the centre."), "figures": []m{{"claim": "164 million international migrant workers"}}}}})
	c.do("recordStatement", "RecordStatementInput", m{"speaker": speaker("UNHCR", "Assistant High Commissioner", entity.UNEntity)})
	group := speaker("Working Group on the Platform", "Co-lead", entity.WorkingGroup)
	update := c.do("recordWorkingGroupUpdate", "RecordWorkingGroupUpdateInput", m{"group": group, "text": en("The platform is being built.")})
	c.do("recordPresentation", "RecordPresentationInput", m{"presenter": group, "title": en("Progress"), "beside": update})
	c.do("recordAppreciation", "BriefingVoiceItemInput", m{"voice": several, "text": en("For the briefing.")})
	c.do("recordIntervention", "BriefingVoiceItemInput", m{"voice": several, "text": en("A useful basis.")})
	issue := c.do("raiseIssue", "BriefingVoiceItemInput", m{"voice": several, "text": en("Speak with one voice.")})
	c.do("addressIssue", "AddressIssueInput", m{"issue": issue, "answerers": []m{coordinator, {"office": "Executive Committee"}}})
	c.do("raiseConcern", "RaiseConcernInput", m{"voice": m{"attribution": "UNATTRIBUTED", "quantifier": "SOME"}, "text": en("Invoke the Compact for those at sea."), "place": "Mediterranean"})
	outcome := c.do("recordOutcome", "RecordOutcomeInput", m{"kind": "FURTHER_MEETING", "owner": coordinator, "due": "throughout 2020", "text": en("Further briefings.")})
	c.do("followUpOutcome", "FollowUpOutcomeInput", m{"outcome": outcome, "text": en("One is planned."), "due": "2020-12"})
	c.do("concludeMeeting", "MeetingInput", m{"occurredOn": "2020-03-04"})
	c.do("draftSummary", "BriefingSummaryInput", m{"text": en("A draft.")})
	c.do("publishSummary", "BriefingSummaryInput", m{"text": en("What was said.")})

	got := c.Ask("", `{ briefing(date: "2020-03-04") {
		status heldOn { words earliest } place { city }
		agenda { title { original { value } } mandates { symbol } }
		attendance { total notBrokenDown counts { number } represented { term } }
		statements(first: 10) { nodes { speaker { entity { name { original { value } } } office } points { figures { claim source } } text { original { value } } deposit { link own } } }
		presentations { title { original { value } } presenter { office } }
		workingGroupUpdates { group { entity { kind } } }
		appreciations { voice { attribution quantifier parties { office } claims { partyId } } }
		interventions { voice { quantifier } }
		issues { text { original { value } } answers { parties { office entity { name { original { value } } } } } }
		concerns { place voice { quantifier } }
		outcomes { kind owner { office } due { words } closed overdue followUps { text { original { value } } was { words } due { words } } }
		summary { original { value } } summaryDraft { original { value } }
	} }`, nil)
	original := func(s string) m { return m{"original": m{"value": s}} }
	party := func(name, office string) m { return m{"entity": m{"name": original(name)}, "office": office} }
	said := func(p m, points, text, deposit any) m {
		return m{"speaker": p, "points": points, "text": text, "deposit": deposit}
	}
	none := []any{}
	want := m{
		"status": "SUMMARY_PUBLISHED", "heldOn": m{"words": "2020-03-04", "earliest": "2020-03-04"}, "place": m{"city": "Geneva"},
		"agenda": []any{
			m{"title": original("Workplan, champion countries and the fund"), "mandates": none},
			m{"title": original("Regional reviews"), "mandates": []any{m{"symbol": "A/RES/73/326"}}},
			m{"title": original("Report of the Secretary-General"), "mandates": []any{m{"symbol": "A/RES/73/195"}}},
		},
		"attendance": m{"total": 139.0, "notBrokenDown": 139.0, "counts": none,
			"represented": []any{m{"term": "member-states"}, m{"term": "network"}, m{"term": "civil-society"}, m{"term": "other"}}},
		"statements": m{"nodes": []any{
			said(party("IOM", "Coordinator of the Network"), none, original("Excellencies."), m{"link": "https://example.org/statement", "own": false}),
			said(party("OHCHR", "High Commissioner"), none, nil, nil),
			said(party("ILO", "Deputy Director-General"), []any{m{"figures": []any{m{"claim": "164 million international migrant workers", "source": nil}}}}, nil, nil),
			said(party("UNHCR", "Assistant High Commissioner"), none, nil, nil),
		}},
		"presentations":       []any{m{"title": original("Progress"), "presenter": m{"office": "Co-lead"}}},
		"workingGroupUpdates": []any{m{"group": m{"entity": m{"kind": "WORKING_GROUP"}}}},
		"appreciations":       []any{m{"voice": m{"attribution": "UNATTRIBUTED", "quantifier": "SEVERAL", "parties": none, "claims": none}}},
		"interventions":       []any{m{"voice": m{"quantifier": "SEVERAL"}}},
		"issues": []any{m{"text": original("Speak with one voice."), "answers": []any{m{"parties": []any{
			party("IOM", "Coordinator of the Network"), m{"entity": nil, "office": "Executive Committee"},
		}}}}},
		"concerns": []any{m{"place": "Mediterranean", "voice": m{"quantifier": "SOME"}}},
		"outcomes": []any{m{"kind": "FURTHER_MEETING", "owner": m{"office": "Coordinator of the Network"}, "due": m{"words": "2020-12"}, "closed": false, "overdue": false,
			"followUps": []any{m{"text": original("One is planned."), "was": m{"words": "throughout 2020"}, "due": m{"words": "2020-12"}}}}},
		"summary": original("What was said."), "summaryDraft": nil,
	}
	if diff := cmp.Diff(want, plain(got.Get("briefing"))); diff != "" {
		t.Errorf("%s\n%+v", diff, got.Errors)
	}
	if got := c.Ask("secretariat", `query($id: ID!) { briefing(id: $id) { summaryDraft { original { value } } } node(id: $id) { id } briefings(first: 5) { nodes { id } } }`, m{"id": c.id}); got.Get("briefing", "summaryDraft", "original", "value") != "A draft." || got.Get("node", "id") != c.id || got.Get("briefings", "nodes", 0, "id") != c.id {
		t.Errorf("the secretariat reads %+v", got)
	}
	if got := c.Ask("", `{ briefing(date: "2020-03-05") { id } }`, nil); got.Get("briefing") != nil || got.Errors != nil {
		t.Errorf("a briefing on another day: %+v", got)
	}
}

// plain makes maps of one type of an answer, to be compared.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := m{}
		for k, x := range v {
			out[k] = plain(x)
		}
		return out
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	}
	return v
}

func TestBriefingRefusals(t *testing.T) {
	c := newChair(t)
	c.open()
	iom := c.Entity(entity.UNEntity, "IOM", "")
	portugal := c.Entity(entity.Country, "Portugal", "PRT")
	c.Appoint("prt-mission", portugal, domain.StateMission)
	statement := c.do("recordStatement", "RecordStatementInput", m{"speaker": m{"id": iom}})
	intervention := c.do("recordIntervention", "BriefingVoiceItemInput", m{"voice": m{"attribution": "NAMED", "parties": []m{{"id": iom}}}, "text": en("x")})
	document := m{"sha256": fmt.Sprintf("%064x", 1)}
	for _, tt := range []struct {
		rule, who, mutation, input string
		in                         m
		code, reason               string
	}{
		{"a State does not write the record", "prt-mission", "recordAttendance", "RecordAttendanceInput", m{"total": 1}, "NOT_ALLOWED", ""},
		{"another's statement", "prt-mission", "depositText", "DepositTextInput", m{"statement": statement, "text": en("Mine.")}, "NOT_OWNER", "briefing.not_yours"},
		{"a file that nobody keeps", "secretariat", "depositText", "DepositTextInput", m{"statement": statement, "document": document}, "INVALID", "briefing.not_stored"},
		{"what was said by name", "prt-mission", "claimIntervention", "ClaimInterventionInput", m{"item": intervention}, "NOT_OWNER", "briefing.named"},
		{"a quantifier is no number of names", "secretariat", "raiseIssue", "BriefingVoiceItemInput", m{"voice": m{"attribution": "NAMED", "quantifier": "SEVERAL", "parties": []m{{"id": iom}}}, "text": en("x")}, "INVALID", "briefing.quantifier_and_names"},
		{"more by category than in all", "secretariat", "recordAttendance", "RecordAttendanceInput", m{"total": 1, "counts": []m{{"category": audience("other")[0], "number": 2}}}, "INVALID", "briefing.attendance_sum"},
		{"a speaker that is not there", "secretariat", "recordStatement", "RecordStatementInput", m{"speaker": m{"id": "ent_nobody"}}, "INVALID", "briefing.entity"},
		{"a stale edit", "secretariat", "publishAgenda", "PublishAgendaInput", m{"items": []m{{"title": en("x")}}, "expectedVersion": "0"}, "VERSION_CONFLICT", ""},
		{"a briefing that is not there", "secretariat", "startMeeting", "MeetingInput", m{"id": "bri_nothing"}, "NOT_FOUND", ""},
	} {
		size := c.Log.Size()
		a := c.send(tt.who, tt.mutation, tt.input, tt.in)
		if got := a.Get("userErrors", 0, "code"); got != tt.code || tt.reason != "" && a.Get("userErrors", 0, "reason") != tt.reason {
			t.Errorf("%s: got %v %v, want %s %s", tt.rule, got, a.Get("userErrors", 0, "reason"), tt.code, tt.reason)
		}
		c.Settle()
		if c.Log.Size() > size+1 { // a person's first command registers them
			t.Errorf("%s: the log grew from %d to %d", tt.rule, size, c.Log.Size())
		}
	}
}
