package commitment

import "github.com/rapporteur-project/rapporteur/domain"

// ChallengeProgress doubts a report of progress, with reasons. Any entity but
// the owner may, once for each report (G7). It changes nothing in the
// commitment; the owner answers, if it wishes, with another report.
type ChallengeProgress struct {
	Report   int64 // its number
	Text     domain.Text
	Evidence []Evidence
}

// By implements domain.Command.
func (ChallengeProgress) By() []domain.Capacity { return parties() }

func (c ChallengeProgress) decide(s State, by domain.Cause) ([]Event, error) {
	who := by.By.For()
	switch {
	case who == s.Owner:
		return nil, domain.Refuse(domain.NotAllowed, "commitment.challenge_own", "This is your own report. Please report again instead.")
	case c.Report < 1 || c.Report > s.Reports:
		return nil, domain.Refuse(domain.Invalid, "commitment.report", "There is no such report.").At("report")
	case s.Challenges[Challenge{who, c.Report}]:
		return nil, domain.Refuse(domain.NotAllowed, "commitment.challenged", "Your entity has challenged this report already.")
	}
	text, err := domain.NewText(c.Text.Language, c.Text.Value, maxReport)
	if err != nil {
		return nil, err
	}
	evidence, err := checked(c.Evidence)
	if err != nil {
		return nil, err
	}
	return []Event{ProgressChallenged{By: who, Report: c.Report, Text: text, Evidence: evidence}}, nil
}

// ProgressChallenged records that an entity doubts a report.
type ProgressChallenged struct {
	By       domain.ID   `json:"by"`
	Report   int64       `json:"report"`
	Text     domain.Text `json:"text"`
	Evidence []Evidence  `json:"evidence,omitempty"`
}

// EventType implements domain.Event.
func (ProgressChallenged) EventType() string { return "commitment.progress_challenged" }

func (e ProgressChallenged) evolve(s State) State {
	if s.Challenges == nil {
		s.Challenges = map[Challenge]bool{}
	}
	s.Challenges[Challenge{e.By, e.Report}] = true
	return s
}
