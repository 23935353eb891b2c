package commitment

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// MarkStale says that a report of progress is overdue. A timer asks at
// State.UpdateDue; server time decides.
type MarkStale struct{}

// By implements domain.Command.
func (MarkStale) By() []domain.Capacity { return []domain.Capacity{domain.System} }

func (MarkStale) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Stale {
		return nil, nil
	}
	if s.UpdateDue.IsZero() || by.At.Before(s.UpdateDue) {
		return nil, domain.Refuse(domain.NotAllowed, "commitment.not_due", "The report of progress is not due yet.")
	}
	return []Event{BecameStale{Due: s.UpdateDue}}, nil
}

// BecameStale records that no progress was reported by the time it was due.
type BecameStale struct {
	Due time.Time `json:"due"`
}

// EventType implements domain.Event.
func (BecameStale) EventType() string { return "commitment.became_stale" }

func (BecameStale) evolve(s State) State { s.Stale = true; return s }
