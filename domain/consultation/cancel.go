package consultation

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Cancel gives a consultation up before it has closed. What was submitted
// stays its authors'.
type Cancel struct{ Reason string }

// By implements domain.Command.
func (Cancel) By() []domain.Capacity { return secretariat }

func (c Cancel) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == cancelled {
		return nil, nil
	}
	reason, err := domain.Clean(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{Cancelled{EndsAt: by.At.Add(notice), Reason: reason}}, nil
}

// Cancelled records that a consultation does not take place, or not on.
type Cancelled struct {
	EndsAt time.Time `json:"endsAt"` // from when nothing is taken any more
	Reason string    `json:"reason"`
}

// EventType implements domain.Event.
func (Cancelled) EventType() string { return "consultation.cancelled" }

func (e Cancelled) evolve(s State) State {
	s.Status, s.Stated = cancelled, e.EndsAt
	return s
}
