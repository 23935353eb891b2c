package submission

import "github.com/rapporteur-project/rapporteur/domain"

// Amend adds another edition, which waits for its release like the first one;
// until then the released edition stays shown. Every edition is kept.
type Amend struct {
	Content         Input
	RetractPrevious bool // takes all earlier editions back: see Retract
	Expected        *int64
	Call            Call `json:"-"` // filled by the app
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
	out := []Event{Amended{Content: content}}
	if c.RetractPrevious {
		out = append(out, s.retractAll(s.Edition)...)
	}
	return out, nil
}

// Amended records another edition of the content, whole.
type Amended struct {
	Content Content `json:"content"`
}

// EventType implements domain.Event.
func (Amended) EventType() string { return "submission.amended" }

// Told implements Event.
func (Amended) Told() Telling { return WithEdition }

func (e Amended) evolve(s State) State {
	s.Edition++
	s.Translations = nil // they are of the edition before
	return s
}
