package submission

import (
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

// InterimPolicy is the version of the moderation policy that decisions cite
// until one is published.
const InterimPolicy = "interim"

// ImportRetracted is the code under which the items of a retracted import are hidden.
const ImportRetracted = "IMPORT_RETRACTED"

// interimCodes lists the reasons for hiding in the interim policy.
var interimCodes = []string{"ENDANGERS_PERSON", "IMPERSONATION", ImportRetracted, "INCITEMENT", "PERSONAL_DATA", "SPAM", "THREAT", "UNLAWFUL"}

// Hide takes the whole submission from view at once, for a reason that the
// policy lists. The author is told; what was public shows that it is hidden,
// and why, by the reason's code.
type Hide struct{ Reason domain.ReasonCode }

// By implements domain.Command.
func (Hide) By() []domain.Capacity {
	return []domain.Capacity{domain.Moderator, domain.System}
}

func (c Hide) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Hidden {
		return nil, nil
	}
	if c.Reason.Policy != InterimPolicy {
		return nil, domain.Refuse(domain.Invalid, "submission.policy", "There is no such moderation policy. Cite %q, the version in force.", InterimPolicy).At("reason", "policy")
	}
	if !slices.Contains(interimCodes, c.Reason.Code) {
		return nil, domain.Refuse(domain.Invalid, "submission.reason_code", "The policy %q does not list this reason. It lists: %s.", InterimPolicy, strings.Join(interimCodes, ", ")).At("reason", "code")
	}
	reason, err := domain.NewReasonCode(c.Reason.Policy, c.Reason.Code, c.Reason.Text, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{Hidden{Reason: reason}}, nil
}

// Hidden records that a moderator took a submission from view.
type Hidden struct {
	Reason domain.ReasonCode `json:"reason"`
}

// EventType implements domain.Event.
func (Hidden) EventType() string { return "submission.hidden" }

// Told implements Event.
func (Hidden) Told() Telling { return WithItem }

func (e Hidden) evolve(s State) State {
	s.Hidden = true
	return s
}
