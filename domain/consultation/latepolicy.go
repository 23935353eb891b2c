package consultation

import "github.com/rapporteur-project/rapporteur/domain"

// DeclareLatePolicy says what will happen to late submissions. It is declared
// before opening, and stands from then on.
type DeclareLatePolicy struct {
	Late     LatePolicy
	Expected *int64
}

// By implements domain.Command.
func (DeclareLatePolicy) By() []domain.Capacity { return secretariat }

func (c DeclareLatePolicy) decide(s State, by domain.Cause) ([]Event, error) {
	if c.Late == s.Late {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if err := c.Late.check(); err != nil {
		return nil, err
	}
	return []Event{LatePolicyDeclared{c.Late}}, nil
}

// LatePolicyDeclared records another late policy.
type LatePolicyDeclared struct {
	Late LatePolicy `json:"late"`
}

// EventType implements domain.Event.
func (LatePolicyDeclared) EventType() string { return "consultation.late_policy_declared" }

func (e LatePolicyDeclared) evolve(s State) State {
	s.Late = e.Late
	s.Edition++
	return s
}
