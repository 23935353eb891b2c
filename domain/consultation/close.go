package consultation

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// notice is how far ahead a closing or cancellation states its instant, so
// that a submission already under way is judged by what its sender could know.
const notice = 5 * time.Second

// Close ends a consultation: by a timer once the closing date has passed, or
// by the secretariat, which must give a reason for closing before that date.
type Close struct{ Reason string }

// By implements domain.Command.
func (Close) By() []domain.Capacity { return append([]domain.Capacity{domain.System}, secretariat...) }

func (c Close) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == closed {
		return nil, nil
	}
	if by.By.Capacity == domain.System && (s.Closes.At.IsZero() || !s.Closes.Passed(by.At)) {
		return nil, domain.Refuse(domain.NotAllowed, "consultation.not_due", "The closing date has not passed.")
	}
	dated, ends := !s.Closes.At.IsZero(), by.At.Add(notice)
	e := Closed{ClosesAt: s.Closes.At, Early: !dated || ends.Before(s.Closes.At)}
	if e.Early {
		e.ClosesAt = ends
	}
	if dated && e.Early || c.Reason != "" {
		reason, err := domain.Clean(c.Reason, maxReason, "reason")
		if err != nil {
			return nil, err
		}
		e.Reason = reason
	}
	return []Event{e}, nil
}

// Closed records when a consultation ends, which may be seconds ahead.
type Closed struct {
	ClosesAt time.Time `json:"closesAt"`
	Early    bool      `json:"early,omitempty"` // before the declared deadline, or without one; that instant itself is too late
	Reason   string    `json:"reason,omitempty"`
}

// EventType implements domain.Event.
func (Closed) EventType() string { return "consultation.closed" }

func (e Closed) evolve(s State) State {
	s.Status = closed
	if e.Early {
		s.Stated = e.ClosesAt
	}
	return s
}
