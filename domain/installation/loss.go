package installation

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Loss is something that the installation had and has no more.
type Loss string

// The losses that an operator can accept.
const (
	PublishedLog Loss = "published-log" // what was published of the log
	Records      Loss = "records"       // records that the read models have seen, or the record that they have seen
	Secret       Loss = "installation-secret"
)

// Losses lists every loss that can be accepted.
var Losses = []Loss{PublishedLog, Records, Secret}

const maxFound = 1_000 // characters: a sentence with a path

// AcceptLoss goes on without something that was lost. An operator asks for it
// when the server is started, and the record keeps that they did.
type AcceptLoss struct {
	Loss   Loss
	Found  string // what was missing, as the server found it
	Secret string // hash of the secret from here on, where the old one was lost
}

// By implements domain.Command.
func (AcceptLoss) By() []domain.Capacity { return []domain.Capacity{domain.System} }

func (c AcceptLoss) decide(State, domain.Cause) ([]Event, error) {
	if !slices.Contains(Losses, c.Loss) {
		return nil, domain.Refuse(domain.Invalid, "installation.loss", "There is no such loss.").At("loss")
	}
	found, err := domain.Clean(c.Found, maxFound, "found")
	if err != nil {
		return nil, err
	}
	if c.Loss != Secret {
		return []Event{LossAccepted{Loss: c.Loss, Found: found}}, nil
	}
	if err := checkSecret(c.Secret); err != nil {
		return nil, err
	}
	return []Event{LossAccepted{Loss: c.Loss, Found: found, Secret: c.Secret}}, nil
}

// LossAccepted records that an operator went on without something that was lost.
type LossAccepted struct {
	Loss   Loss   `json:"loss"`
	Found  string `json:"found"`
	Secret string `json:"secret,omitempty"` // hash of the secret from here on
}

// EventType implements domain.Event.
func (LossAccepted) EventType() string { return "installation.loss_accepted" }

func (e LossAccepted) evolve(s State) State {
	if e.Secret != "" {
		s.Secret = e.Secret
	}
	return s
}
