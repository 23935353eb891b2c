package walks

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

var (
	states  = briefing.Term{Vocabulary: "audiences", Version: 1, Code: "member-states"}
	several = briefing.Voice{Attribution: domain.Unattributed, Quantifier: domain.Several}
	exist   = briefing.Known{
		IDs:          []domain.ID{agency, stateA, ngo, "ent_wg", "per_ada"},
		Vocabularies: []briefing.Vocabulary{{Name: "audiences", Version: 1, Codes: []string{"member-states", "network", "other"}}},
	}
)

type meeting = []move[briefing.Command]

func schedule() briefing.Schedule {
	return briefing.Schedule{Title: en("Briefing to Member States"), Place: briefing.Place{City: "Geneva", Date: "2020-03-04"}}
}

// life leads from nothing to a corrected summary, one status a move.
func life() meeting {
	return meeting{
		{schedule(), officer},
		{briefing.StartMeeting{OccurredOn: "2020-03-04"}, officer},
		{briefing.ConcludeMeeting{OccurredOn: "2020-03-04"}, officer},
		{briefing.DraftSummary{Text: en("Draft.")}, officer},
		{briefing.PublishSummary{Text: en("Summary.")}, officer},
		{briefing.CorrectSummary{Corrects: 1, Text: en("Summary, corrected."), Reason: en("A slip.")}, officer},
	}
}

// calling are threads about when, where and for whom.
func calling() []meeting {
	place := func(city string, on domain.PartialDate) briefing.Reschedule {
		return briefing.Reschedule{Place: briefing.Place{City: city, Date: on}, Reason: en("Moved.")}
	}
	cancel := briefing.Cancel{Reason: en("Closed halls.")}
	another := briefing.DraftSummary{Text: en("Another.")}
	return []meeting{
		{{schedule(), officer}, {place("Geneva", "2020-03-04"), officer}},
		{{place("New York", "summer 2020"), officer}},
		{{briefing.StartMeeting{}, officer}, {briefing.StartMeeting{}, officer}},
		{{briefing.ConcludeMeeting{}, officer}, {briefing.ConcludeMeeting{}, officer}},
		{{cancel, officer}, {cancel, officer}},
		{{another, officer}, {another, officer}},
		{{briefing.PublishSummary{Text: en("Summary.")}, officer}},
		{{briefing.CorrectSummary{Corrects: 1, Text: en("Summary."), Reason: en("None.")}, officer}, {briefing.CorrectSummary{Corrects: 2, Text: en("Third."), Reason: en("Slip.")}, officer}},
		{{briefing.PublishAgenda{Items: []briefing.AgendaItem{{Title: en("Reviews")}}}, officer}},
		{{briefing.CarryOutcome{From: briefing.Carried{Briefing: "bri_1", Outcome: "bit_1"}, Open: true}, system}},
		{{briefing.Invite{Invitees: []briefing.Invitee{{Entity: agency}, {Category: states}}, Known: exist}, officer}},
		{{briefing.RecordAttendance{Total: 139}, officer}, {briefing.RecordAttendance{Total: 140}, officer}},
	}
}

// floor are threads about who came and what was said, in items of one briefing.
func floor(id domain.ID) []meeting {
	item := func(of string) domain.ID { return "bit_" + id + domain.ID(of) }
	participant := briefing.RegisterParticipant{Category: states, Entity: stateA, Person: "per_ada", Name: "Ada", Consent: briefing.Attendees, Basis: "form", Item: item("p"), Known: exist}
	statement := func(of string) briefing.RecordStatement {
		return briefing.RecordStatement{Speaker: briefing.Party{Entity: agency, Office: "Deputy Director-General"}, Item: item(of), Known: exist}
	}
	said := func(of string) briefing.RecordIntervention {
		return briefing.RecordIntervention{Voice: several, Text: en("A useful basis."), Item: item(of), Known: exist}
	}
	slides := briefing.Document{Link: "https://example.org/slides"}
	late := domaintest.When(system, time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC))
	outcome := briefing.RecordOutcome{Kind: briefing.FurtherMeeting, Owner: briefing.Party{Entity: agency, Office: "Coordinator"}, Due: "2020", Text: en("Further briefings."), Item: item("o"), Known: exist}
	return []meeting{
		{{participant, officer}, {briefing.ChangeConsent{Participant: item("p"), Consent: briefing.Everybody}, adaOwn}},
		{{participant, officer}, {briefing.Cancel{Reason: en("Closed halls.")}, officer}, {briefing.ChangeConsent{Participant: item("p"), Consent: briefing.Nobody}, officer}},
		{{statement("s"), officer}, {briefing.DepositText{Statement: item("s"), Text: en("Ours.")}, forOrg}, {briefing.TranslateText{Statement: item("s"), Text: domain.Text{Language: "fr", Value: "À nous."}, Origin: domain.Human}, officer}},
		{{statement("t"), officer}, {briefing.DepositText{Statement: item("t"), Text: en("Long.")}, forOrg}, {briefing.WithdrawText{Statement: item("t")}, forOrg}},
		{{briefing.RecordPresentation{Presenter: briefing.Party{Entity: agency}, Title: en("Where we stand"), Item: item("d"), Known: exist}, officer},
			{briefing.DepositPresentation{Presentation: item("d"), Document: slides}, forOrg}},
		{{briefing.RecordWorkingGroupUpdate{Group: briefing.Party{Entity: "ent_wg"}, Text: en("On track."), Item: item("u"), Known: exist}, officer}},
		{{said("i"), officer}, {briefing.ClaimIntervention{Item: item("i")}, forOrg}, {briefing.ClaimIntervention{Item: item("i")}, missionA}, {briefing.WithdrawClaim{Item: item("i")}, forOrg}},
		{{said("j"), officer}, {participant, officer}, {briefing.ClaimIntervention{Item: item("j")}, missionA}, {briefing.TakeBackClaim{Item: item("j"), Speaker: stateA, Reason: "Not said."}, officer}, {briefing.AcceptClaim{Item: item("j"), Speaker: stateA}, officer}},
		{{said("k"), officer}, {briefing.ClaimIntervention{Item: item("k")}, forNGO}, {briefing.RefuseClaim{Item: item("k"), Speaker: ngo, Reason: "Not there."}, officer}},
		{{said("l"), officer}, {briefing.ClaimIntervention{Item: item("l")}, forNGO}, {briefing.AcceptClaim{Item: item("l"), Speaker: ngo}, officer}, {briefing.WithdrawClaim{Item: item("l")}, forNGO}},
		{{said("r"), officer}, {briefing.RetractItem{Item: item("r"), Reason: en("Not said.")}, officer}},
		{{briefing.RaiseIssue{Voice: several, Text: en("One voice."), Item: item("q"), Known: exist}, officer}, {briefing.AddressIssue{Issue: item("q"), Answerers: []briefing.Party{{Office: "Coordinator"}}, Item: item("a")}, officer}},
		{{briefing.RaiseConcern{Voice: several, Text: en("Lives lost."), Place: "Mediterranean", Item: item("c"), Known: exist}, officer}},
		{{briefing.RecordAppreciation{Voice: several, Text: en("The briefing."), Item: item("th"), Known: exist}, officer}},
		{{outcome, officer}, {briefing.ReportOutcomeDue{Outcome: item("o")}, late}, {briefing.FollowUpOutcome{Outcome: item("o"), Text: en("Held."), Final: true, Item: item("f")}, officer}},
	}
}

// Briefing starts each walk somewhere in the life of a briefing, since chance
// alone would rarely get as far as a corrected summary, and follows threads:
// moves that make sense one after the other, in any status that allows them.
var Briefing = domaintest.Walker[briefing.Command, briefing.State, briefing.Event]{
	Decider: briefing.Decider,
	Begin: func(r *rapid.T, id domain.ID) func() (briefing.Command, domain.Cause) {
		threads := append(calling(), floor(id)...)
		next := slices.Clone(life()[:domaintest.Pick(r, 0, 1, 2, 3, 4, 5, 6)])
		if len(next) == 1 && rapid.Bool().Draw(r, "moved") {
			next = append(next, move[briefing.Command]{briefing.Reschedule{Place: briefing.Place{City: "New York", Date: "spring 2020"}, Reason: en("Moved.")}, officer})
		}
		return func() (briefing.Command, domain.Cause) {
			if len(next) == 0 {
				next = domaintest.Pick(r, threads...)
			}
			m := next[0]
			next = next[1:]
			return m.do, m.by
		}
	},
}
