package vocabulary

import (
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxReason = 500 // characters; a few sentences
	maxMaps   = 50  // of one term
)

// AddTerm adds a term to the version in force. A version whose number of terms
// its source fixes takes none.
type AddTerm struct{ Term Term }

// By implements domain.Command.
func (AddTerm) By() []domain.Capacity { return keepers }

func (c AddTerm) decide(s State, by domain.Cause) ([]Event, error) {
	t, err := c.Term.check("term")
	if err != nil {
		return nil, err
	}
	was, known := s.Terms[t.Code]
	switch {
	case known && was.Label == t.Label:
		return nil, nil
	case known:
		return nil, domain.Refuse(domain.Invalid, "vocabulary.duplicate", "There is a term %s already.", t.Code).At("term", "code")
	case exactly[s.Name][s.Version] != 0:
		return nil, domain.Refuse(domain.NotAllowed, "vocabulary.fixed", "Version %d of %s has exactly %d terms.", s.Version, s.Name, len(s.Terms))
	case len(s.Terms) >= maxTerms:
		return nil, domain.Refuse(domain.NotAllowed, "vocabulary.count", "A vocabulary has at most %d terms.", maxTerms)
	}
	return []Event{TermAdded{Term: t}}, nil
}

// TermAdded records another term of the version in force.
type TermAdded struct {
	Term Term `json:"term"`
}

// EventType implements domain.Event.
func (TermAdded) EventType() string { return "vocabulary.term_added" }

func (e TermAdded) evolve(s State) State { return s.set(e.Term.Code, Entry{Label: e.Term.Label}) }

// DeprecateTerm takes a term out of use. What was put under it stays.
type DeprecateTerm struct {
	Code      string
	Successor string // code of the term to use from now on; may be empty
	Reason    string
}

// By implements domain.Command.
func (DeprecateTerm) By() []domain.Capacity { return keepers }

func (c DeprecateTerm) decide(s State, by domain.Cause) ([]Event, error) {
	t, ok := s.Terms[c.Code]
	switch {
	case !ok:
		return nil, unknownTerm("code")
	case t.Deprecated:
		return nil, nil
	case c.Successor != "" && (c.Successor == c.Code || !s.Usable(c.Successor)):
		return nil, domain.Refuse(domain.Invalid, "vocabulary.successor", "The successor must be another term that is in use.").At("successor")
	}
	e := TermDeprecated{Code: c.Code, Successor: c.Successor}
	if strings.TrimSpace(c.Reason) != "" {
		var err error
		if e.Reason, err = domain.Clean(c.Reason, maxReason, "reason"); err != nil {
			return nil, err
		}
	}
	return []Event{e}, nil
}

// TermDeprecated records that a term is out of use.
type TermDeprecated struct {
	Code      string `json:"code"`
	Successor string `json:"successor,omitempty"`
	Reason    string `json:"reason,omitempty"`
}

// EventType implements domain.Event.
func (TermDeprecated) EventType() string { return "vocabulary.term_deprecated" }

func (e TermDeprecated) evolve(s State) State {
	t := s.Terms[e.Code]
	t.Deprecated = true
	return s.set(e.Code, t)
}

// MapTerm says for which term of another vocabulary a term stands, so that
// figures by one list can be read by the other.
type MapTerm struct {
	Code string
	To   Ref

	Known bool `json:"-"` // filled by app from the stream of To.Vocabulary: To.Version is in force there and has To.Term
}

// By implements domain.Command.
func (MapTerm) By() []domain.Capacity { return keepers }

func (c MapTerm) decide(s State, by domain.Cause) ([]Event, error) {
	t, ok := s.Terms[c.Code]
	switch {
	case !ok:
		return nil, unknownTerm("code")
	case c.To.Vocabulary == s.Name:
		return nil, domain.Refuse(domain.Invalid, "vocabulary.itself", "A term is mapped to another vocabulary.").At("to", "vocabulary")
	case slices.Contains(t.Maps, c.To):
		return nil, nil
	case !c.Known:
		return nil, unknownTerm("to", "term")
	case len(t.Maps) >= maxMaps:
		return nil, domain.Refuse(domain.NotAllowed, "vocabulary.maps", "A term is mapped to at most %d others.", maxMaps)
	}
	return []Event{TermMapped{Code: c.Code, To: c.To}}, nil
}

// TermMapped records for which term of another vocabulary a term stands.
type TermMapped struct {
	Code string `json:"code"`
	To   Ref    `json:"to"`
}

// EventType implements domain.Event.
func (TermMapped) EventType() string { return "vocabulary.term_mapped" }

func (e TermMapped) evolve(s State) State {
	t := s.Terms[e.Code]
	t.Maps = append(slices.Clip(t.Maps), e.To)
	return s.set(e.Code, t)
}
