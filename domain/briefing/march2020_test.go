package briefing

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
)

// TestMarch2020 records the briefing that this product grew out of, years
// afterwards, with everything in it that belongs to a briefing.
func TestMarch2020(t *testing.T) {
	audience := func(code string) Term { return Term{Vocabulary: "audiences", Code: code} }
	principle := func(code string) []Term { return []Term{{Vocabulary: "gcm-principles", Code: code}} }
	coordinator := Party{Entity: "ent_iom", Office: "Coordinator of the Network"}
	raise := func(text string) Command { return RaiseIssue{Voice: several, Text: en(text)} }
	commands := []Command{
		Schedule{Title: en("Network briefing"), Place: Place{City: "Geneva", Date: "2020-03-04"}},
		PublishAgenda{Items: []AgendaItem{
			{Title: en("Workplan, champion countries and the fund")},
			{Title: en("Regional reviews"), Mandates: []domain.MandateRef{{Symbol: "A/RES/73/326"}}},
			{Title: en("Report of the Secretary-General"), Mandates: []domain.MandateRef{{Symbol: "A/RES/73/195"}}},
		}},
		Invite{Invitees: []Invitee{{Category: audience("member-states")}, {Category: audience("network")}}},
		StartMeeting{OccurredOn: "2020-03-04"},
		RecordAttendance{Total: 139, Represented: []Term{audience("member-states"), audience("network"), audience("civil-society"), audience("other")}, OccurredOn: "2020-03-04"},
		RecordStatement{Speaker: coordinator, OccurredOn: "2020-03-04"},
		DepositText{Statement: "bit_5", Document: Document{Link: "https://example.org/statement"}},
		RecordStatement{Speaker: Party{"ent_ohchr", "High Commissioner"}, Points: []Point{{Text: en("All of government and of society."), Terms: append(principle("i"), principle("j")...)}}},
		RecordStatement{Speaker: Party{"ent_ilo", "Deputy Director-General"}, Points: []Point{{Text: en("Work is at the centre."), Figures: []Figure{{Claim: "164 million international migrant workers"}}}}},
		RecordStatement{Speaker: Party{"ent_unhcr", "Assistant High Commissioner for Protection"}, Points: []Point{{Text: en("The two Compacts belong together.")}}},
		RecordWorkingGroupUpdate{Group: Party{Entity: "ent_wg"}, Text: en("Knowledge platform and connection hub")},
		RecordWorkingGroupUpdate{Group: Party{Entity: "ent_wg2"}, Text: en("National and regional support")},
		RecordPresentation{Presenter: Party{Entity: "ent_wg"}, Title: en("Progress"), Beside: "bit_10"},
		DepositPresentation{Presentation: "bit_12", Document: Document{Link: "https://example.org/slides"}},
		RecordAppreciation{Voice: several, Text: en("Holding the briefing; please hold more.")},
		RecordIntervention{Voice: several, Text: en("The framework is a basis to go on from.")},
		raise("Updates on the working groups and on projects in the field, also on the website"),
		raise("Regular news of the reviews"), raise("Everyone takes part and States lead"), raise("Make use of commissions and other regional players"),
		raise("One voice of the United Nations"), raise("Learning across regions"),
		RaiseConcern{Voice: Voice{Attribution: domain.Unattributed, Quantifier: domain.Some}, Text: en("The system acts differently from region to region.")},
		RaiseConcern{Voice: Voice{Attribution: domain.Unattributed, Quantifier: domain.Some}, Text: en("Invoke the Compact for those at sea."), Place: "Mediterranean"},
		AddressIssue{Issue: "bit_20", Answerers: []Party{coordinator, {Office: "Executive Committee"}, {Entity: "ent_wg"}, {Entity: "ent_wg2"}}},
		AddressIssue{Issue: "bit_23", Answerers: []Party{coordinator}},
		RecordOutcome{Kind: Acceptance, Text: en("Two more champion countries")},
		RecordOutcome{Kind: Information, Owner: Party{Office: "Secretariat of the Network"}, Text: en("Checklist, templates and list on the website")},
		RecordOutcome{Kind: Action, Owner: Party{Office: "Steering Committee of the fund"}, Text: en("Review the first concept notes")},
		RecordOutcome{Kind: Action, Owner: coordinator, Due: "spring 2020", Text: en("Begin informal consultations")},
		RecordOutcome{Kind: FurtherMeeting, Owner: coordinator, Due: "throughout 2020", Text: en("Brief States in Geneva and New York")},
		RecordOutcome{Kind: Recognition, Text: en("Secondments to the secretariat matter")},
		RecordOutcome{Kind: Ongoing, Text: en("Work for implementation goes on")},
		ConcludeMeeting{OccurredOn: "2020-03-04"},
		DraftSummary{Text: en("What was said.")},
		PublishSummary{Text: en("What was said, in full.")},
	}
	var s State
	kinds := map[Kind]int{}
	for i, c := range commands {
		item := domain.ID(fmt.Sprintf("bit_%d", i))
		if r, ok := c.(Referring); ok {
			c = r.With(item, looked(r.Names()))
		}
		es, err := Decider.Run(s, c, officer)
		if err != nil {
			t.Fatalf("%d: %T: %v", i, c, err)
		}
		s = Decider.Fold(s, es...)
		kinds[s.Items[item].Kind]++
	}
	delete(kinds, "")
	want := map[Kind]int{Statement: 4, GroupUpdate: 2, Presentation: 1, Appreciation: 1, Intervention: 1, Issue: 6, Concern: 2, Answer: 2, Outcome: 7}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
	if a := s.Attendance; a.Total != 139 || a.NotBrokenDown != 139 || len(a.Represented) != 4 {
		t.Errorf("attendance: %+v", a)
	}
	if s.Status != summaryPublished || s.Items["bit_30"].Due != "throughout 2020" || !s.Open("bit_30") {
		t.Errorf("%s, due %q", s.Status, s.Items["bit_30"].Due)
	}
}

// looked is what the app finds out about names: here, what the tests know.
func looked(n Names) Known {
	k := Known{IDs: slices.DeleteFunc(slices.Clone(n.IDs), func(id domain.ID) bool { return !slices.Contains(known.IDs, id) })}
	for _, v := range known.Vocabularies {
		if slices.Contains(n.Vocabularies, v.Name) {
			k.Vocabularies = append(k.Vocabularies, v)
		}
	}
	return k
}
