package consultation

import "github.com/rapporteur-project/rapporteur/domain"

// Extend gives everybody more time. It never takes time away, and comes before
// the time is over: what was late stays late.
type Extend struct {
	Closes   Closing
	Reason   string
	Expected *int64
}

// By implements domain.Command.
func (Extend) By() []domain.Capacity { return secretariat }

func (c Extend) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Closes.At.IsZero() {
		return nil, domain.Refuse(domain.Invalid, "consultation.no_deadline", "This consultation has no closing date to extend.").At("closes")
	}
	closes, err := domain.NewDeadline(c.Closes.Local, c.Closes.Zone, c.Closes.Inclusive, "closes")
	if err != nil {
		return nil, err
	}
	if closes == s.Closes {
		return nil, nil
	}
	if s.Closes.Passed(by.At) {
		return nil, domain.Refuse(domain.WindowClosed, "consultation.ended", "The closing date has passed and can no longer be extended.").With(s.window(by.At))
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if !closes.At.After(s.Closes.At) {
		return nil, domain.Refuse(domain.Invalid, "consultation.shortened", "An extension must be later than the closing date in force, %s.", s.Closes).At("closes")
	}
	reason, err := domain.Clean(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{Extended{Closes: closes, Was: s.Closes, Reason: reason}}, nil
}

// Extended records a later closing date, for everybody.
type Extended struct {
	Closes domain.Deadline `json:"closes"`
	Was    domain.Deadline `json:"was"`
	Reason string          `json:"reason"`
}

// EventType implements domain.Event.
func (Extended) EventType() string { return "consultation.extended" }

func (e Extended) evolve(s State) State {
	s.Status, s.Closes = extended, e.Closes
	s.Edition++
	return s
}
