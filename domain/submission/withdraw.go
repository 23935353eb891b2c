package submission

import "github.com/rapporteur-project/rapporteur/domain"

// Withdraw takes a contribution back. What was public leaves a tombstone;
// what was not leaves nothing to see.
type Withdraw struct {
	Reason   string // may be empty
	Expected *int64
}

// By implements domain.Command.
func (Withdraw) By() []domain.Capacity { return domain.Owner }

func (c Withdraw) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == withdrawn {
		return nil, nil // doing it twice is quiet
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	reason, err := optional(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{Withdrawn{Reason: domain.About(s.Owner, reason)}}, nil
}

// Withdrawn records that a contribution was taken back.
type Withdrawn struct {
	Reason domain.Personal `json:"reason"`
}

// EventType implements domain.Event.
func (Withdrawn) EventType() string { return "submission.withdrawn" }

// Told implements Event.
func (Withdrawn) Told() Telling { return WithItem }

func (e Withdrawn) evolve(s State) State {
	s.Status = withdrawn
	return s
}

// Restore undoes a withdrawal. Only the owner may.
type Restore struct{ Expected *int64 }

// By implements domain.Command.
func (Restore) By() []domain.Capacity { return domain.Owner }

func (c Restore) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == submitted {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	return []Event{Restored{}}, nil
}

// Restored records that a withdrawal was undone: all is as it was before.
type Restored struct{}

// EventType implements domain.Event.
func (Restored) EventType() string { return "submission.restored" }

// Told implements Event.
func (Restored) Told() Telling { return WithItem }

func (e Restored) evolve(s State) State {
	s.Status = submitted
	return s
}
