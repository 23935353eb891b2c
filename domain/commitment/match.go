package commitment

import "github.com/rapporteur-project/rapporteur/domain"

const maxMatches = 100 // so that a state stays small; a need met by more is several needs

// Match links a pledge, which is the actor's own, with one of another entity
// that it meets or that meets it. Any entity with a pledge may do so, and
// changes nothing in the other's. At least one of the two was made to be
// matched. The two are linked and their figures never added (G17).
type Match struct {
	With domain.ID // the other's pledge

	Other Counterpart `json:"-"` // filled by app from the stream of With
}

// A Counterpart is what app reads in the stream of a pledge to be matched.
type Counterpart struct {
	Owner domain.ID
	Form  Form
	Open  bool // it is Standing and Confirmed
}

// By implements domain.Command.
func (Match) By() []domain.Capacity { return domain.Owner }

func (c Match) decide(s State, by domain.Cause) ([]Event, error) {
	switch {
	case s.Matches[c.With]:
		return nil, nil
	case c.With == "" || !c.Other.Open:
		return nil, domain.Refuse(domain.Invalid, "commitment.match", "There is no such pledge that could be matched.").At("with")
	case c.Other.Owner == s.Owner:
		return nil, domain.Refuse(domain.Invalid, "commitment.match_own", "A pledge is matched with one of somebody else.").At("with")
	case s.Form != Matching && c.Other.Form != Matching:
		return nil, domain.Refuse(domain.Invalid, "commitment.match_form", "Neither of the two pledges was made to be matched.").At("with")
	case len(s.Matches) >= maxMatches:
		return nil, domain.Refuse(domain.NotAllowed, "commitment.matches", "A pledge matches at most %d others.", maxMatches)
	}
	return []Event{Matched{With: c.With, Owner: c.Other.Owner}}, nil
}

// Matched records that a pledge is linked with one of another entity.
type Matched struct {
	With  domain.ID `json:"with"`
	Owner domain.ID `json:"owner"` // of With
}

// EventType implements domain.Event.
func (Matched) EventType() string { return "commitment.matched" }

func (e Matched) evolve(s State) State {
	if s.Matches == nil {
		s.Matches = map[domain.ID]bool{}
	}
	s.Matches[e.With] = true
	return s
}
