package consultation

import (
	"slices"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Timing says how a submission made at some moment stands to the window.
type Timing string

// The timings.
const (
	NotYetOpen     Timing = "notYetOpen"
	OnTime         Timing = "onTime"
	LateWithReason Timing = "lateWithReason" // closed, but a late request with a reason may still be made
	Over           Timing = "over"           // closed for good, or cancelled
)

// Timing judges a moment of server time (G5), with the Window that a refusal
// carries. It goes by the instants stated, never by the status: a timer may
// close late, and a close states an instant ahead.
func (s State) Timing(at time.Time) (Timing, domain.Window) {
	switch {
	case s.ended(at):
		w := s.window(at)
		if w.LateAllowed {
			return LateWithReason, w
		}
		return Over, w
	case s.Opened.IsZero() || at.Before(s.Opened):
		return NotYetOpen, domain.Window{}
	}
	return OnTime, domain.Window{}
}

// ended reports whether the window is behind at. A closing date that passed
// before the call ever opened ends nothing.
func (s State) ended(at time.Time) bool {
	stated := !s.Stated.IsZero() && !at.Before(s.Stated)
	return stated || !s.Opened.IsZero() && s.Closes.Passed(at)
}

// window describes the window as it is at a moment past its end.
func (s State) window(at time.Time) domain.Window {
	w := domain.Window{ClosedAt: s.Closes.At}
	if !s.Stated.IsZero() && (w.ClosedAt.IsZero() || s.Stated.Before(w.ClosedAt)) {
		w.ClosedAt = s.Stated
	}
	w.LateAllowed = s.Late == WithReason && s.Status != cancelled && !s.Analysed()
	return w
}

// Analysed reports whether the factual summary is out, after which nothing
// late is taken.
func (s State) Analysed() bool { return s.Summaries > 0 }

// Terms are what a submission's decision needs of a consultation, as plain
// values for the app to carry over.
type Terms struct {
	Status    domain.Status
	Opened    time.Time       // zero before it opens
	Closes    domain.Deadline // as declared; zero when none is
	Stated    time.Time       // instant of an early close or cancellation; zero without one
	Late      LatePolicy
	Analysed  bool
	Cancelled bool

	Questionnaire domain.ID // empty: no questions
	Version       int64
	Questions     []domain.ID // handles, in order

	Label         domain.Label // unless the submission asks for another
	MaxCharacters int          // 0: no limit of its own
}

// Terms returns what s says to submissions.
func (s State) Terms() Terms {
	return Terms{
		Status: s.Status, Opened: s.Opened, Closes: s.Closes, Stated: s.Stated, Late: s.Late,
		Analysed: s.Analysed(), Cancelled: s.Status == cancelled,
		Questionnaire: s.Questionnaire, Version: s.QuestionnaireVersion, Questions: slices.Clone(s.Questions),
		Label: s.Label, MaxCharacters: s.MaxCharacters,
	}
}
