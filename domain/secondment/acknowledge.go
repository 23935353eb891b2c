package secondment

import (
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Acknowledge thanks the releasing entity. It is possible at any time, changes
// nothing else, and confirms nothing in the entity's name.
type Acknowledge struct {
	Source     string // where it was said: "Briefing to Member States, Geneva"; may be empty
	OccurredOn string
}

// By implements domain.Command.
func (Acknowledge) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c Acknowledge) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Acknowledged {
		return nil, nil
	}
	on, err := happened(c.OccurredOn, by, "occurredOn")
	if err != nil {
		return nil, err
	}
	e := Acknowledged{OccurredOn: on}
	if strings.TrimSpace(c.Source) != "" {
		if e.Source, err = domain.Clean(c.Source, maxSource, "source"); err != nil {
			return nil, err
		}
	}
	return []Event{e}, nil
}

// Acknowledged records that the secretariat acknowledged a secondment.
type Acknowledged struct {
	Source     string             `json:"source,omitempty"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Acknowledged) EventType() string { return "secondment.acknowledged" }

func (Acknowledged) evolve(s State) State { s.Acknowledged = true; return s }
