package submission

import "github.com/rapporteur-project/rapporteur/domain"

// Publish releases the submission to those whom its label lets read. It gets
// its public number now.
type Publish struct{ Expected *int64 } // the edition that was read

// By implements domain.Command.
func (Publish) By() []domain.Capacity {
	return []domain.Capacity{domain.Secretariat, domain.Editor, domain.Protection}
}

func (c Publish) decide(s State, by domain.Cause) ([]Event, error) {
	switch {
	case s.Published:
		return nil, nil
	case s.Label == domain.Sealed:
		return nil, domain.Refuse(domain.LabelForbidden, "submission.sealed", "A sealed submission is not published; only its owner may open it.")
	case s.Late && s.Time != AcceptedLate:
		return nil, domain.Refuse(domain.NotAllowed, "submission.late_undecided", "It came late and was not accepted.")
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	return []Event{Published{}}, nil
}

// Published records that the submission was released.
type Published struct{}

// EventType implements domain.Event.
func (Published) EventType() string { return "submission.published" }

func (e Published) evolve(s State) State {
	s.Published = true
	return s
}
