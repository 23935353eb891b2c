// Package claim decides who may use a value that only one may have, such as
// the symbol of a consultation. Each value has one stream, so that of two who
// claim it at once one is first.
//
// A claim holds for a while. It is confirmed by its owner coming to exist, in
// the owner's own stream; nothing more is written here. Whoever claimed and
// was never created, because something failed in between, loses it afterwards
// to the next who asks.
package claim

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Life is how long a claim holds whose owner does not exist yet. An owner is
// created within seconds of the claim, or not at all before it is claimed again.
const Life = 10 * time.Minute

// fresh is how much of its life a claim needs for its owner to be created on
// it: more than an append may take.
const fresh = time.Minute

// A Command asks for something to happen to a claim.
type Command interface {
	domain.Command
	decide(State, domain.Cause) ([]Event, error)
}

// An Event records that something happened.
type Event interface {
	domain.Event
	evolve(State) State
}

// held is the one status: a value that was claimed once is always somebody's.
const held domain.Status = "held"

// State is what decisions about a claim read.
type State struct {
	Owner domain.ID // what is to have the value
	Until time.Time // how long the claim holds without its owner
}

// Decider is the claim aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "claim",
	Noun:     "claim",
	Codec:    domain.NewCodec[Event](Taken{}),
	Table: domain.Table{
		"":   {domain.On(Take{}, held)},
		held: {domain.On(Take{}, held)},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Status: func(s State) domain.Status {
		if s.Owner == "" {
			return ""
		}
		return held
	},
	Sees: func(State, domain.Viewer) bool { return false }, // the installation's own book-keeping
}

// Take claims the value for an owner that is about to be created. Claiming it
// again is quiet while enough of the claim's life is left, and renews it after.
type Take struct {
	Owner domain.ID

	Confirmed bool `json:"-"` // filled by app from the stream of the owner so far: it exists
	Ended     bool `json:"-"` // likewise: it needs the value no more
}

// By implements domain.Command.
func (Take) By() []domain.Capacity { return []domain.Capacity{domain.System} }

func (c Take) decide(s State, by domain.Cause) ([]Event, error) {
	mine := c.Owner == s.Owner
	switch {
	case c.Owner == "":
		return nil, domain.Refuse(domain.Invalid, "claim.owner", "A claim names its owner.")
	case mine && (c.Confirmed || s.Until.Sub(by.At) >= fresh):
		return nil, nil
	case !mine && s.Owner != "" && !c.Ended && (c.Confirmed || by.At.Before(s.Until)):
		return nil, domain.Refuse(domain.NotAllowed, "claim.taken", "This belongs to another already.")
	}
	return []Event{Taken{Owner: c.Owner, Until: by.At.Add(Life)}}, nil
}

// Taken records who is to have the value.
type Taken struct {
	Owner domain.ID `json:"owner"`
	Until time.Time `json:"until"` // how long this holds if the owner does not come to exist
}

// EventType implements domain.Event.
func (Taken) EventType() string { return "claim.taken" }

func (e Taken) evolve(State) State { return State(e) }
