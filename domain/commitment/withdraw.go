package commitment

import "github.com/rapporteur-project/rapporteur/domain"

// Withdraw takes a commitment back. One that was public leaves a tombstone.
// Co-pledgers who go on submit a pledge of their own.
type Withdraw struct {
	Reason     domain.Text // may be empty
	OccurredOn string
}

// By implements domain.Command.
func (Withdraw) By() []domain.Capacity { return domain.Owner }

func (c Withdraw) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == withdrawn {
		return nil, nil
	}
	reason, err := optional(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	on, err := happened(c.OccurredOn, by)
	if err != nil {
		return nil, err
	}
	return []Event{Withdrawn{Reason: reason, OccurredOn: on}}, nil
}

// Withdrawn records that the owner took a commitment back.
type Withdrawn struct {
	Reason     domain.Text        `json:"reason,omitzero"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Withdrawn) EventType() string { return "commitment.withdrawn" }

func (Withdrawn) evolve(s State) State { return s.over(withdrawn) }
