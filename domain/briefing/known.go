package briefing

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Known is what other streams say about whom and what a command names, as far
// as it names anything. The app pins the streams that it reads for it.
type Known struct {
	IDs          []domain.ID  // those of the named entities, working groups and persons that exist
	Vocabularies []Vocabulary // those of the named vocabularies that are published
}

// A Vocabulary is what a coding to terms rests on.
type Vocabulary struct {
	Name    string
	Version int      // the one in force
	Codes   []string // the terms in use, without the deprecated ones
}

// Names is what a command names of other streams, each once.
type Names struct {
	IDs          []domain.ID
	Vocabularies []string
}

// Referring is a command that the app completes before it is decided: with the
// id of the item it records, derived from briefing, person and key, and with
// what is known about what it names. Neither is part of what the caller asked.
type Referring interface {
	Command
	Names() Names
	With(item domain.ID, k Known) Command
}

// naming collects Names.
func naming(ps []Party, ts []Term) Names {
	n := Names{IDs: unique(entities(ps...))}
	for _, t := range ts {
		n.Vocabularies = append(n.Vocabularies, t.Vocabulary)
	}
	n.Vocabularies = unique(n.Vocabularies)
	return n
}

func unique[T ~string](all []T) []T {
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(t T) bool { return t == "" })
}
