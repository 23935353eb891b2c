package commitment

import "github.com/rapporteur-project/rapporteur/domain"

// CorrectRecord replaces the terms of what the secretariat entered, while the
// owner has not confirmed it. After that only the owner speaks (G6). Who spoke
// is never corrected: that would attribute what was not.
type CorrectRecord struct {
	Wording
	Source     string // what the correction rests on
	OccurredOn string
	Expected   *int64

	Known Known `json:"-"` // filled by app
}

// By implements domain.Command.
func (CorrectRecord) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c CorrectRecord) decide(s State, by domain.Cause) ([]Event, error) {
	terms, err := c.Wording.check(c.Known)
	if err != nil {
		return nil, err
	}
	if terms.equal(s.Terms) {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if err := nobodys(s.Owner, terms); err != nil {
		return nil, err
	}
	source, err := domain.Clean(c.Source, maxSource, "source")
	if err != nil {
		return nil, err
	}
	on, err := happened(c.OccurredOn, by)
	if err != nil {
		return nil, err
	}
	return []Event{RecordCorrected{Corrects: s.Edition, Terms: terms, Source: source, OccurredOn: on}}, nil
}

// RecordCorrected records that the secretariat corrected its own record. It
// replaces the terms of edition Corrects (G1).
type RecordCorrected struct {
	Corrects   int64              `json:"corrects"`
	Terms      Terms              `json:"terms"`
	Source     string             `json:"source"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (RecordCorrected) EventType() string { return "commitment.record_corrected" }

func (e RecordCorrected) evolve(s State) State {
	s.Terms, s.Edition = e.Terms, s.Edition+1
	return s
}
