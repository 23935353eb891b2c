package secondment

import "github.com/rapporteur-project/rapporteur/domain"

// Contest says that what the secretariat recorded about the entity is wrong.
// Nothing is deleted; the record stands as contested.
type Contest struct {
	Language   string // of the reason
	Reason     string // may be empty
	OccurredOn string
}

// By implements domain.Command.
func (Contest) By() []domain.Capacity { return releasing() }

func (c Contest) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.mine(by); err != nil {
		return nil, err
	}
	if s.Status == contested {
		return nil, nil
	}
	if s.Confirmed {
		return nil, domain.Refuse(domain.NotAllowed, "secondment.confirmed", "Your entity has confirmed this secondment. Please cancel it instead.")
	}
	reason, err := optional(c.Language, c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	on, err := happened(c.OccurredOn, by, "occurredOn")
	if err != nil {
		return nil, err
	}
	return []Event{Contested{Reason: reason, OccurredOn: on}}, nil
}

// Contested records that the releasing entity does not stand by the record.
type Contested struct {
	Reason     domain.Text        `json:"reason,omitzero"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Contested) EventType() string { return "secondment.contested" }

func (Contested) evolve(s State) State { s.Status = contested; return s }
