package champion

import (
	"strconv"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

const (
	slv domain.ID = "ent_slv"
	day           = domain.PartialDate("2020-03-04")
)

var (
	officer = domaintest.Officer("per_officer")
	mission = domaintest.As("per_mission", slv, domain.StateMission)
	focal   = domaintest.As("per_focal", slv, domain.StateFocalPoint)
	other   = domaintest.As("per_eve", "ent_prt", domain.StateMission)
	invite  = Invite{State: slv, IsState: true}
)

func text(s string) domain.Text { return domain.Text{Language: "es", Value: s} }

func known(more ...Event) []Event { return append([]Event{Invited{State: slv}}, more...) }

func TestAnswer(t *testing.T) {
	yes := known(Accepted{day})
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "invited", When: Invite{State: slv, OccurredOn: "2020", IsState: true}, By: officer, Then: []Event{Invited{slv, "2020"}}},
		{Name: "invited twice is quiet", Given: known(), When: invite, By: officer},
		{Name: "invited when accepted is quiet", Given: yes, When: invite, By: officer},
		{Name: "invited again after declining", Given: known(Declined{}), When: invite, By: officer, Then: known()},
		{Name: "invited again after stepping down", Given: known(Accepted{}, SteppedDown{}), When: invite, By: officer, Then: known()},
		{Name: "no State, no champion", When: Invite{State: "ent_ngo"}, By: officer, Code: domain.Invalid, Slug: "champion.state"},
		{Name: "no State invites itself", When: invite, By: mission, Code: domain.NotAllowed},
		{Name: "only the State accepts, on the day it did", Given: known(), When: Accept{day}, By: mission, Then: []Event{Accepted{day}}},
		{Name: "accepted twice is quiet", Given: yes, When: Accept{}, By: mission},
		{Name: "only the State accepts: not another", Given: known(), When: Accept{day}, By: other, Code: domain.NotOwner},
		{Name: "only the State accepts: not the secretariat", Given: known(), When: Accept{day}, By: officer, Code: domain.NotOwner},
		{Name: "only the State accepts: not its focal point", Given: known(), When: Accept{day}, By: focal, Code: domain.NotAllowed},
		{Name: "not accepted without an invitation", When: Accept{day}, By: mission, Code: domain.NotFound},
		{Name: "not accepted after declining", Given: known(Declined{}), When: Accept{}, By: mission, Code: domain.NotAllowed},
		{Name: "a date", Given: known(), When: Accept{"lately"}, By: mission, Code: domain.Invalid, Slug: "date.partial"},
		{Name: "declined", Given: known(), When: Decline{day}, By: mission, Then: []Event{Declined{day}}},
		{Name: "declined twice is quiet", Given: known(Declined{}), When: Decline{}, By: mission},
		{Name: "G7: not declined by another State", Given: known(), When: Decline{}, By: other, Code: domain.NotOwner},
		{Name: "not declined after accepting", Given: yes, When: Decline{}, By: mission, Code: domain.NotAllowed},
		{Name: "stepped down", Given: yes, When: StepDown{"2021"}, By: mission, Then: []Event{SteppedDown{"2021"}}},
		{Name: "stepped down twice is quiet", Given: known(Accepted{}, SteppedDown{}), When: StepDown{}, By: mission},
		{Name: "nobody else steps down", Given: yes, When: StepDown{}, By: officer, Code: domain.NotOwner},
	})
}

func TestList(t *testing.T) {
	on := known(Accepted{}, Listed{ListVersion: 1})
	plan := SupportPlanAgreed{Plan: text("Apoyo"), OccurredOn: "2020"}
	lesson := LessonShared{Number: 1, Lesson: text("Escuchar")}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "listed on the initial list", Given: known(Accepted{}), When: List{1, "2020-03-04"}, By: officer, Then: []Event{Listed{1, "2020-03-04"}}},
		{Name: "listed only after accepted", Given: known(), When: List{ListVersion: 1}, By: officer, Code: domain.NotAllowed},
		{Name: "not listed after stepping down", Given: known(Accepted{}, SteppedDown{}), When: List{ListVersion: 2}, By: officer, Code: domain.NotAllowed},
		{Name: "listed twice is quiet", Given: on, When: List{ListVersion: 1}, By: officer},
		{Name: "listed on two lists", Given: on, When: List{ListVersion: 2}, By: officer, Code: domain.NotAllowed, Slug: "champion.listed"},
		{Name: "a version", Given: known(Accepted{}), When: List{}, By: officer, Code: domain.Invalid, Slug: "champion.list"},
		{Name: "no State lists itself", Given: known(Accepted{}), When: List{ListVersion: 1}, By: mission, Code: domain.NotAllowed},
		{Name: "support agreed", Given: on, When: AgreeSupport{text("Apoyo"), "2020"}, By: mission, Then: []Event{plan}},
		{Name: "support agreed twice is quiet", Given: append(on[:3:3], plan), When: AgreeSupport{Plan: text("Apoyo")}, By: mission},
		{Name: "nobody agrees for a State", Given: on, When: AgreeSupport{Plan: text("Apoyo")}, By: officer, Code: domain.NotOwner},
		{Name: "no support before the list", Given: known(Accepted{}), When: AgreeSupport{Plan: text("Apoyo")}, By: mission, Code: domain.NotAllowed},
		{Name: "a plan", Given: on, When: AgreeSupport{}, By: mission, Code: domain.Invalid},
		{Name: "a lesson", Given: on, When: ShareLesson{Lesson: text("Escuchar")}, By: mission, Then: []Event{lesson}},
		{Name: "a lesson twice is quiet", Given: append(on[:3:3], lesson), When: ShareLesson{Lesson: text("Escuchar")}, By: mission},
		{Name: "another lesson", Given: append(on[:3:3], lesson), When: ShareLesson{Lesson: text("Contar")}, By: mission, Then: []Event{LessonShared{Number: 2, Lesson: text("Contar")}}},
		{Name: "G6: no lesson by another", Given: on, When: ShareLesson{Lesson: text("Escuchar")}, By: other, Code: domain.NotOwner},
		{Name: "no lesson from a State that has not accepted", Given: known(), When: ShareLesson{Lesson: text("Escuchar")}, By: mission, Code: domain.NotAllowed},
	})
	var many []Event
	for i := range maxLessons {
		many = append(many, LessonShared{Number: i + 1, Lesson: text(strconv.Itoa(i))})
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "lessons of bounded number", Given: append(on[:3:3], many...), When: ShareLesson{Lesson: text("Contar")}, By: mission, Code: domain.NotAllowed, Slug: "champion.lessons"},
	})
}

func TestSees(t *testing.T) {
	public, own := domain.Viewer{}, domain.Viewer{Person: "per_focal", Holds: []domain.Holding{{Entity: slv, Capacity: domain.StateFocalPoint}}}
	staff := domain.Viewer{Person: "per_officer", Holds: []domain.Holding{{Entity: "ent_sec", Capacity: domain.Secretariat}}}
	asked := Decider.Fold(State{}, known()...)
	willing := Decider.Fold(asked, Accepted{})
	again := Decider.Fold(willing, SteppedDown{}, Invited{State: slv})
	for _, c := range []struct {
		name string
		s    State
		v    domain.Viewer
		want bool
	}{
		{"G9: an invitation", asked, public, false}, {"an invitation to oneself", asked, own, true}, {"an invitation of one's own", asked, staff, true},
		{"a champion", willing, public, true}, {"one who was a champion", again, public, true},
	} {
		if got := Decider.Sees(c.s, c.v); got != c.want {
			t.Errorf("%s: sees = %v", c.name, got)
		}
	}
}
