package secondment

import "github.com/rapporteur-project/rapporteur/domain"

// Announce says that a secondment is coming, and when it starts if that is
// known. Announcing again moves the start; an empty start says that it is not
// known any more.
type Announce struct {
	Start      string // may be empty
	OccurredOn string
	Expected   *int64
}

// By implements domain.Command.
func (Announce) By() []domain.Capacity { return releasing() }

func (c Announce) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.ours(by); err != nil {
		return nil, err
	}
	start, err := date(c.Start, "start")
	if err != nil {
		return nil, err
	}
	if s.Status == impending && start == s.Start {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if err := ordered(start, s.Until, "start"); err != nil {
		return nil, err
	}
	on, err := happened(c.OccurredOn, by, "occurredOn")
	if err != nil {
		return nil, err
	}
	return []Event{Announced{Start: start, OccurredOn: on}}, nil
}

// Announced records that the releasing entity announced a secondment.
type Announced struct {
	Start      domain.PartialDate `json:"start,omitempty"` // absent: impending with no start date
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Announced) EventType() string { return "secondment.announced" }

func (e Announced) evolve(s State) State {
	s.Status, s.Start, s.Edition = impending, e.Start, s.Edition+1
	return s
}
