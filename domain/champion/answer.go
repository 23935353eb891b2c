package champion

import "github.com/rapporteur-project/rapporteur/domain"

// Accept is the State's yes. Only its mission gives it, also for a yes that
// was said elsewhere before: then OccurredOn tells when.
type Accept struct{ OccurredOn domain.PartialDate }

// By implements domain.Command.
func (Accept) By() []domain.Capacity { return domain.Owner }

func (c Accept) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status != invited {
		return nil, nil
	}
	on, err := when(c.OccurredOn)
	if err != nil {
		return nil, err
	}
	return []Event{Accepted{on}}, nil
}

// Accepted records that the State is willing.
type Accepted struct {
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Accepted) EventType() string { return "champion.accepted" }

func (Accepted) evolve(s State) State {
	s.Status, s.Known = accepted, true
	return s
}

// Decline is the State's no. It gives no reason.
type Decline struct{ OccurredOn domain.PartialDate }

// By implements domain.Command.
func (Decline) By() []domain.Capacity { return domain.Owner }

func (c Decline) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == declined {
		return nil, nil
	}
	on, err := when(c.OccurredOn)
	if err != nil {
		return nil, err
	}
	return []Event{Declined{on}}, nil
}

// Declined records that the State is not willing.
type Declined struct {
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Declined) EventType() string { return "champion.declined" }

func (Declined) evolve(s State) State {
	s.Status = declined
	return s
}

// StepDown ends what the State took on. It gives no reason.
type StepDown struct{ OccurredOn domain.PartialDate }

// By implements domain.Command.
func (StepDown) By() []domain.Capacity { return domain.Owner }

func (c StepDown) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == steppedDown {
		return nil, nil
	}
	on, err := when(c.OccurredOn)
	if err != nil {
		return nil, err
	}
	return []Event{SteppedDown{on}}, nil
}

// SteppedDown records that the State is a champion country no longer.
type SteppedDown struct {
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (SteppedDown) EventType() string { return "champion.stepped_down" }

func (SteppedDown) evolve(s State) State {
	s.Status = steppedDown
	return s
}
