package consultation

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Announce makes a planned consultation official.
type Announce struct {
	OccurredOn string // when it was announced, if that was not now: a partial date
}

// By implements domain.Command.
func (Announce) By() []domain.Capacity { return secretariat }

func (c Announce) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == announced {
		return nil, nil
	}
	on, err := occurred(c.OccurredOn, "occurredOn")
	if err != nil {
		return nil, err
	}
	return []Event{Announced{on}}, nil
}

// Announced records that a consultation is official.
type Announced struct {
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Announced) EventType() string { return "consultation.announced" }

func (e Announced) evolve(s State) State {
	s.Status = announced
	return s
}

// Open takes submissions from now on. A written call must have a closing date;
// an informal consultation may go on until it is closed.
type Open struct{}

// By implements domain.Command.
func (Open) By() []domain.Capacity { return secretariat }

func (c Open) decide(s State, by domain.Cause) ([]Event, error) {
	switch {
	case !s.Opened.IsZero():
		return nil, nil
	case s.Kind == WrittenCall && s.Closes.At.IsZero():
		return nil, domain.Refuse(domain.Invalid, "consultation.no_closing", "A call needs a closing date before it opens. Please reschedule it to one.").At("closes")
	case s.Closes.Passed(by.At):
		return nil, domain.Refuse(domain.Invalid, "consultation.past_closing", "The closing date has passed. Please reschedule it first.").At("closes")
	}
	return []Event{Opened{At: by.At, Closes: s.Closes}}, nil
}

// Opened records that a consultation takes submissions, and until when.
type Opened struct {
	At     time.Time       `json:"at"`
	Closes domain.Deadline `json:"closes,omitzero"`
}

// EventType implements domain.Event.
func (Opened) EventType() string { return "consultation.opened" }

func (e Opened) evolve(s State) State {
	s.Status, s.Opened, s.Closes = open, e.At, e.Closes
	return s
}
