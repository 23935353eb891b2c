package state

import "github.com/rapporteur-project/rapporteur/domain"

const maxReason = 2_000 // characters; a page

// End records that a State is no more: it merged, split or was succeeded.
type End struct {
	Reason     string
	OccurredOn domain.PartialDate // may be empty
}

// By implements domain.Command.
func (End) By() []domain.Capacity { return keepers }

func (c End) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == ended {
		return nil, nil
	}
	why, err := domain.Clean(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	on, err := when(c.OccurredOn)
	if err != nil {
		return nil, err
	}
	return []Event{Ended{Reason: why, OccurredOn: on}}, nil
}

// Ended records that a State is no more.
type Ended struct {
	Reason     string             `json:"reason"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Ended) EventType() string { return "state.ended" }

func (Ended) evolve(s State) State {
	s.Status = ended
	return s
}
