package briefing

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

// A step is a command and who asks for it.
type step struct {
	do Command
	by domain.Cause
}

// life leads from nothing to a corrected summary, one status a step.
var life = []step{
	{schedule("Geneva", "2020-03-04"), officer},
	{StartMeeting{OccurredOn: "2020-03-04"}, officer},
	{ConcludeMeeting{OccurredOn: "2020-03-04"}, officer},
	{DraftSummary{Text: en("Draft.")}, officer},
	{PublishSummary{Text: en("Summary.")}, officer},
	{CorrectSummary{Corrects: 1, Text: en("Summary, corrected."), Reason: en("A slip.")}, officer},
}

var moved = step{Reschedule{Place: Place{City: "New York", Date: "spring 2020"}, Reason: en("Moved.")}, officer}

// threads are commands that make sense one after the other, in any status that
// allows them.
var threads = [][]step{
	{{schedule("Geneva", "2020-03-04"), officer}, {Reschedule{Place: Place{City: "Geneva", Date: "2020-03-04"}, Reason: en("Moved.")}, officer}},
	{{Reschedule{Place: Place{City: "New York", Date: "summer 2020"}, Reason: en("Moved.")}, officer}},
	{{StartMeeting{}, officer}, {StartMeeting{}, officer}},
	{{ConcludeMeeting{}, officer}, {ConcludeMeeting{}, officer}},
	{{Cancel{Reason: en("Closed halls.")}, officer}, {Cancel{Reason: en("Closed halls.")}, officer}},
	{{DraftSummary{Text: en("Another.")}, officer}, {DraftSummary{Text: en("Another.")}, officer}},
	{{PublishSummary{Text: en("Summary.")}, officer}},
	{{CorrectSummary{Corrects: 1, Text: en("Summary."), Reason: en("None.")}, officer}, {CorrectSummary{Corrects: 2, Text: en("Third."), Reason: en("Slip.")}, officer}},
	{{PublishAgenda{Items: []AgendaItem{{Title: en("Reviews")}}}, officer}},
	{{CarryOutcome{From: Carried{"bri_1", "bit_1"}, Open: true}, domaintest.Sys()}},
	{{Invite{Invitees: []Invitee{{Entity: "ent_ilo"}, {Category: states}}, Known: known}, officer}},
	{{RecordAttendance{Total: 139}, officer}, {RecordAttendance{Total: 140}, officer}},
	{{participant("bit_p", Attendees), officer}, {ChangeConsent{"bit_p", Everybody}, ada}},
	{{participant("bit_p", Attendees), officer}, {Cancel{Reason: en("Closed halls.")}, officer}, {ChangeConsent{"bit_p", Nobody}, officer}},
	{{statement("bit_s"), officer}, {DepositText{Statement: "bit_s", Text: en("Ours.")}, ilo}, {TranslateText{"bit_s", fr("À nous."), domain.Human, nil}, officer}},
	{{statement("bit_t"), officer}, {DepositText{Statement: "bit_t", Text: en("Long.")}, ilo}, {WithdrawText{Statement: "bit_t"}, ilo}},
	{{presentation("bit_d"), officer}, {DepositPresentation{Presentation: "bit_d", Document: Document{Link: "https://example.org/slides"}}, ilo}},
	{{RecordWorkingGroupUpdate{Group: Party{Entity: "ent_wg"}, Text: en("On track."), Item: "bit_u", Known: known}, officer}},
	{{intervention("bit_i", several), officer}, {ClaimIntervention{"bit_i"}, ilo}, {WithdrawClaim{"bit_i"}, ilo}},
	{{intervention("bit_r", several), officer}, {RetractItem{"bit_r", en("Not said.")}, officer}},
	{{RaiseIssue{Voice: several, Text: en("One voice."), Item: "bit_q", Known: known}, officer}, {AddressIssue{Issue: "bit_q", Answerers: []Party{{Office: "Coordinator"}}, Item: "bit_a"}, officer}},
	{{RaiseConcern{Voice: several, Text: en("Lives lost."), Place: "Mediterranean", Item: "bit_c", Known: known}, officer}},
	{{RecordAppreciation{Voice: several, Text: en("The briefing."), Item: "bit_th", Known: known}, officer}},
	{{outcome("bit_o"), officer}, {ReportOutcomeDue{"bit_o"}, later}, {FollowUpOutcome{Outcome: "bit_o", Text: en("Held."), Final: true, Item: "bit_f"}, officer}},
}

// TestTable starts each walk somewhere in the life of a briefing, since chance
// alone would rarely get as far as a corrected summary, and follows threads.
func TestTable(t *testing.T) {
	var begun bool
	var next []step
	domaintest.Walk(t, Decider, func(r *rapid.T) (Command, domain.Cause) {
		if !begun {
			begun = true
			r.Cleanup(func() { begun = false })
			next = slices.Clone(life[:domaintest.Pick(r, 0, 1, 2, 3, 4, 5, 6)])
			if len(next) == 1 && rapid.Bool().Draw(r, "moved") {
				next = append(next, moved)
			}
		}
		if len(next) == 0 {
			next = domaintest.Pick(r, threads...)
		}
		s := next[0]
		next = next[1:]
		return s.do, s.by
	})
}
