package submission

import "github.com/rapporteur-project/rapporteur/domain"

// AcceptLate lets a late contribution in. It stays marked as late for ever.
type AcceptLate struct {
	Reason   string
	Expected *int64
}

// By implements domain.Command.
func (AcceptLate) By() []domain.Capacity {
	return []domain.Capacity{domain.Secretariat, domain.Protection}
}

func (c AcceptLate) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Time == AcceptedLate {
		return nil, nil
	}
	if err := undecided(s); err != nil {
		return nil, err
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	reason, err := domain.Clean(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{LateAccepted{Reason: reason}}, nil
}

// RefuseLate leaves a late contribution out, with a reason that can be appealed.
type RefuseLate struct{ Reason domain.ReasonCode }

// By implements domain.Command.
func (RefuseLate) By() []domain.Capacity {
	return []domain.Capacity{domain.Secretariat, domain.Protection}
}

func (c RefuseLate) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Time == RefusedLate {
		return nil, nil
	}
	if err := undecided(s); err != nil {
		return nil, err
	}
	reason, err := domain.NewReasonCode(c.Reason.Policy, c.Reason.Code, c.Reason.Text, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{LateRefused{Reason: reason}}, nil
}

func undecided(s State) error {
	switch {
	case !s.Late:
		return domain.Refuse(domain.NotAllowed, "submission.not_late", "This came in time.")
	case s.Time != "":
		return domain.Refuse(domain.NotAllowed, "submission.late_decided", "This is decided already; equal cases are treated equally, so a decision stands.")
	}
	return nil
}

// LateAccepted records that a late contribution was let in.
type LateAccepted struct {
	Reason string `json:"reason"`
}

// EventType implements domain.Event.
func (LateAccepted) EventType() string { return "submission.late_accepted" }

// Told implements Event.
func (LateAccepted) Told() Telling { return WithItem }

func (e LateAccepted) evolve(s State) State {
	s.Time = AcceptedLate
	return s
}

// LateRefused records that a late contribution was left out.
type LateRefused struct {
	Reason domain.ReasonCode `json:"reason"`
}

// EventType implements domain.Event.
func (LateRefused) EventType() string { return "submission.late_refused" }

// Told implements Event.
func (LateRefused) Told() Telling { return WithItem }

func (e LateRefused) evolve(s State) State {
	s.Time = RefusedLate
	return s
}
