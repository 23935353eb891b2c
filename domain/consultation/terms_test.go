package consultation

import (
	"slices"
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

// parties are everybody that an audience may have, by entity or person.
var parties = []struct {
	id       domain.ID
	kind     string // as package entity spells it; empty for a person
	capacity domain.Capacity
	groups   []Group // that who acts so is in
}{
	{"per_ada", "", "", nil},
	{"ent_slv", "STATE", domain.StateMission, []Group{MemberStates}},
	{"ent_prt", "STATE", domain.StateMission, []Group{MemberStates}}, // G7: every State alike
	{"ent_prt", "STATE", domain.StateFocalPoint, []Group{MemberStates}},
	{"ent_prt", "STATE", domain.CommitteeMember, nil},
	{"ent_ngo", "STAKEHOLDER", domain.Stakeholder, []Group{Stakeholders}},
	{"ent_ngo", "STAKEHOLDER", domain.EntityAdmin, []Group{Stakeholders}},
	{"ent_ngo", "STAKEHOLDER", domain.CommitteeChair, nil},
	{"ent_group", "MIGRANT_GROUP", domain.Stakeholder, []Group{Migrants, Stakeholders}},
	{"ent_oas", "INTERGOVERNMENTAL", domain.Stakeholder, []Group{Stakeholders}},
	{"ent_unct", "COUNTRY_TEAM", domain.CountryTeam, []Group{CountryTeams}},
	{"ent_unct", "COUNTRY_TEAM", domain.EntityAdmin, []Group{CountryTeams}},
	{"ent_rcm", "REGIONAL_MECHANISM", domain.RegionalMechanism, []Group{RegionalMechanisms}},
	{"ent_iom", "UN_ENTITY", domain.NetworkEntity, nil},
	{"ent_iom", "UN_ENTITY", domain.EntityAdmin, nil},
	{"ent_wg", "WORKING_GROUP", domain.WorkingGroup, nil},
	{"ent_eca", "REGIONAL_COMMISSION", domain.RegionalCommission, nil},
	{"ent_sec", "SECRETARIAT", domain.Secretariat, nil},
	{"ent_sec", "SECRETARIAT", domain.Auditor, nil},
}

// Every audience, and everybody: who it invites, and who may submit.
func TestAudience(t *testing.T) {
	kindOf := func(id domain.ID) string {
		for _, p := range parties {
			if p.id == id {
				return p.kind
			}
		}
		return ""
	}
	for subset := range 1 << len(Groups) {
		var groups []Group
		for i, g := range Groups {
			if subset>>i&1 == 1 {
				groups = append(groups, g)
			}
		}
		for _, name := range append([]domain.ID{""}, "per_ada", "ent_ngo", "ent_unct", "ent_iom", "ent_sec") {
			for _, open := range []bool{false, true} {
				var named []domain.ID
				if name != "" {
					named = []domain.ID{name}
				}
				events, err := Decider.Run(Decider.Fold(State{}, call()...), SetAudience{Groups: groups, Named: named, OpenToAll: open}, domain.Cause{})
				if err != nil {
					t.Fatal(err)
				}
				s := Decider.Fold(State{}, call(events...)...)
				nobody := len(groups) == 0 && name == ""
				if s.OpenToAll() != (open || nobody) {
					t.Errorf("%v %v: open to all is %t", groups, named, s.OpenToAll())
				}
				for _, p := range parties {
					in := slices.ContainsFunc(p.groups, func(g Group) bool { return slices.Contains(groups, g) })
					staff := p.capacity.Staff()
					holds, person := []domain.Holding{{Entity: p.id, Capacity: p.capacity}}, domain.ID("per_x")
					if p.kind == "" {
						holds, person = nil, p.id
					}
					invited := name == p.id && !staff || in
					if got := s.Invites(holds, person, kindOf); got != invited {
						t.Errorf("audience %v %v: %s of %s is invited: %t", groups, named, p.capacity, p.id, got)
					}
					if staff {
						continue // nobody submits in that capacity
					}
					own := p.kind == "" && (slices.Contains(groups, Stakeholders) || slices.Contains(groups, Migrants))
					if got := s.Admits(p.id, p.kind); got != (open || nobody || invited || own) {
						t.Errorf("audience %v %v, open to all %t: %s of %s may submit: %t", groups, named, open, p.capacity, p.id, got)
					}
				}
			}
		}
	}
	if (State{}).Invites([]domain.Holding{{Capacity: domain.StateMission}}, "", kindOf) {
		t.Error("somebody takes part in nothing")
	}
	if s := (State{Audience: Audience{Only: true, Named: []domain.ID{"ent_a"}}}); s.Admits("", "") {
		t.Error("an unknown owner is in an audience of named ones")
	}
}

func TestEverybodySees(t *testing.T) {
	if !Decider.Sees(Decider.Fold(State{}, call()...), domain.Viewer{}) {
		t.Error("the public cannot see what is planned")
	}
}
