package briefing

import "github.com/rapporteur-project/rapporteur/domain"

// DraftSummary keeps a draft of the summary, for the secretariat's eyes.
type DraftSummary struct {
	Text     domain.Text
	Expected *int64
}

// By implements domain.Command.
func (DraftSummary) By() []domain.Capacity { return staff }

func (c DraftSummary) decide(s State, by domain.Cause) ([]Event, error) {
	t, err := text(c.Text, maxSummary, "text")
	if err != nil {
		return nil, err
	}
	e := SummaryDrafted{Language: t.Language, Draft: domain.About(by.By.Person, t.Value), Sha256: hash(t)}
	if e.Sha256 == s.Draft {
		return nil, nil
	}
	return []Event{e}, domain.Expect(c.Expected, s.Edition)
}

// SummaryDrafted records a draft of the summary. It is for the secretariat.
type SummaryDrafted struct {
	Language string          `json:"language"`
	Draft    domain.Personal `json:"draft"`
	Sha256   string          `json:"sha256"`
}

// EventType implements domain.Event.
func (SummaryDrafted) EventType() string { return "briefing.summary_drafted" }

func (e SummaryDrafted) evolve(s State) State {
	s.Status, s.Draft, s.Edition = summaryDrafted, e.Sha256, s.Edition+1
	return s
}

// PublishSummary puts the summary out. The text is given again: a draft is
// personal and may be erased, a summary may not.
type PublishSummary struct {
	Text     domain.Text
	Expected *int64
}

// By implements domain.Command.
func (PublishSummary) By() []domain.Capacity { return staff }

func (c PublishSummary) decide(s State, _ domain.Cause) ([]Event, error) {
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	t, err := text(c.Text, maxSummary, "text")
	return []Event{SummaryPublished{Edition: s.Summary + 1, Text: t}}, err
}

// SummaryPublished records the first edition of the summary.
type SummaryPublished struct {
	Edition int64       `json:"edition"`
	Text    domain.Text `json:"text"`
}

// EventType implements domain.Event.
func (SummaryPublished) EventType() string { return "briefing.summary_published" }

func (e SummaryPublished) evolve(s State) State {
	s.Status, s.Edition = summaryPublished, s.Edition+1
	s.Summary, s.SummaryIs = e.Edition, hash(e.Text)
	return s
}

// CorrectSummary puts out another edition of the summary, which cites the one
// it corrects. Both stay to be read.
type CorrectSummary struct {
	Corrects int64 // the edition of the summary, which must be the latest
	Text     domain.Text
	Reason   domain.Text
	Expected *int64
}

// By implements domain.Command.
func (CorrectSummary) By() []domain.Capacity { return staff }

func (c CorrectSummary) decide(s State, _ domain.Cause) ([]Event, error) {
	t, err := text(c.Text, maxSummary, "text")
	if err != nil {
		return nil, err
	}
	if hash(t) == s.SummaryIs {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if c.Corrects != s.Summary {
		return nil, domain.Refuse(domain.VersionConflict, "briefing.summary_edition", "The latest edition of the summary is %d; a correction cites that one.", s.Summary).
			At("corrects").With(domain.Version{Current: s.Summary})
	}
	why, err := text(c.Reason, maxReason, "reason")
	return []Event{SummaryCorrected{Edition: s.Summary + 1, Corrects: s.Summary, Text: t, Reason: why}}, err
}

// SummaryCorrected records an edition of the summary that corrects another.
type SummaryCorrected struct {
	Edition  int64       `json:"edition"`
	Corrects int64       `json:"corrects"`
	Text     domain.Text `json:"text"`
	Reason   domain.Text `json:"reason"`
}

// EventType implements domain.Event.
func (SummaryCorrected) EventType() string { return "briefing.summary_corrected" }

func (e SummaryCorrected) evolve(s State) State {
	s.Status, s.Edition = corrected, s.Edition+1
	s.Summary, s.SummaryIs = e.Edition, hash(e.Text)
	return s
}
