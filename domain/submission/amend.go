package submission

import "github.com/rapporteur-project/rapporteur/domain"

// Amend replaces the content by another edition. Every edition is kept.
type Amend struct {
	Content  Input
	Expected *int64
	Call     Call `json:"-"` // filled by the app
}

// By implements domain.Command.
func (Amend) By() []domain.Capacity { return domain.Owner }

func (c Amend) decide(s State, by domain.Cause) ([]Event, error) {
	if !c.Call.Open {
		_, err := Call{ClosedAt: c.Call.ClosedAt, Ended: c.Call.Ended}.admit("")
		return nil, err
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if c.Call.Fault != nil {
		return nil, c.Call.Fault
	}
	content, err := c.Content.content(by.By.For(), c.Call.limits())
	if err != nil {
		return nil, err
	}
	return []Event{Amended{Content: content}}, nil
}

// Amended records another edition of the content, whole.
type Amended struct {
	Content Content `json:"content"`
}

// EventType implements domain.Event.
func (Amended) EventType() string { return "submission.amended" }

func (e Amended) evolve(s State) State {
	s.Edition++
	s.Translations = nil // they are of the edition before
	for party := range s.CoSigners {
		s.CoSigners[party] = false // and so are the signatures
	}
	return s
}
