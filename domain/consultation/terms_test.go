package consultation

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

// G5: the window goes by server time and the instants stated.
func TestTiming(t *testing.T) {
	now, last := domaintest.At, inMay.At
	early := Closed{ClosesAt: now.Add(notice), Early: true, Reason: "superseded"}
	late, over := domain.Window{ClosedAt: last, LateAllowed: true}, domain.Window{ClosedAt: last}
	tests := []struct {
		name  string
		given []Event
		at    time.Time
		want  Timing
		win   domain.Window
	}{
		{"planned", call(), now, NotYetOpen, domain.Window{}},
		{"planned, and its closing date has passed", call(), last.Add(time.Hour), NotYetOpen, domain.Window{}},
		{"before it opened", opened(), now.Add(-time.Millisecond), NotYetOpen, domain.Window{}},
		{"as it opens", opened(), now, OnTime, domain.Window{}},
		{"the last instant counts", opened(), last, OnTime, domain.Window{}},
		{"just after, whether or not the timer has closed it", opened(), last.Add(time.Millisecond), LateWithReason, late},
		{"just after, closed", closedInMay(), last.Add(time.Millisecond), LateWithReason, late},
		{"closed, but sent before", closedInMay(), last, OnTime, domain.Window{}},
		{"extended", opened(Extended{inJune, inMay, "holidays"}), last.Add(time.Hour), OnTime, domain.Window{}},
		{"within the notice of an early close", opened(early), now.Add(notice - time.Millisecond), OnTime, domain.Window{}},
		{"after the notice of an early close", opened(early), now.Add(notice), LateWithReason, domain.Window{ClosedAt: now.Add(notice), LateAllowed: true}},
		{"after the analysis", closedInMay(FactualSummaryPublished{Number: 1, Text: en("x")}), last.Add(time.Hour), Over, over},
		{"no late policy", append([]Event{Planned{Kind: WrittenCall, Closes: inMay, Late: NoneLate}}, opened()[1:]...), last.Add(time.Hour), Over, over},
		{"within the notice of a cancellation", opened(Cancelled{now.Add(notice), "x"}), now, OnTime, domain.Window{}},
		{"cancelled, whatever the late policy", opened(Cancelled{now.Add(notice), "x"}), now.Add(notice), Over, domain.Window{ClosedAt: now.Add(notice)}},
		{"cancelled before it opened", call(Cancelled{now.Add(notice), "x"}), now.Add(notice), Over, domain.Window{ClosedAt: now.Add(notice)}},
		{"a meeting goes on until closed", informal(Announced{}, Opened{At: now}), last.Add(time.Hour), OnTime, domain.Window{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, win := Decider.Fold(State{}, tt.given...).Timing(tt.at)
			if got != tt.want || win != tt.win {
				t.Errorf("got %s %+v, want %s %+v", got, win, tt.want, tt.win)
			}
		})
	}
}

func TestTerms(t *testing.T) {
	s := Decider.Fold(State{}, append(call(QuestionnaireAttached{"que_a", 2, []domain.ID{"q1", "q2"}}), opened()[1:]...)...)
	want := Terms{
		Status: open, Opened: domaintest.At, Closes: inMay, Late: WithReason,
		Questionnaire: "que_a", Version: 2, Questions: []domain.ID{"q1", "q2"}, Label: domain.Public,
	}
	got := s.Terms()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("terms (-want +got):\n%s", diff)
	}
	got.Questions[0] = "other"
	if s.Questions[0] != "q1" {
		t.Error("changing the terms changed the state")
	}
	if s := Decider.Fold(s, Cancelled{inMay.At, "x"}); !s.Terms().Cancelled {
		t.Error("cancelled, yet the terms do not say so")
	}
}

func TestTakes(t *testing.T) {
	all := Decider.Fold(State{}, call(AudienceSet{Audience{Groups: Groups}})...)
	some := Decider.Fold(State{}, call(AudienceSet{Audience{Groups: []Group{MemberStates, Migrants}, Named: []domain.ID{"ent_group", "per_ada", "ent_un"}}})...)
	tests := []struct {
		name      string
		person    domain.ID
		holds     domain.Holding
		all, some bool
	}{
		{"a State's mission", "per_x", domain.Holding{Entity: "ent_slv", Capacity: domain.StateMission}, true, true},
		{"G7: every other State alike", "per_x", domain.Holding{Entity: "ent_prt", Capacity: domain.StateMission}, true, true},
		{"its focal point", "per_x", domain.Holding{Entity: "ent_slv", Capacity: domain.StateFocalPoint}, true, true},
		{"a stakeholder", "per_x", domain.Holding{Entity: "ent_ngo", Capacity: domain.Stakeholder}, true, false},
		{"its administrator", "per_x", domain.Holding{Entity: "ent_ngo", Capacity: domain.EntityAdmin}, true, false},
		{"a country team", "per_x", domain.Holding{Entity: "ent_unct", Capacity: domain.CountryTeam}, true, false},
		{"a regional mechanism", "per_x", domain.Holding{Entity: "ent_rcm", Capacity: domain.RegionalMechanism}, true, false},
		{"a group of migrants, by name", "per_x", domain.Holding{Entity: "ent_group", Capacity: domain.Stakeholder}, true, true},
		{"a person, by name", "per_ada", domain.Holding{}, false, true},
		{"nobody", "", domain.Holding{}, false, false},
		{"staff of a named entity are not its people", "per_x", domain.Holding{Entity: "ent_un", Capacity: domain.Auditor}, false, false},
		{"a Network entity", "per_x", domain.Holding{Entity: "ent_iom", Capacity: domain.NetworkEntity}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if all.Takes([]domain.Holding{tt.holds}, tt.person) != tt.all {
				t.Errorf("of everybody: want %t", tt.all)
			}
			if some.Takes([]domain.Holding{tt.holds}, tt.person) != tt.some {
				t.Errorf("of some: want %t", tt.some)
			}
		})
	}
	if (State{}).Takes([]domain.Holding{{Entity: "", Capacity: domain.StateMission}}, "") {
		t.Error("somebody takes part in nothing")
	}
}

func TestEverybodySees(t *testing.T) {
	if !Decider.Sees(Decider.Fold(State{}, call()...), domain.Viewer{}) {
		t.Error("the public cannot see what is planned")
	}
}
