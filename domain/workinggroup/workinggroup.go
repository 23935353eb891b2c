// Package workinggroup decides about the working groups of the Network: who
// leads and belongs to them, and what they report and deliver.
package workinggroup

import (
	"crypto/sha256"
	"maps"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to a working group.
type Command interface {
	domain.Command
	decide(State, domain.Cause) ([]Event, error)
}

// An Event records that something happened.
type Event interface {
	domain.Event
	evolve(State) State
}

// The statuses.
const (
	constituted domain.Status = "constituted"
	active      domain.Status = "active" // led by somebody
	concluded   domain.Status = "concluded"
)

// State is what decisions about a working group read.
type State struct {
	Status  domain.Status
	Entity  domain.ID          // of kind WORKING_GROUP, for which its co-leads may act; may be empty
	Members map[domain.ID]bool // entities; true for a co-lead
	Done    map[[sha256.Size]byte]bool
	Updates int // how many it has reported
	Works   int // how many deliverables it has published
}

// Leads reports whether entity leads the group, or is the group itself.
func (s State) Leads(entity domain.ID) bool {
	return entity != "" && (entity == s.Entity || s.Members[entity])
}

// Decider is the working group aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "working_group",
	Noun:     "working group",
	Prefix:   "wgr_",
	Codec: domain.NewCodec[Event](Constituted{}, CoLeadDesignated{}, Joined{}, Left{}, UpdateReported{},
		DeliverablePublished{}, Concluded{}),
	Table: domain.Table{
		"": {domain.On(Constitute{}, constituted)},
		constituted: {
			domain.On(DesignateCoLead{}, active),
			domain.On(Join{}, constituted),
			domain.On(Leave{}, constituted),
			domain.On(ReportUpdate{}, constituted),
			domain.On(PublishDeliverable{}, constituted),
			domain.On(Conclude{}, concluded),
		},
		active: {
			domain.On(DesignateCoLead{}, active),
			domain.On(Join{}, active),
			domain.On(Leave{}, active),
			domain.On(ReportUpdate{}, active),
			domain.On(PublishDeliverable{}, active),
			domain.On(Conclude{}, concluded),
		},
		concluded: {
			domain.On(Leave{}, concluded),
			domain.On(Conclude{}, concluded),
		},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Clone: func(s State) State {
		s.Members, s.Done = maps.Clone(s.Members), maps.Clone(s.Done)
		return s
	},
	Status: func(s State) domain.Status { return s.Status },
	Owner:  func(s State) domain.ID { return s.Entity },
	Sees:   func(State, domain.Viewer) bool { return true }, // working groups are public
}

// speakers lists in which capacities people act for a member.
var speakers = []domain.Capacity{
	domain.WorkingGroup, domain.NetworkEntity, domain.EntityAdmin, domain.Stakeholder, domain.StateMission,
	domain.CountryTeam, domain.RegionalMechanism, domain.RegionalCommission,
}

// everyone lists speakers and those who may record what they said.
func everyone() []domain.Capacity {
	return append([]domain.Capacity{domain.Secretariat, domain.System}, speakers...)
}

// records reports whether an actor may record what a group or member did.
func records(by domain.Actor) bool {
	return by.Capacity == domain.Secretariat || by.Capacity == domain.System
}

// own refuses whoever neither leads the group nor keeps its record.
func (s State) own(by domain.Actor) error {
	if records(by) || s.Leads(by.Entity) {
		return nil
	}
	return domain.Refuse(domain.NotOwner, "working_group.lead", "Only those who lead this working group may do this.")
}

// when checks the date on which something happened, if one is given.
func when(p domain.PartialDate) (domain.PartialDate, error) {
	if p == "" {
		return "", nil
	}
	return domain.ParsePartialDate(string(p), "occurredOn")
}
