package consultation

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Group is a kind of participant.
type Group string

// The groups, as stored and as the API spells them.
const (
	MemberStates       Group = "MEMBER_STATES"
	Migrants           Group = "MIGRANTS" // a word to readers: no capacity says who is one, so name them
	Stakeholders       Group = "STAKEHOLDERS"
	CountryTeams       Group = "COUNTRY_TEAMS"
	RegionalMechanisms Group = "REGIONAL_MECHANISMS"
)

// Groups lists every group.
var Groups = []Group{MemberStates, Migrants, Stakeholders, CountryTeams, RegionalMechanisms}

// Capacities say who belongs to a group. Every Member State is in by both of
// its capacities, or none is (G7).
func (g Group) Capacities() []domain.Capacity {
	switch g {
	case MemberStates:
		return []domain.Capacity{domain.StateMission, domain.StateFocalPoint}
	case Stakeholders:
		return []domain.Capacity{domain.Stakeholder, domain.EntityAdmin}
	case CountryTeams:
		return []domain.Capacity{domain.CountryTeam}
	case RegionalMechanisms:
		return []domain.Capacity{domain.RegionalMechanism}
	}
	return nil
}

// An Audience is who takes part in a consultation: whole groups, and entities
// or persons by id. Whom it names is for the secretariat and the participants
// to read; the groups are public.
type Audience struct {
	Groups []Group     `json:"groups,omitempty"` // in the order of Groups
	Named  []domain.ID `json:"named,omitempty"`  // sorted
}

// Takes reports whether person, who holds these live credentials, takes part.
func (s State) Takes(holds []domain.Holding, person domain.ID) bool {
	named := func(id domain.ID) bool { return id != "" && slices.Contains(s.Audience.Named, id) }
	if named(person) {
		return true
	}
	return slices.ContainsFunc(holds, func(h domain.Holding) bool {
		in := func(g Group) bool { return slices.Contains(g.Capacities(), h.Capacity) }
		return named(h.Entity) && !h.Capacity.Staff() || slices.ContainsFunc(s.Audience.Groups, in)
	})
}

const maxNamed = 1000 // every Member State, and four others for each

// SetAudience says who takes part, replacing what was said before. Once open
// it is fixed, for what people sent to the participants of then may not get
// other readers.
type SetAudience struct {
	Groups   []Group
	Named    []domain.ID // entities, or persons acting in their own name
	Expected *int64
}

// By implements domain.Command.
func (SetAudience) By() []domain.Capacity { return secretariat }

func (c SetAudience) decide(s State, by domain.Cause) ([]Event, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	var a Audience
	for _, g := range Groups {
		if slices.Contains(c.Groups, g) {
			a.Groups = append(a.Groups, g)
		}
	}
	a.Named = slices.Compact(slices.Sorted(slices.Values(c.Named)))
	if slices.Equal(a.Groups, s.Audience.Groups) && slices.Equal(a.Named, s.Audience.Named) {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	return []Event{AudienceSet{a}}, nil
}

func (c SetAudience) check() error {
	for _, g := range c.Groups {
		if !slices.Contains(Groups, g) {
			return domain.Refuse(domain.Invalid, "consultation.audience", "There is no such audience.").At("groups")
		}
	}
	if len(c.Named) > maxNamed {
		return domain.Refuse(domain.Invalid, "consultation.named", "Please name at most %d participants.", maxNamed).At("named")
	}
	for _, id := range c.Named {
		if id == "" || len(id) > 64 {
			return domain.Refuse(domain.Invalid, "consultation.named_id", "This is not an id.").At("named")
		}
	}
	return nil
}

// AudienceSet records who takes part.
type AudienceSet struct {
	Audience
}

// EventType implements domain.Event.
func (AudienceSet) EventType() string { return "consultation.audience_set" }

func (e AudienceSet) evolve(s State) State {
	s.Audience = e.Audience
	s.Edition++
	return s
}
