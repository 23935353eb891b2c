package entity

import "github.com/rapporteur-project/rapporteur/domain"

// Classify puts an entity under a term of a vocabulary. It stands under one
// term of each vocabulary at a time, so that no figure counts it twice.
type Classify struct {
	Vocabulary string // its name
	Term       string // code of the term

	Listed Listed `json:"-"` // filled by app from the vocabulary's stream
}

// Listed is what app reads in the stream of the vocabulary called for. Its
// zero value is a vocabulary that does not exist.
type Listed struct {
	Version int  // in force now
	Usable  bool // the term stands in it and is not deprecated
}

func (l Listed) category(vocabulary, term string) (Category, error) {
	switch {
	case l.Version == 0:
		return Category{}, domain.Refuse(domain.Invalid, "entity.vocabulary", "There is no vocabulary of this name.").At("vocabulary")
	case !l.Usable:
		return Category{}, domain.Refuse(domain.Invalid, "entity.term", "The vocabulary has no such term in use.").At("term")
	}
	return Category{Vocabulary: vocabulary, Version: l.Version, Term: term}, nil
}

// By implements domain.Command.
func (Classify) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat, domain.System} }

func (c Classify) decide(s State, by domain.Cause) ([]Event, error) {
	cat, err := c.Listed.category(c.Vocabulary, c.Term)
	if err != nil {
		return nil, err
	}
	if s.Categories[c.Vocabulary] == cat {
		return nil, nil
	}
	return []Event{Classified{Category: cat}}, nil
}

// Classified records under which term of a vocabulary an entity stands.
type Classified struct {
	Category Category `json:"category"`
}

// EventType implements domain.Event.
func (Classified) EventType() string { return "entity.classified" }

func (e Classified) evolve(s State) State {
	if s.Categories == nil {
		s.Categories = map[string]Category{}
	}
	s.Categories[e.Category.Vocabulary] = e.Category
	return s
}
