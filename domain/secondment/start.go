package secondment

import "github.com/rapporteur-project/rapporteur/domain"

// ConfirmStart says that the staff member is at work in the secretariat. Only
// the releasing entity can say so.
type ConfirmStart struct {
	OccurredOn string // when it started; empty if that is not known
}

// By implements domain.Command.
func (ConfirmStart) By() []domain.Capacity { return releasing() }

func (c ConfirmStart) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.ours(by); err != nil {
		return nil, err
	}
	if s.Status == started {
		return nil, nil
	}
	on, err := happened(c.OccurredOn, by, "occurredOn")
	if err != nil {
		return nil, err
	}
	if err := ordered(on, s.Until, "occurredOn"); err != nil {
		return nil, err
	}
	return []Event{Started{OccurredOn: on}}, nil
}

// Started records that a secondment began, as its releasing entity says.
type Started struct {
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Started) EventType() string { return "secondment.started" }

func (e Started) evolve(s State) State {
	s.Status, s.StartedOn, s.Edition = started, e.OccurredOn, s.Edition+1
	return s
}
