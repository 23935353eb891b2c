// Package person decides about the people who act: registered by their first
// token, verified by the secretariat, perhaps suspended. A person has a stream
// of their own; for whom they may act stands in package credential.
package person

import "github.com/rapporteur-project/rapporteur/domain"

// A Command asks for something to happen to a person.
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
	registered domain.Status = "registered"
	verified   domain.Status = "verified"
	suspended  domain.Status = "suspended"
)

// A Level says how well a person's identity is known.
type Level string

// The levels, from the least known.
const (
	SelfDeclared Level = "SELF_DECLARED"
	Contacted    Level = "CONTACTED"  // answered at the address they gave
	Documented   Level = "DOCUMENTED" // showed papers
)

// State is what decisions about a person read.
type State struct {
	Person   domain.ID
	Status   domain.Status
	Was      domain.Status // the status to go back to when a suspension is lifted
	Level    Level
	Verified string // the verified name

	Displayed string // the name that they publish under; empty while they chose none
}

// Acts reports whether the person may act at all.
func (s State) Acts() bool { return s.Status != suspended }

// Decider is the person aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "person",
	Noun:     "person",
	Prefix:   "per_",
	Codec:    domain.NewCodec[Event](Registered{}, IdentityVerified{}, VerifiedNameChanged{}, DisplayNameChosen{}, Suspended{}, Reinstated{}),
	Table: domain.Table{
		"": {domain.On(Register{}, registered)},
		registered: {
			domain.On(Register{}, registered),
			domain.On(Verify{}, verified),
			domain.On(ChooseDisplayName{}, registered),
			domain.On(Suspend{}, suspended),
		},
		verified: {
			domain.On(Register{}, verified),
			domain.On(Verify{}, verified),
			domain.On(ChooseDisplayName{}, verified),
			domain.On(Suspend{}, suspended),
		},
		suspended: {
			domain.On(Register{}, suspended),
			domain.On(Suspend{}, suspended),
			domain.On(Reinstate{}, registered, verified),
		},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Status: func(s State) domain.Status { return s.Status },
	Sees: func(s State, v domain.Viewer) bool {
		return v.Person == s.Person || v.Is(domain.Secretariat, domain.Protection)
	},
}
