package champion

import (
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Invite asks a State to be a champion country. A State that declined or
// stepped down may be asked again; otherwise a second invitation is quiet.
type Invite struct {
	State      domain.ID // the State's entity
	OccurredOn domain.PartialDate

	IsState bool `json:"-"` // filled by app from the stream of the entity State: its kind is STATE and it acts
}

// By implements domain.Command.
func (Invite) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c Invite) decide(s State, by domain.Cause) ([]Event, error) {
	if s.State != "" && s.State != c.State {
		return nil, fmt.Errorf("invite a champion: %q in the stream of %q", c.State, s.State)
	}
	if s.Status != "" && s.Status != declined && s.Status != steppedDown {
		return nil, nil
	}
	if !c.IsState {
		return nil, domain.Refuse(domain.Invalid, "champion.state", "Only a State can be a champion country.").At("state")
	}
	on, err := when(c.OccurredOn)
	if err != nil {
		return nil, err
	}
	return []Event{Invited{State: c.State, OccurredOn: on}}, nil
}

// Invited records that a State was asked to be a champion country.
type Invited struct {
	State      domain.ID          `json:"state"` // its entity
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Invited) EventType() string { return "champion.invited" }

func (e Invited) evolve(s State) State {
	s.Status, s.State, s.List, s.Plan = invited, e.State, 0, domain.Text{}
	return s
}
