package commitment

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Lapse says that the end of a commitment came before it was reported as
// fulfilled. A timer asks at State.LapsesAt; server time decides, and the last
// instant of the last day still counts, wherever on earth.
type Lapse struct{}

// By implements domain.Command.
func (Lapse) By() []domain.Capacity { return []domain.Capacity{domain.System} }

func (Lapse) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == lapsed {
		return nil, nil
	}
	if !s.Terms.isOver(by.At) {
		return nil, domain.Refuse(domain.NotAllowed, "commitment.not_over", "The end of this commitment has not come.")
	}
	return []Event{Lapsed{Ends: s.Terms.Ends}}, nil
}

// Lapsed records that a commitment ended without being reported as fulfilled.
type Lapsed struct {
	Ends domain.PartialDate `json:"ends"`
}

// EventType implements domain.Event.
func (Lapsed) EventType() string { return "commitment.lapsed" }

func (Lapsed) evolve(s State) State { return s.over(lapsed) }

// over returns s in status, in which no report is due any more.
func (s State) over(status domain.Status) State {
	s.Status, s.Stale, s.UpdateDue = status, false, time.Time{}
	return s
}
