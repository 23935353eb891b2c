package consultation

import "github.com/rapporteur-project/rapporteur/domain"

// Reschedule sets when a consultation is held or closes, before it opens. What
// is left empty stays as it is.
type Reschedule struct {
	HeldOn   string  // a partial date
	Closes   Closing // may be earlier than before: nobody has relied on it yet
	Reason   string  // optional
	Expected *int64
}

// By implements domain.Command.
func (Reschedule) By() []domain.Capacity { return secretariat }

func (c Reschedule) decide(s State, by domain.Cause) ([]Event, error) {
	e := Rescheduled{HeldOn: s.HeldOn, Closes: s.Closes, WasHeldOn: s.HeldOn, WasCloses: s.Closes}
	if c.HeldOn != "" {
		held, err := domain.ParsePartialDate(c.HeldOn, "heldOn")
		if err != nil {
			return nil, err
		}
		e.HeldOn = held
	}
	if c.Closes != (Closing{}) {
		closes, err := c.Closes.deadline("closes")
		if err != nil {
			return nil, err
		}
		e.Closes = closes
	}
	if e.HeldOn == s.HeldOn && e.Closes == s.Closes {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if c.Reason != "" {
		reason, err := domain.Clean(c.Reason, maxReason, "reason")
		if err != nil {
			return nil, err
		}
		e.Reason = reason
	}
	return []Event{e}, nil
}

// Rescheduled records other dates, beside those they replace.
type Rescheduled struct {
	HeldOn    domain.PartialDate `json:"heldOn,omitempty"`
	Closes    domain.Deadline    `json:"closes,omitzero"`
	WasHeldOn domain.PartialDate `json:"wasHeldOn,omitempty"`
	WasCloses domain.Deadline    `json:"wasCloses,omitzero"`
	Reason    string             `json:"reason,omitempty"`
}

// EventType implements domain.Event.
func (Rescheduled) EventType() string { return "consultation.rescheduled" }

func (e Rescheduled) evolve(s State) State {
	s.HeldOn, s.Closes = e.HeldOn, e.Closes
	s.Edition++
	return s
}
