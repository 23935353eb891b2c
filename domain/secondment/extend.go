package secondment

import "github.com/rapporteur-project/rapporteur/domain"

// Extend moves the planned end of a running secondment to a later date.
type Extend struct {
	Until      string
	Language   string // of the reason
	Reason     string // may be empty
	OccurredOn string
	Expected   *int64
}

// By implements domain.Command.
func (Extend) By() []domain.Capacity { return releasing() }

func (c Extend) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.ours(by); err != nil {
		return nil, err
	}
	until, err := domain.ParsePartialDate(c.Until, "until")
	if err != nil {
		return nil, err
	}
	if until == s.Until {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if s.Until != "" && until.Latest() <= s.Until.Latest() {
		return nil, domain.Refuse(domain.Invalid, "secondment.shorter", "This is not later than the end planned so far, %s.", s.Until).At("until")
	}
	if err := ordered(s.StartedOn, until, "until"); err != nil {
		return nil, err
	}
	reason, err := optional(c.Language, c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	on, err := happened(c.OccurredOn, by, "occurredOn")
	if err != nil {
		return nil, err
	}
	return []Event{Extended{Until: until, Reason: reason, OccurredOn: on}}, nil
}

// Extended records that a secondment goes on for longer than planned.
type Extended struct {
	Until      domain.PartialDate `json:"until"`
	Reason     domain.Text        `json:"reason,omitzero"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Extended) EventType() string { return "secondment.extended" }

func (e Extended) evolve(s State) State {
	s.Status, s.Until, s.Edition = extended, e.Until, s.Edition+1
	return s
}
