package secondment

import "github.com/rapporteur-project/rapporteur/domain"

// End says that the staff member has left the secretariat.
type End struct {
	Language   string // of the reason
	Reason     string // may be empty
	OccurredOn string // when it ended; empty if that is not known
}

// By implements domain.Command.
func (End) By() []domain.Capacity { return releasing() }

func (c End) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.ours(by); err != nil {
		return nil, err
	}
	if s.Status == ended {
		return nil, nil
	}
	on, err := happened(c.OccurredOn, by, "occurredOn")
	if err != nil {
		return nil, err
	}
	if err := ordered(s.StartedOn, on, "occurredOn"); err != nil {
		return nil, err
	}
	reason, err := optional(c.Language, c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{Ended{Reason: reason, OccurredOn: on}}, nil
}

// Ended records that a secondment is over.
type Ended struct {
	Reason     domain.Text        `json:"reason,omitzero"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Ended) EventType() string { return "secondment.ended" }

func (Ended) evolve(s State) State { s.Status = ended; return s }
