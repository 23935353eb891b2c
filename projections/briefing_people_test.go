package projections_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/projections"
)

// names lists whom a viewer sees among the participants, as of an index or now.
func (m *meeting) names(who string, at ...int64) string {
	m.t.Helper()
	v := domain.Viewer{}
	if who != "" {
		v = m.As(who)
	}
	c := must[*projections.Connection[projections.BriefingParticipant]](m.t)(m.read(v, at...).BriefingParticipants(m.t.Context(), m.id, everything))
	var names []string
	for _, p := range c.Nodes {
		names = append(names, *p.Name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// TestParticipants goes through who sees whom, by consent; and what somebody
// narrowed is narrowed for every date.
func TestParticipants(t *testing.T) {
	m := newMeeting(t)
	portugal := m.Entity(entity.Country, "Portugal", "PRT")
	m.Appoint("mission", portugal, domain.StateMission)
	register := func(name, category string, c briefing.Consent) domain.ID {
		p := briefing.RegisterParticipant{Category: audience(category), Name: name, Consent: c, Basis: "form"}
		if err := m.App.Register(t.Context(), m.Person(name), name); err != nil {
			t.Fatal(err)
		}
		p.Person = m.Person(name)
		return m.do(p)
	}
	register("ada", "faith", briefing.Nobody)
	register("bo", "faith", briefing.SameCategory)
	register("cy", "network", briefing.Attendees)
	di := register("di", "network", briefing.Everybody)
	m.do(briefing.RegisterParticipant{Category: audience("others"), Name: "ed"})
	for who, want := range map[string]string{
		"": "di", "stranger": "di", "mission": "di", "secretariat": "ada bo cy di ed",
		"ada": "ada bo cy di", "bo": "bo cy di", "cy": "cy di", "di": "cy di",
	} {
		if got := m.names(who); got != want {
			t.Errorf("%q sees %q, want %q", who, got, want)
		}
	}
	before := m.now()
	m.send("di", "", briefing.ChangeConsent{Participant: di, Consent: briefing.Nobody})
	if now, then := m.names(""), m.names("", before); now+then != "" {
		t.Errorf("the public sees %q, and as of then %q", now, then)
	}
	m.send("di", "", briefing.ChangeConsent{Participant: di, Consent: briefing.Everybody})
	if got := m.names("", before+1); got != "" {
		t.Errorf("as of the time when only she saw it: %q", got)
	}
	// To others a participant's account and consent are not told.
	c := must[*projections.Connection[projections.BriefingParticipant]](t)(m.read(domain.Viewer{}).BriefingParticipants(t.Context(), m.id, everything))
	if p := c.Nodes[0]; p.PersonID != nil || p.Consent != nil || p.Basis != nil {
		t.Errorf("the public is told %+v", p)
	}
}

// TestSpeakersAreOffices: the name of a natural person who spoke is for the
// secretariat and themselves.
func TestSpeakersAreOffices(t *testing.T) {
	m := newMeeting(t)
	if err := m.App.Register(t.Context(), m.Person("ada"), "Ada"); err != nil {
		t.Fatal(err)
	}
	m.do(briefing.RecordStatement{Speaker: briefing.Party{Office: "Chair"}, Person: m.Person("ada"), Name: "Ada"})
	for who, want := range map[string]bool{"stranger": false, "ada": true, "secretariat": true} {
		s := must[*projections.Connection[projections.BriefingStatement]](t)(m.read(m.As(who)).BriefingStatements(t.Context(), m.id, everything)).Nodes[0]
		if (s.Name != nil) != want || (s.PersonID != nil) != want {
			t.Errorf("%s: name %v, person %v", who, s.Name, s.PersonID)
		}
	}
}

// TestInvitations: that an entity was invited is for it and the secretariat.
func TestInvitations(t *testing.T) {
	m := newMeeting(t)
	ngo := m.Entity(entity.Stakeholder, "Caritas", "")
	m.Appoint("ngo", ngo, domain.Stakeholder)
	m.do(briefing.Invite{Invitees: []briefing.Invitee{{Category: audience("states")}, {Entity: ngo}}})
	for who, want := range map[string]int{"stranger": 1, "ngo": 2, "secretariat": 2} {
		if got := must[map[domain.ID][]*projections.BriefingInvitation](t)(m.read(m.As(who)).BriefingInvitations(t.Context(), []domain.ID{m.id}))[m.id]; len(got) != want {
			t.Errorf("%s sees %d, want %d", who, len(got), want)
		}
	}
}

// TestSmallCounts: to others than the secretariat counts of fewer than five
// are not told, nor can they be worked out from the rest.
func TestSmallCounts(t *testing.T) {
	m := newMeeting(t)
	count := func(states, faith, network int64) []briefing.Count {
		return []briefing.Count{{Category: audience("states"), Number: states}, {Category: audience("faith"), Number: faith}, {Category: audience("network"), Number: network}}
	}
	show := func(v domain.Viewer) string {
		all := must[map[domain.ID][]*projections.BriefingAttendance](t)(m.read(v).BriefingAttendances(t.Context(), []domain.ID{m.id}))[m.id]
		if len(all) == 0 {
			return "nothing"
		}
		a := all[len(all)-1]
		s := fmt.Sprintf("%d, %d of them", a.Total, a.NotBrokenDown)
		for _, r := range a.Represented {
			s += " " + r.Code
		}
		for _, c := range a.Counts {
			s += fmt.Sprintf(", %s %d", c.Category.Code, c.Number)
		}
		return s
	}
	for _, tt := range []struct {
		total  int64
		counts []briefing.Count
		want   string
	}{
		{100, count(80, 10, 5), "100, 5 of them, states 80, faith 10, network 5"},
		{100, count(80, 3, 7), "100, 13 of them faith, states 80, network 7"},
		{90, count(80, 3, 7), "90, 10 of them faith network, states 80"},
		{97, count(80, 10, 5), "97, 7 of them network, states 80, faith 10"},
		{4, count(2, 1, 1), "nothing"},
		{0, nil, "0, 0 of them"},
	} {
		m.do(briefing.RecordAttendance{Total: tt.total, Counts: tt.counts})
		if got := show(domain.Viewer{}); got != tt.want {
			t.Errorf("%d: the public sees %q, want %q", tt.total, got, tt.want)
		}
		if got := show(m.As("secretariat")); !strings.HasPrefix(got, fmt.Sprintf("%d, ", tt.total)) || len(tt.counts) != strings.Count(got, ",")-1 {
			t.Errorf("%d: the secretariat sees %q", tt.total, got)
		}
	}
}
