package commitment

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Publish makes a pledge public. The owner decides when, for instance once its
// co-pledgers have confirmed; nobody else publishes or holds back a pledge.
type Publish struct{}

// By implements domain.Command.
func (Publish) By() []domain.Capacity { return domain.Owner }

func (Publish) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Published {
		return nil, nil
	}
	if s.Terms.isOver(by.At) {
		return nil, over()
	}
	return []Event{Published{UpdateDue: nextUpdate(by.At)}}, nil
}

// Published records that a pledge is public. Of a financial one for a fund, a
// contribution may be proposed to the owner; it is no deposit.
type Published struct {
	UpdateDue time.Time `json:"updateDue"` // when a first report of progress is due
}

// EventType implements domain.Event.
func (Published) EventType() string { return "commitment.published" }

func (e Published) evolve(s State) State {
	s.Status, s.Published, s.UpdateDue = confirmed, true, e.UpdateDue
	return s
}
