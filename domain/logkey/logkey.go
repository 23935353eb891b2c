// Package logkey decides which key signs the log. A log keeps its name for
// ever and may change its key: then the record names the old key, the new one
// and the last head that the old one signed. So whoever kept a head under the
// old key can still tell that nothing was rewritten, and whoever has the old
// key can sign nothing more that fits.
//
// The key of the first day is in no event: the log has no key to replace then.
package logkey

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to the log's key.
type Command interface {
	domain.Command
	decide(State, domain.Cause) ([]Event, error)
}

// An Event records that something happened.
type Event interface {
	domain.Event
	evolve(State) State
}

// rotated is the one status: the key is not that of the first day.
const rotated domain.Status = "rotated"

// State is what decisions about the log's key read.
type State struct {
	Rotations []Rotated // oldest first
}

// current returns the key that signs, if the record names one.
func (s State) current() string {
	if len(s.Rotations) == 0 {
		return ""
	}
	return s.Rotations[len(s.Rotations)-1].New
}

// Decider is the aggregate of the log's key. An installation has one.
var Decider = domain.Decider[Command, State, Event]{
	Category: "log_key",
	Noun:     "key of the log",
	Prefix:   "lgk_",
	Codec:    domain.NewCodec[Event](Rotated{}),
	Table: domain.Table{
		"":      {domain.On(Rotate{}, rotated)},
		rotated: {domain.On(Rotate{}, rotated)},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Clone:  func(s State) State { return State{slices.Clone(s.Rotations)} },
	Status: func(s State) domain.Status {
		if s.current() == "" {
			return ""
		}
		return rotated
	},
	Sees: func(_ State, v domain.Viewer) bool { return v.Is(domain.Auditor) },
}
