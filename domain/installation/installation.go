// Package installation keeps on the record what belongs to the record and lies
// outside it: the keys that it was made with, and what was lost and went on
// without. A record that commits to its keys cannot be opened with others, or
// without the log that was published of it, by mistake.
//
// There is one installation in a record. Its ID is fixed: the ID must be found
// by whoever has the wrong secret, and every other ID derives from the secret.
package installation

import (
	"github.com/rapporteur-project/rapporteur/domain"
)

// ID is the ID of the installation in its own record.
const ID domain.ID = "ins_record"

// A Command asks for something to happen to the installation.
type Command interface {
	domain.Command
	decide(State, domain.Cause) ([]Event, error)
}

// An Event records that something happened.
type Event interface {
	domain.Event
	evolve(State) State
}

// committed is the one status: the record names its secret.
const committed domain.Status = "committed"

// State is what decisions about the installation read.
type State struct {
	Secret string // hash of the installation's secret, in hexadecimal
	LogKey string // the log's first verifier key; empty until the log was published
}

// Decider is the aggregate of the installation.
var Decider = domain.Decider[Command, State, Event]{
	Category: "installation",
	Noun:     "installation",
	Prefix:   "ins_",
	Codec:    domain.NewCodec[Event](KeysCommitted{}, LossAccepted{}),
	Table: domain.Table{
		"":        {domain.On(CommitKeys{}, committed)},
		committed: {domain.On(CommitKeys{}, committed), domain.On(AcceptLoss{}, committed)},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Status: func(s State) domain.Status {
		if s.Secret == "" {
			return ""
		}
		return committed
	},
	Sees: func(_ State, v domain.Viewer) bool { return v.Is(domain.Auditor) },
}
