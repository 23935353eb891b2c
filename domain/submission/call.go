package submission

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Call is what a decision needs to know of the consultation. The app fills
// it from the consultation's stream, and pins that, at the moment of the
// decision.
type Call struct {
	Outside       bool         // takes them from its audience alone, which the owner is not in
	Open          bool         // takes contributions now
	LateAllowed   bool         // closed, and a late request with a reason may be made
	ClosedAt      time.Time    // when it closed; zero if it has not
	Ended         bool         // closed for good: analysed, reported back, archived or cancelled
	Label         domain.Label // for a submission that does not ask for another; PUBLIC when empty
	MaxCharacters int          // of the text; 0 leaves it to the general limit
	Fault         error        // why the answers do not fit the questionnaire; nil if they do
}

// hears refuses an owner whom the consultation does not take contributions from.
func (c Call) hears() error {
	if c.Outside {
		return domain.Refuse(domain.NotAllowed, "submission.audience",
			"This consultation takes contributions from its audience only, and the one you act for is not in it. Act for somebody who is, or ask the secretariat.").At("consultationId")
	}
	return nil
}

// admit judges who contributes, and the window: in time, late with a reason,
// or refused.
func (c Call) admit(reason string) (late bool, err error) {
	if err := c.hears(); err != nil {
		return false, err
	}
	switch {
	case c.Open:
		return false, nil
	case c.LateAllowed && reason != "":
		return true, nil
	case c.LateAllowed:
		return false, domain.Refuse(domain.WindowClosed, "submission.closed", "This consultation has closed. You may still ask to be accepted late: give a reason.").
			With(domain.Window{ClosedAt: c.ClosedAt, LateAllowed: true})
	case c.ClosedAt.IsZero() && !c.Ended:
		return false, domain.Refuse(domain.WindowClosed, "submission.not_open", "This consultation is not open yet.").With(domain.Window{})
	}
	return false, domain.Refuse(domain.WindowClosed, "submission.closed", "This consultation has closed.").With(domain.Window{ClosedAt: c.ClosedAt})
}

// limits bounds what may be sent now.
func (c Call) limits() limits {
	if c.MaxCharacters > 0 {
		return limits{min(c.MaxCharacters, maxText), maxAnswer}
	}
	return typed
}
