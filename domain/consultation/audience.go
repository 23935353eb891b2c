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
	Migrants           Group = "MIGRANTS"
	Stakeholders       Group = "STAKEHOLDERS"
	CountryTeams       Group = "COUNTRY_TEAMS"
	RegionalMechanisms Group = "REGIONAL_MECHANISMS"
)

// Groups lists every group.
var Groups = []Group{MemberStates, Migrants, Stakeholders, CountryTeams, RegionalMechanisms}

// kinds lists which kinds of entities belong to a group, as package entity
// spells them.
var kinds = map[Group][]string{
	MemberStates:       {"STATE"},
	Migrants:           {"MIGRANT_GROUP"},
	Stakeholders:       {"STAKEHOLDER", "MIGRANT_GROUP", "INTERGOVERNMENTAL"},
	CountryTeams:       {"COUNTRY_TEAM"},
	RegionalMechanisms: {"REGIONAL_MECHANISM"},
}

// GroupsOf lists the groups that somebody who holds c for an entity of a kind
// belongs to. Whoever drafts or speaks for a member belongs to the group;
// staff do not.
func GroupsOf(kind string, c domain.Capacity) []Group {
	var all []Group
	for _, g := range Groups {
		if (c.Speaks() || c == domain.StateFocalPoint) && slices.Contains(kinds[g], kind) {
			all = append(all, g)
		}
	}
	return all
}

// An Audience is who takes part in a consultation: whole groups, and entities
// or persons by id. Whom it names is for the secretariat and the participants
// to read; the groups are public.
type Audience struct {
	Groups []Group     `json:"groups,omitempty"` // in the order of Groups
	Named  []domain.ID `json:"named,omitempty"`  // sorted
	Only   bool        `json:"only,omitempty"`   // nobody else may submit
}

// OpenToAll reports whether everybody may submit to the consultation. Where
// they may although it has an audience, it is the audience that hears them.
func (s State) OpenToAll() bool { return !s.Audience.Only }

// Admits reports whether a party may submit: an entity of a kind, as package
// entity spells it, or a person in their own name, who is of no kind. A person
// counts as a stakeholder, and as a migrant, since nobody is asked for papers.
func (s State) Admits(party domain.ID, kind string) bool {
	if s.OpenToAll() || party != "" && slices.Contains(s.Audience.Named, party) {
		return true
	}
	return slices.ContainsFunc(s.Audience.Groups, func(g Group) bool {
		if kind == "" {
			return g == Stakeholders || g == Migrants
		}
		return slices.Contains(kinds[g], kind)
	})
}

// Invites reports whether the audience has person, who holds these live
// credentials. kindOf returns the kind of an entity. In their own name a
// person is in the audience only if it names them.
func (s State) Invites(holds []domain.Holding, person domain.ID, kindOf func(domain.ID) string) bool {
	named := func(id domain.ID) bool { return id != "" && slices.Contains(s.Audience.Named, id) }
	if named(person) {
		return true
	}
	return slices.ContainsFunc(holds, func(h domain.Holding) bool {
		in := func(g Group) bool { return slices.Contains(s.Audience.Groups, g) }
		return named(h.Entity) && !h.Capacity.Staff() || slices.ContainsFunc(GroupsOf(kindOf(h.Entity), h.Capacity), in)
	})
}

const maxNamed = 1000 // every Member State, and four others for each

// SetAudience says who takes part and whether others may submit too, replacing
// what was said before. Once open it is fixed, for what people sent to the
// participants of then may not get other readers. Without any group or name
// the consultation is open to all.
type SetAudience struct {
	Groups    []Group
	Named     []domain.ID // entities, or persons acting in their own name
	OpenToAll bool        `json:",omitempty"` // everybody may submit; the audience hears them
	Expected  *int64
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
	a.Only = !c.OpenToAll && len(a.Groups)+len(a.Named) > 0
	if slices.Equal(a.Groups, s.Audience.Groups) && slices.Equal(a.Named, s.Audience.Named) && a.Only == s.Audience.Only {
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
