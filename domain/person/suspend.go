package person

import "github.com/rapporteur-project/rapporteur/domain"

const maxReason = 2_000 // characters; one page

// Suspend stops a person from acting. What they did before stays valid.
type Suspend struct{ Reason string }

// By implements domain.Command.
func (Suspend) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c Suspend) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == suspended {
		return nil, nil
	}
	reason, err := domain.Clean(c.Reason, maxReason, "reason") // the person will be told
	if err != nil {
		return nil, err
	}
	return []Event{Suspended{Reason: reason}}, nil
}

// Suspended records that a person may not act.
type Suspended struct {
	Reason string `json:"reason"`
}

// EventType implements domain.Event.
func (Suspended) EventType() string { return "person.suspended" }

func (e Suspended) evolve(s State) State {
	s.Was, s.Status = s.Status, suspended
	return s
}

// Reinstate lifts a suspension.
type Reinstate struct{ Reason string }

// By implements domain.Command.
func (Reinstate) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c Reinstate) decide(s State, by domain.Cause) ([]Event, error) {
	if c.Reason == "" {
		return []Event{Reinstated{}}, nil
	}
	reason, err := domain.Clean(c.Reason, maxReason, "reason")
	return []Event{Reinstated{Reason: reason}}, err
}

// Reinstated records that a suspension was lifted.
type Reinstated struct {
	Reason string `json:"reason,omitempty"`
}

// EventType implements domain.Event.
func (Reinstated) EventType() string { return "person.reinstated" }

func (e Reinstated) evolve(s State) State {
	s.Status, s.Was = s.Was, ""
	return s
}
