package secondment

import "github.com/rapporteur-project/rapporteur/domain"

// CorrectRecord replaces what the secretariat recorded, while the releasing
// entity has not confirmed it. After that only the entity speaks (G6). The
// entity itself cannot be corrected: that is another secondment.
type CorrectRecord struct {
	Impending  bool
	Post       Description
	Start      string
	Until      string
	Source     string // what the correction rests on
	OccurredOn string
	Expected   *int64
}

// By implements domain.Command.
func (CorrectRecord) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c CorrectRecord) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Confirmed {
		return nil, domain.Refuse(domain.NotOwner, "secondment.own_word", "The releasing entity has confirmed this; only it may change it now.")
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	facts, err := known(c.Impending, c.Post, c.Start, c.Until, c.Source)
	if err != nil {
		return nil, err
	}
	if s.says(facts) {
		return nil, nil
	}
	on, err := happened(c.OccurredOn, by, "occurredOn")
	if err != nil {
		return nil, err
	}
	return []Event{RecordCorrected{Corrects: s.Edition, Known: facts, OccurredOn: on}}, nil
}

// says reports whether s already holds what k says.
func (s State) says(k Known) bool {
	return k.Impending == (s.Status == impending) && k.Post == s.Post && k.Start == s.Start && k.Until == s.Until
}

// RecordCorrected records that the secretariat corrected its own record. It
// replaces the whole of what edition Corrects said (G1).
type RecordCorrected struct {
	Corrects int64 `json:"corrects"`
	Known
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (RecordCorrected) EventType() string { return "secondment.record_corrected" }

func (e RecordCorrected) evolve(s State) State { return e.Known.evolve(s) }
