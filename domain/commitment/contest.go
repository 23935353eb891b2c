package commitment

import "github.com/rapporteur-project/rapporteur/domain"

// Contest says that what the secretariat entered in an entity's name is not
// so. Nothing is deleted; the record stands as contested and counts for nobody.
type Contest struct {
	Reason     domain.Text // may be empty
	OccurredOn string
}

// By implements domain.Command.
func (Contest) By() []domain.Capacity { return domain.Owner }

func (c Contest) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.named(); err != nil {
		return nil, err
	}
	if s.Status == contested {
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
	return []Event{Contested{Reason: reason, OccurredOn: on}}, nil
}

// Contested records that the entity named does not stand by the record.
type Contested struct {
	Reason     domain.Text        `json:"reason,omitzero"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Contested) EventType() string { return "commitment.contested" }

func (Contested) evolve(s State) State { s.Status = contested; return s }
