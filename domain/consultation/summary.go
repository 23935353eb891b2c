package consultation

import "github.com/rapporteur-project/rapporteur/domain"

// PublishFactualSummary says what was received, which ends the analysis. Doing
// it again with other words corrects the summary.
type PublishFactualSummary struct {
	Text       domain.Text
	OccurredOn string // when it came out, if that was not now: a partial date
	Expected   *int64
}

// By implements domain.Command.
func (PublishFactualSummary) By() []domain.Capacity { return secretariat }

func (c PublishFactualSummary) decide(s State, by domain.Cause) ([]Event, error) {
	if !s.ended(by.At) {
		return nil, domain.Refuse(domain.NotAllowed, "consultation.ending", "The consultation still takes submissions, until %s.", s.window(by.At).ClosedAt.Format("15:04:05 UTC"))
	}
	text, err := domain.NewText(c.Text.Language, c.Text.Value, maxSummary, "text")
	if err != nil {
		return nil, err
	}
	if text == s.Summary {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	on, err := occurred(c.OccurredOn, "occurredOn")
	if err != nil {
		return nil, err
	}
	return []Event{FactualSummaryPublished{Number: s.Summaries + 1, Corrects: s.Summaries, Text: text, OccurredOn: on}}, nil
}

// FactualSummaryPublished records a factual summary, or its correction.
type FactualSummaryPublished struct {
	Number     int64              `json:"number"`             // of this edition, from 1
	Corrects   int64              `json:"corrects,omitempty"` // the edition that it takes the place of
	Text       domain.Text        `json:"text"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (FactualSummaryPublished) EventType() string { return "consultation.factual_summary_published" }

func (e FactualSummaryPublished) evolve(s State) State {
	if s.Status == closed {
		s.Status = analysed
	}
	s.Summary, s.Summaries = e.Text, e.Number
	s.Edition++
	return s
}
