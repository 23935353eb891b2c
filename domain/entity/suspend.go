package entity

import "github.com/rapporteur-project/rapporteur/domain"

const maxReason = 2_000 // characters; a page

// Suspend stops everyone from acting for an entity. What was done for it
// before stays valid. No State is suspended (G7), nor the secretariat, which
// nobody could reinstate.
type Suspend struct{ Reason string }

// By implements domain.Command.
func (Suspend) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c Suspend) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == suspended {
		return nil, nil
	}
	if s.Kind == Country || s.Kind == Secretariat {
		return nil, domain.Refuse(domain.NotAllowed, "entity.permanent", "Neither a State nor the secretariat can be suspended.")
	}
	why, err := domain.Clean(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{Suspended{Reason: why}}, nil
}

// Suspended records that nobody may act for the entity.
type Suspended struct {
	Reason string `json:"reason"`
}

// EventType implements domain.Event.
func (Suspended) EventType() string { return "entity.suspended" }

func (e Suspended) evolve(s State) State {
	s.Was, s.Status = s.Status, suspended
	return s
}

// Reinstate lifts a suspension.
type Reinstate struct{ Reason string }

// By implements domain.Command.
func (Reinstate) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c Reinstate) decide(s State, by domain.Cause) ([]Event, error) {
	why, err := domain.Clean(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{Reinstated{Reason: why}}, nil
}

// Reinstated records that a suspension was lifted.
type Reinstated struct {
	Reason string `json:"reason"`
}

// EventType implements domain.Event.
func (Reinstated) EventType() string { return "entity.reinstated" }

func (e Reinstated) evolve(s State) State {
	s.Status, s.Was = s.Was, ""
	return s
}
