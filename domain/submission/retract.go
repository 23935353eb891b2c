package submission

import "github.com/rapporteur-project/rapporteur/domain"

// Retract takes one edition back: from then on nobody reads it, as of any date.
// A tombstone stays in its place. An edition that only took the place of
// another stays readable; this is for words that must not be read at all.
type Retract struct {
	Edition  int64
	Reason   string // may be empty
	Expected *int64
}

// By implements domain.Command.
func (Retract) By() []domain.Capacity { return domain.Owner }

func (c Retract) decide(s State, by domain.Cause) ([]Event, error) {
	switch {
	case c.Edition < 1 || c.Edition > s.Edition:
		return nil, domain.Refuse(domain.NotFound, "submission.no_edition", "There is no edition %d: the newest is %d.", c.Edition, s.Edition).At("version")
	case s.Retracted[c.Edition]:
		return nil, nil
	case c.Edition == s.Edition && s.Released != s.Edition:
		return nil, domain.Refuse(domain.NotAllowed, "submission.not_released", "This edition is not released yet. Amend it, or withdraw the submission.").At("version")
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	reason, err := optional(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{EditionRetracted{Edition: c.Edition, Reason: domain.About(s.Owner, reason)}}, nil
}

// retractAll takes back every edition up to one.
func (s State) retractAll(upTo int64) []Event {
	var out []Event
	for edition := int64(1); edition <= upTo; edition++ {
		if !s.Retracted[edition] {
			out = append(out, EditionRetracted{Edition: edition, Reason: domain.About(s.Owner, "")})
		}
	}
	return out
}

// EditionRetracted records that the author took an edition back.
type EditionRetracted struct {
	Edition int64           `json:"edition"`
	Reason  domain.Personal `json:"reason"`
}

// EventType implements domain.Event.
func (EditionRetracted) EventType() string { return "submission.edition_retracted" }

// Told implements Event.
func (EditionRetracted) Told() Telling { return WithEdition }

func (e EditionRetracted) evolve(s State) State {
	if s.Retracted == nil {
		s.Retracted = map[int64]bool{}
	}
	s.Retracted[e.Edition] = true
	return s
}
