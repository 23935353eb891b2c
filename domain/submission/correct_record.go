package submission

import "github.com/rapporteur-project/rapporteur/domain"

// CorrectRecord adds another edition of what the secretariat took down, while
// its owner has not confirmed it. It waits for its release like an amendment.
// Whose it is, is never corrected: that would attribute what was not. What
// officers attested was of the edition before, and has to be attested again.
type CorrectRecord struct {
	Content  Input
	Source   string // what the correction rests on
	Expected *int64
}

// By implements domain.Command.
func (CorrectRecord) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c CorrectRecord) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.unconfirmed(); err != nil {
		return nil, err
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	content, err := c.Content.content(s.Owner, paper)
	if err != nil {
		return nil, err
	}
	source, err := domain.Clean(c.Source, maxName, "source")
	if err != nil {
		return nil, err
	}
	return []Event{RecordCorrected{Corrects: s.Edition, Content: content, Source: domain.About(s.Owner, source)}}, nil
}

// unconfirmed refuses what is no record of the secretariat's, or not any more:
// only its owner speaks then.
func (s State) unconfirmed() error {
	switch {
	case !s.Recorded:
		return domain.Refuse(domain.NotOwner, "submission.not_recorded", "Its owner sent this; only they change it.")
	case s.Confirmed:
		return domain.Refuse(domain.NotOwner, "submission.record_confirmed", "Its owner confirmed this; only they change it now.")
	}
	return nil
}

// RecordCorrected records that the secretariat corrected what it took down. It
// follows edition Corrects, which is kept.
type RecordCorrected struct {
	Corrects int64           `json:"corrects"`
	Content  Content         `json:"content"`
	Source   domain.Personal `json:"source"` // it may name whose it is
}

// EventType implements domain.Event.
func (RecordCorrected) EventType() string { return "submission.record_corrected" }

// Told implements Event.
func (RecordCorrected) Told() Telling { return WithEdition }

func (e RecordCorrected) evolve(s State) State {
	return Amended{Content: e.Content}.evolve(s).unattested()
}
