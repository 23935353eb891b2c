// Package vocabulary decides about lists of terms under which entities,
// passages and commitments are put: the objectives and guiding principles of
// the Global Compact for Migration, categories of stakeholders. One stream
// holds all versions of one vocabulary, and no term is ever deleted.
package vocabulary

import (
	"maps"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to a vocabulary.
type Command interface {
	domain.Command
	decide(State, domain.Cause) ([]Event, error)
}

// An Event records that something happened.
type Event interface {
	domain.Event
	evolve(State) State
}

// published is the one status: a vocabulary has versions rather than stages.
const published domain.Status = "published"

// A Term is one entry.
type Term struct {
	Code  string      `json:"code"` // small letters, digits and hyphens: "trade-unions", "7"
	Label domain.Text `json:"label"`
}

// A Ref names a term of any vocabulary.
type Ref struct {
	Vocabulary string `json:"vocabulary"` // its name
	Version    int    `json:"version"`
	Term       string `json:"term"` // its code
}

// An Entry is what became of a term of the version in force.
type Entry struct {
	Label      domain.Text
	Deprecated bool
	Maps       []Ref // terms of other vocabularies that it stands for; never changed in place
}

// State is what decisions about a vocabulary read.
type State struct {
	Name    string
	Version int              // the one in force; 0 for a vocabulary that does not exist
	Terms   map[string]Entry // of that version, by code
}

// Usable reports whether something may be put under a term now.
func (s State) Usable(code string) bool {
	t, ok := s.Terms[code]
	return ok && !t.Deprecated
}

// Decider is the vocabulary aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "vocabulary",
	Noun:     "vocabulary",
	Prefix:   "voc_",
	Codec:    domain.NewCodec[Event](Published{}, TermAdded{}, TermDeprecated{}, TermMapped{}),
	Table: domain.Table{
		"": {domain.On(Publish{}, published)},
		published: {
			domain.On(Publish{}, published),
			domain.On(AddTerm{}, published),
			domain.On(DeprecateTerm{}, published),
			domain.On(MapTerm{}, published),
		},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Clone: func(s State) State {
		s.Terms = maps.Clone(s.Terms)
		return s
	},
	Status: func(s State) domain.Status {
		if s.Version == 0 {
			return ""
		}
		return published
	},
	Sees: func(State, domain.Viewer) bool { return true }, // vocabularies are public
}

// keepers lists who keeps vocabularies.
var keepers = []domain.Capacity{domain.Secretariat, domain.System}

// set replaces one entry.
func (s State) set(code string, e Entry) State {
	if s.Terms == nil {
		s.Terms = map[string]Entry{}
	}
	s.Terms[code] = e
	return s
}

func unknownTerm(path ...string) error {
	return domain.Refuse(domain.Invalid, "vocabulary.term", "The vocabulary has no such term.").At(path...)
}
