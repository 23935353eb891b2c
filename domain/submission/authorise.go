package submission

import (
	"cmp"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Propose hands a draft to the State's mission, which alone speaks for the State.
type Propose struct{ Expected *int64 }

// By implements domain.Command.
func (Propose) By() []domain.Capacity { return domain.Drafter }

func (c Propose) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == proposed {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if by.By.Capacity != domain.StateFocalPoint && by.By.Capacity != domain.StateMission {
		return nil, domain.Refuse(domain.NotAllowed, "submission.no_mission", "Only a State's draft is proposed for authorisation; submit yours directly.")
	}
	return []Event{AuthorisationProposed{Edition: s.Edition}}, nil
}

// AuthorisationProposed records that a draft waits for the mission.
type AuthorisationProposed struct {
	Edition int64 `json:"edition"` // the one to be authorised
}

// EventType implements domain.Event.
func (AuthorisationProposed) EventType() string { return "submission.authorisation_proposed" }

// Told implements Event.
func (AuthorisationProposed) Told() Telling { return OwnPeople }

func (e AuthorisationProposed) evolve(s State) State {
	s.Status = proposed
	return s
}

// Authorise submits a proposed draft as the State's own word.
type Authorise struct {
	Expected *int64 // the edition that the mission has read
	Late     string // reason, if the consultation has closed and takes late ones
	Label    domain.Label
	Call     Call `json:"-"` // filled by the app
}

// By implements domain.Command.
func (Authorise) By() []domain.Capacity { return domain.Owner }

func (c Authorise) decide(s State, by domain.Cause) ([]Event, error) {
	late, err := c.Call.admit(c.Late)
	if err != nil {
		return nil, err
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if c.Call.Fault != nil {
		return nil, c.Call.Fault
	}
	return received(s.Round, by.By.For(), s.Draft, cmp.Or(c.Label, c.Call.Label, domain.Public), late, c.Late, nil)
}
