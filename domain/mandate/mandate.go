// Package mandate decides about the documents that ask for something:
// resolutions, compacts, frameworks. They are cited by symbol and paragraph,
// as domain.MandateRef does.
package mandate

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to a mandate.
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
	inForce    domain.Status = "inForce"
	superseded domain.Status = "superseded"
)

// A Paragraph is one numbered paragraph of a mandate.
type Paragraph struct {
	Number string      `json:"number"`        // "44", "16 (d)", "PP 3"
	Text   domain.Text `json:"text,omitzero"` // may be missing
}

// State is what decisions about a mandate read.
type State struct {
	Status     domain.Status
	Symbol     string
	Title      domain.Text
	AdoptedOn  domain.PartialDate
	Paragraphs []Paragraph       // never changed in place
	By         domain.MandateRef // what superseded it
}

// Has reports whether ref can be looked up in the mandate: the document
// itself, or a paragraph that is registered. Where no paragraphs are
// registered nobody can tell, and any will do.
func (s State) Has(ref domain.MandateRef) bool {
	if s.Status == "" || ref.Symbol != s.Symbol {
		return false
	}
	return ref.Paragraph == "" || len(s.Paragraphs) == 0 ||
		slices.ContainsFunc(s.Paragraphs, func(p Paragraph) bool { return p.Number == ref.Paragraph })
}

// Decider is the mandate aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "mandate",
	Noun:     "mandate",
	Prefix:   "man_",
	Codec:    domain.NewCodec[Event](Registered{}, Superseded{}),
	Table: domain.Table{
		"": {domain.On(Register{}, inForce)},
		inForce: {
			domain.On(Register{}, inForce),
			domain.On(Supersede{}, superseded),
		},
		superseded: {
			domain.On(Register{}, superseded),
			domain.On(Supersede{}, superseded),
		},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Status: func(s State) domain.Status { return s.Status },
	Sees:   func(State, domain.Viewer) bool { return true }, // mandates are public
}
