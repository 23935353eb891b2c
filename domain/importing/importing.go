// Package importing decides about imports: what an officer carried into the
// record from one source elsewhere, as a whole. Each item that is recorded names
// its import, so that two officers can take all of it back.
package importing

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to an import.
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
	begun     domain.Status = "begun"
	proposed  domain.Status = "retractionProposed"
	retracted domain.Status = "retracted"
)

// State is what decisions about an import read.
type State struct {
	Status   domain.Status
	Officer  domain.ID // who proposed to retract it
	Proposed time.Time // when
}

// Takes reports whether items may still be recorded as part of it.
func (s State) Takes() bool { return s.Status == begun || s.Status == proposed }

// Retracted reports whether all of it was taken back.
func (s State) Retracted() bool { return s.Status == retracted }

// Readers are those who may read imports. Others see the items alone.
var Readers = []domain.Capacity{domain.Secretariat, domain.Editor, domain.Moderator, domain.Protection, domain.Auditor}

// Decider is the import aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "import",
	Noun:     "import",
	Prefix:   "imp_",
	Codec:    domain.NewCodec[Event](Begun{}, RetractionProposed{}, Retracted{}),
	Table: domain.Table{
		"":        {domain.On(Begin{}, begun)},
		begun:     {domain.On(Retract{}, proposed)},
		proposed:  {domain.On(Retract{}, proposed, retracted)},
		retracted: {domain.On(Retract{}, retracted)},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Status: func(s State) domain.Status { return s.Status },
	Sees:   func(_ State, v domain.Viewer) bool { return v.Is(Readers...) },
}

// A Format is the kind of file that an import read.
type Format string

// maxSource bounds the name of a source, in characters.
const maxSource = 500

// Begin opens an import. What it takes over is recorded by commands of its own.
type Begin struct {
	Format Format
	Source string    // how the record names where it comes from
	Into   domain.ID // the consultation or briefing that its items belong to
}

// By implements domain.Command.
func (Begin) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c Begin) decide(_ State, _ domain.Cause) ([]Event, error) {
	source, err := domain.Clean(c.Source, maxSource, "source")
	if err != nil {
		return nil, err
	}
	return []Event{Begun{Format: c.Format, Source: source, Into: c.Into}}, nil
}

// Begun records that an import was opened.
type Begun struct {
	Format Format    `json:"format"`
	Source string    `json:"source"`
	Into   domain.ID `json:"into"`
}

// EventType implements domain.Event.
func (Begun) EventType() string { return "import.begun" }

func (e Begun) evolve(s State) State {
	s.Status = begun
	return s
}
