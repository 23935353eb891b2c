package importing

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxReason  = 2000                // characters
	retractFor = 14 * 24 * time.Hour // for how long a proposal waits for a second officer
)

// Retract takes back everything that an import recorded. It takes two officers:
// the first proposes it and says why, and the second agrees within 14 days.
type Retract struct{ Reason domain.Text }

// By implements domain.Command.
func (Retract) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat, domain.Moderator} }

func (c Retract) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Retracted() {
		return nil, nil
	}
	if s.Status == proposed && !by.At.After(s.Proposed.Add(retractFor)) {
		if s.Officer == by.By.Person {
			return nil, domain.Refuse(domain.FourEyesRequired, "import.second_officer", "You have proposed this. Another officer must agree, within 14 days of your proposal.")
		}
		return []Event{Retracted{}}, nil
	}
	if c.Reason.Value == "" {
		return nil, domain.Refuse(domain.Invalid, "import.reason", "Say why this import is to be taken back.").At("reason")
	}
	why, err := domain.NewText(c.Reason.Language, c.Reason.Value, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{RetractionProposed{Officer: by.By.Person, Reason: why, At: by.At}}, nil
}

// RetractionProposed records the first of two officers. Everything stays as it is.
type RetractionProposed struct {
	Officer domain.ID   `json:"officer"`
	Reason  domain.Text `json:"reason"`
	At      time.Time   `json:"at"`
}

// EventType implements domain.Event.
func (RetractionProposed) EventType() string { return "import.retraction_proposed" }

func (e RetractionProposed) evolve(s State) State {
	s.Status, s.Officer, s.Proposed = proposed, e.Officer, e.At
	return s
}

// Retracted records that a second officer agreed: from now on everything that the
// import recorded is taken from view.
type Retracted struct{}

// EventType implements domain.Event.
func (Retracted) EventType() string { return "import.retracted" }

func (Retracted) evolve(s State) State {
	s.Status = retracted
	return s
}
