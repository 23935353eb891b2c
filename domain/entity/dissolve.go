package entity

import "github.com/rapporteur-project/rapporteur/domain"

// Dissolve records the end of an entity. Its record stays. A State is
// dissolved only once the State register says that it ended.
type Dissolve struct {
	Reason     string
	OccurredOn domain.PartialDate // when it ended; may be empty

	Ended bool `json:"-"` // filled by app, for a State, from the State register's stream of Code
}

// By implements domain.Command.
func (Dissolve) By() []domain.Capacity { return append([]domain.Capacity{domain.Secretariat}, run...) }

func (c Dissolve) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.own(by.By); err != nil {
		return nil, err
	}
	if s.Status == dissolved {
		return nil, nil
	}
	if s.Kind == Secretariat || s.Kind == Country && !c.Ended {
		return nil, domain.Refuse(domain.NotAllowed, "entity.permanent", "Neither the secretariat nor a State that exists can be dissolved.")
	}
	why, err := domain.Clean(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	e := Dissolved{Reason: why}
	if c.OccurredOn != "" {
		if e.OccurredOn, err = domain.ParsePartialDate(string(c.OccurredOn), "occurredOn"); err != nil {
			return nil, err
		}
	}
	return []Event{e}, nil
}

// Dissolved records that an entity is no more.
type Dissolved struct {
	Reason     string             `json:"reason"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Dissolved) EventType() string { return "entity.dissolved" }

func (Dissolved) evolve(s State) State {
	s.Status, s.Was = dissolved, ""
	return s
}
