// Package entity decides about those in whose name people act: States, United
// Nations entities, organisations, and informal groups without any paper. Who
// may act for them stands in package credential.
package entity

import (
	"maps"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to an entity.
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
	proposed   domain.Status = "proposed"
	recognised domain.Status = "recognised"
	suspended  domain.Status = "suspended"
	dissolved  domain.Status = "dissolved"
)

// State is what decisions about an entity read.
type State struct {
	Entity     domain.ID
	Status     domain.Status
	Was        domain.Status // the status to go back to when a suspension is lifted
	Kind       Kind
	Code       string // ISO 3166-1 alpha-3; of a State only
	Name       domain.Text
	Acronym    string
	Edition    int64               // counts the names it has had
	Categories map[string]Category // by vocabulary
	Proposer   domain.ID           // the person who proposed it; empty when the office did
	Known      bool                // it is recognised, or was
	Named      domain.ID           // the person named as first administrator, or as the State's mission
}

// Acts reports whether people may act for the entity now. Recognition is not
// needed for that.
func (s State) Acts() bool { return s.Status == proposed || s.Status == recognised }

// Recognised reports whether the secretariat recognises the entity now.
func (s State) Recognised() bool { return s.Status == recognised }

// Public reports whether everybody may see the entity: the office proposed it,
// or it has been recognised.
func (s State) Public() bool { return s.Proposer == "" || s.Known }

// Open reports whether the entity is a person's proposal that waits for the
// secretariat.
func (s State) Open() bool { return s.Status != "" && s.Status != dissolved && !s.Public() }

// sees reports whether v may see the entity. A proposal is for its proposer,
// for those who act for it, and for the officers who decide on it.
func (s State) sees(v domain.Viewer) bool {
	return s.Public() || v.Person == s.Proposer || v.ActsFor(s.Entity) || v.Is(domain.Secretariat, domain.Protection)
}

// A Category is a term of a vocabulary that the entity stands under.
type Category struct {
	Vocabulary string `json:"vocabulary"` // its name, such as "stakeholder-categories-gcm-44"
	Version    int    `json:"version"`    // in force when this was said
	Term       string `json:"term"`       // its code
}

// Decider is the entity aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "entity",
	Noun:     "entity",
	Prefix:   "ent_",
	Codec: domain.NewCodec[Event](Proposed{}, Recognised{}, Classified{}, Renamed{}, AdministratorNamed{},
		Suspended{}, Reinstated{}, Dissolved{}),
	Table: domain.Table{
		"": {domain.On(Propose{}, proposed)},
		proposed: {
			domain.On(Propose{}, proposed),
			domain.On(Recognise{}, recognised),
			domain.On(Classify{}, proposed),
			domain.On(Rename{}, proposed),
			domain.On(NameAdministrator{}, proposed),
			domain.On(Suspend{}, suspended),
			domain.On(Dissolve{}, dissolved),
		},
		recognised: {
			domain.On(Propose{}, recognised),
			domain.On(Recognise{}, recognised),
			domain.On(Classify{}, recognised),
			domain.On(Rename{}, recognised, proposed),
			domain.On(NameAdministrator{}, recognised),
			domain.On(Suspend{}, suspended),
			domain.On(Dissolve{}, dissolved),
		},
		suspended: {
			domain.On(Classify{}, suspended),
			domain.On(Suspend{}, suspended),
			domain.On(Reinstate{}, proposed, recognised),
			domain.On(Dissolve{}, dissolved),
		},
		dissolved: {
			domain.On(Dissolve{}, dissolved),
		},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Clone: func(s State) State {
		s.Categories = maps.Clone(s.Categories)
		return s
	},
	Status: func(s State) domain.Status { return s.Status },
	Owner:  func(s State) domain.ID { return s.Entity },

	Sees: State.sees,
}

// run lists who may change an entity besides the secretariat: those who run
// it, not everyone who speaks for it. Own must be asked as well.
var run = []domain.Capacity{domain.EntityAdmin, domain.StateMission}

// own refuses whoever acts for another entity. Officers and the installation
// act for any.
func (s State) own(by domain.Actor) error {
	switch by.Capacity {
	case domain.Secretariat, domain.System:
		return nil
	}
	if by.Entity != s.Entity {
		return domain.Refuse(domain.NotOwner, "entity.owner", "Only those who run this entity may do this.")
	}
	return nil
}
