package secondment

import "github.com/rapporteur-project/rapporteur/domain"

// Cancel says that a secondment which has not started will not come. One that
// has started ends instead.
type Cancel struct {
	Language   string // of the reason
	Reason     string // may be empty
	OccurredOn string
}

// By implements domain.Command.
func (Cancel) By() []domain.Capacity { return releasing() }

func (c Cancel) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.ours(by); err != nil {
		return nil, err
	}
	if s.Status == cancelled {
		return nil, nil
	}
	reason, err := optional(c.Language, c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	on, err := happened(c.OccurredOn, by, "occurredOn")
	if err != nil {
		return nil, err
	}
	return []Event{Cancelled{Reason: reason, OccurredOn: on}}, nil
}

// Cancelled records that the releasing entity will not lend the staff member.
type Cancelled struct {
	Reason     domain.Text        `json:"reason,omitzero"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Cancelled) EventType() string { return "secondment.cancelled" }

func (Cancelled) evolve(s State) State { s.Status = cancelled; return s }
