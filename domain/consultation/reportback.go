package consultation

import "github.com/rapporteur-project/rapporteur/domain"

// ReportBack tells those who took part what came of it. Doing it again with
// other words adds to what was said.
type ReportBack struct {
	Text       domain.Text
	OccurredOn string // when it was said, if that was not now: a partial date
}

// By implements domain.Command.
func (ReportBack) By() []domain.Capacity { return secretariat }

func (c ReportBack) decide(s State, by domain.Cause) ([]Event, error) {
	text, err := domain.NewText(c.Text.Language, c.Text.Value, maxSummary, "text")
	if err != nil {
		return nil, err
	}
	if text == s.ReportedBack {
		return nil, nil
	}
	on, err := occurred(c.OccurredOn, "occurredOn")
	if err != nil {
		return nil, err
	}
	return []Event{ReportedBack{text, on}}, nil
}

// ReportedBack records what those who took part were told.
type ReportedBack struct {
	Text       domain.Text        `json:"text"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (ReportedBack) EventType() string { return "consultation.reported_back" }

func (e ReportedBack) evolve(s State) State {
	s.Status, s.ReportedBack = reportedBack, e.Text
	return s
}

// Archive lays a consultation to rest. It stays readable.
type Archive struct{}

// By implements domain.Command.
func (Archive) By() []domain.Capacity { return secretariat }

func (Archive) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == archived {
		return nil, nil
	}
	return []Event{Archived{}}, nil
}

// Archived records that nothing more is to come.
type Archived struct{}

// EventType implements domain.Event.
func (Archived) EventType() string { return "consultation.archived" }

func (Archived) evolve(s State) State {
	s.Status = archived
	return s
}
