package commitment

import (
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

var (
	proof = []Evidence{{Title: en("Receipt"), Link: "https://fund.example/receipts/1"}}
	begun = ReportProgress{Stage: StageInProgress, Text: en("Begun")}
	done  = ReportProgress{Stage: StageFulfilled, Text: en("Paid"), Evidence: proof}
)

func reached() []Event {
	return append(working(), ProgressReported{Report: 2, Stage: StageFulfilled, Text: en("Paid"), Evidence: proof}, Fulfilled{Report: 2})
}

func TestProgress(t *testing.T) {
	over := append(public(), Lapsed{Ends: "December 2020"})
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "begun", Given: public(), When: begun, By: forSLV, Then: []Event{ProgressReported{Report: 1, Stage: StageInProgress, Text: en("Begun"), UpdateDue: inAYear}}},
		{Name: "the same stage again is a report", Given: working(), When: begun, By: forSLV, Then: []Event{ProgressReported{Report: 2, Stage: StageInProgress, Text: en("Begun"), UpdateDue: inAYear}}},
		{Name: "fulfilled, with evidence", Given: working(), When: done, By: forSLV, Then: reached()[3:]},
		{Name: "fulfilled, without", Given: working(), When: ReportProgress{Stage: StageFulfilled, Text: en("Paid")}, By: forSLV, Code: domain.Invalid, Slug: "commitment.evidence"},
		{Name: "more evidence afterwards", Given: reached(), When: done, By: forSLV, Then: []Event{ProgressReported{Report: 3, Stage: StageFulfilled, Text: en("Paid"), Evidence: proof}}},
		{Name: "no way back", Given: working(), When: ReportProgress{Stage: StagePlanning, Text: en("Hm")}, By: forSLV, Code: domain.Invalid, Slug: "commitment.stage_back"},
		{Name: "no way back from fulfilment", Given: reached(), When: begun, By: forSLV, Code: domain.Invalid, Slug: "commitment.stage_back"},
		{Name: "a stage of one's own", Given: public(), When: ReportProgress{Stage: "SOON", Text: en("Hm")}, By: forSLV, Code: domain.Invalid, Slug: "commitment.stage"},
		{Name: "G6: not by a co-pledger", Given: append(public(), CoPledgerConfirmed{prt}), When: begun, By: forPRT, Code: domain.NotOwner},
		{Name: "G6: not by the secretariat", Given: public(), When: begun, By: officer, Code: domain.NotOwner},
		{Name: "G4: reported by two at once", Given: working(), When: ReportProgress{Stage: StageInProgress, Text: en("Hm"), Expected: new(int64(1))}, By: forSLV, Code: domain.VersionConflict},
		{Name: "not before it is public", Given: joint(), When: begun, By: forSLV, Code: domain.NotAllowed},
		{Name: "fulfilled in time, reported late", Given: over, When: done, By: forSLV,
			Then: []Event{ProgressReported{Report: 1, Stage: StageFulfilled, Text: en("Paid"), Evidence: proof}, Fulfilled{Report: 1}}},
		{Name: "not begun once it is over", Given: over, When: begun, By: forSLV, Code: domain.NotAllowed, Slug: "commitment.lapsed"},

		{Name: "G7: challenged by a stakeholder", Given: working(), When: ChallengeProgress{Report: 1, Text: en("Nothing was begun.")}, By: forNGO, Then: []Event{ProgressChallenged{By: ngo, Report: 1, Text: en("Nothing was begun.")}}},
		{Name: "G7: challenged by a State", Given: reached(), When: ChallengeProgress{Report: 2, Text: en("Unpaid."), Evidence: proof}, By: forPRT, Then: []Event{ProgressChallenged{By: prt, Report: 2, Text: en("Unpaid."), Evidence: proof}}},
		{Name: "not by its owner", Given: working(), When: ChallengeProgress{Report: 1, Text: en("No.")}, By: forSLV, Code: domain.NotAllowed, Slug: "commitment.challenge_own"},
		{Name: "not by a person alone", Given: working(), When: ChallengeProgress{Report: 1, Text: en("No.")}, By: domaintest.Own("per_x"), Code: domain.NotAllowed},
		{Name: "not a report to come", Given: working(), When: ChallengeProgress{Report: 2, Text: en("No.")}, By: forNGO, Code: domain.Invalid, Slug: "commitment.report"},
		{Name: "once for each report", Given: append(working(), ProgressChallenged{By: ngo, Report: 1, Text: en("No.")}), When: ChallengeProgress{Report: 1, Text: en("Still no.")}, By: forNGO, Code: domain.NotAllowed, Slug: "commitment.challenged"},
		{Name: "nothing reported, nothing to challenge", Given: public(), When: ChallengeProgress{Report: 1, Text: en("No.")}, By: forNGO, Code: domain.NotAllowed},
	})
}

func TestMatch(t *testing.T) {
	theirs := Counterpart{Owner: ngo, Form: Matching, Open: true}
	full := public()
	for i := range maxMatches {
		full = append(full, Matched{With: domain.ID(rune('a' + i)), Owner: ngo})
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "G17: linked with another's", Given: public(), When: Match{"com_ngo", theirs}, By: forSLV, Then: []Event{Matched{"com_ngo", ngo}}},
		{Name: "twice is quiet", Given: append(public(), Matched{"com_ngo", ngo}), When: Match{"com_ngo", Counterpart{}}, By: forSLV},
		{Name: "not in another's name", Given: public(), When: Match{"com_ngo", theirs}, By: forNGO, Code: domain.NotOwner},
		{Name: "not with one's own", Given: public(), When: Match{"com_2", Counterpart{slv, Matching, true}}, By: forSLV, Code: domain.Invalid, Slug: "commitment.match_own"},
		{Name: "G9: not with what is not public, or is nothing", Given: public(), When: Match{"com_x", Counterpart{ngo, Matching, false}}, By: forSLV, Code: domain.Invalid, Slug: "commitment.match"},
		{Name: "not when neither is for matching", Given: public(), When: Match{"com_ngo", Counterpart{ngo, Individual, true}}, By: forSLV, Code: domain.Invalid, Slug: "commitment.match_form"},
		{Name: "not without end", Given: full, When: Match{"com_ngo", theirs}, By: forSLV, Code: domain.NotAllowed, Slug: "commitment.matches"},
		{Name: "not before it is public", Given: joint(), When: Match{"com_ngo", theirs}, By: forSLV, Code: domain.NotAllowed},
	})
}

func TestTimers(t *testing.T) {
	end := time.Date(2021, 1, 1, 12, 0, 0, 0, time.UTC) // 31 December 2020 is over everywhere
	ms := time.Millisecond
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "G5: stale at the moment it is due", Given: public(), When: MarkStale{}, By: domaintest.When(sys, inAYear), Then: []Event{BecameStale{Due: inAYear}}},
		{Name: "G5: not a moment before", Given: public(), When: MarkStale{}, By: domaintest.When(sys, inAYear.Add(-ms)), Code: domain.NotAllowed, Slug: "commitment.not_due"},
		{Name: "stale twice is quiet", Given: append(public(), BecameStale{Due: inAYear}), When: MarkStale{}, By: domaintest.When(sys, inAYear)},
		{Name: "a report puts staleness off", Given: append(public(), ProgressReported{Report: 1, Stage: StagePlanning, Text: en("Hm"), UpdateDue: inAYear.AddDate(1, 0, 0)}), When: MarkStale{}, By: domaintest.When(sys, inAYear), Code: domain.NotAllowed},
		{Name: "stale again after a late report", Given: append(public(), BecameStale{Due: inAYear}, ProgressReported{Report: 1, Stage: StagePlanning, Text: en("Hm"), UpdateDue: inAYear.AddDate(1, 0, 0)}),
			When: MarkStale{}, By: domaintest.When(sys, inAYear.AddDate(1, 0, 0)), Then: []Event{BecameStale{Due: inAYear.AddDate(1, 0, 0)}}},
		{Name: "what is unconfirmed is not stale", Given: onRecord(), When: MarkStale{}, By: domaintest.When(sys, inAYear), Code: domain.NotAllowed},
		{Name: "what is fulfilled is not stale", Given: reached(), When: MarkStale{}, By: domaintest.When(sys, inAYear), Code: domain.NotAllowed},
		{Name: "not stale because somebody says so", Given: public(), When: MarkStale{}, By: domaintest.When(officer, inAYear), Code: domain.NotAllowed},

		{Name: "G5: lapsed when the last day is over everywhere", Given: working(), When: Lapse{}, By: domaintest.When(sys, end), Then: []Event{Lapsed{Ends: "December 2020"}}},
		{Name: "G5: not a moment before", Given: working(), When: Lapse{}, By: domaintest.When(sys, end.Add(-ms)), Code: domain.NotAllowed, Slug: "commitment.not_over"},
		{Name: "lapsed twice is quiet", Given: append(working(), Lapsed{Ends: "December 2020"}), When: Lapse{}, By: domaintest.When(sys, end)},
		{Name: "without an end it never lapses", Given: append(onRecord(), Confirmed{Owner: network, Edition: 1, Terms: helped, UpdateDue: inAYear}), When: Lapse{}, By: domaintest.When(sys, end), Code: domain.NotAllowed},
		{Name: "what is fulfilled does not lapse", Given: reached(), When: Lapse{}, By: domaintest.When(sys, end), Code: domain.NotAllowed},
		{Name: "not lapsed because somebody says so", Given: working(), When: Lapse{}, By: domaintest.When(officer, end), Code: domain.NotAllowed},
	})
	s := Decider.Fold(State{}, append(public(), BecameStale{Due: inAYear})...)
	if !s.Stale || s.Status != confirmed || s.LapsesAt() != end {
		t.Errorf("stale is a mark beside the status: %+v", s)
	}
	if s = Decider.Fold(s, ProgressReported{Report: 1, Stage: StagePlanning, UpdateDue: inAYear}); s.Stale || s.Status != planning {
		t.Errorf("a report ends staleness: %+v", s)
	}
	if s = Decider.Fold(s, Withdrawn{}); !s.UpdateDue.IsZero() {
		t.Errorf("a report is due of what is withdrawn: %+v", s)
	}
}
