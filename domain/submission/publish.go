package submission

import "github.com/rapporteur-project/rapporteur/domain"

// Publish releases the current edition to those whom the label lets read. The
// first release gives the submission its public number. A later edition waits
// until it is released too; until then the released one stays shown.
type Publish struct{ Expected *int64 } // the edition that was read

// By implements domain.Command.
func (Publish) By() []domain.Capacity {
	return []domain.Capacity{domain.Secretariat, domain.Editor, domain.Protection}
}

func (c Publish) decide(s State, by domain.Cause) ([]Event, error) {
	switch {
	case s.Released == s.Edition:
		return nil, nil
	case s.Hidden:
		return nil, domain.Refuse(domain.NotAllowed, "submission.hidden", "A moderator has hidden this submission, so no edition of it is released.")
	case s.Label == domain.Sealed:
		return nil, domain.Refuse(domain.LabelForbidden, "submission.sealed", "A sealed submission is not published; only its owner may open it.")
	case s.Late && s.Time != AcceptedLate:
		return nil, domain.Refuse(domain.NotAllowed, "submission.late_undecided", "It came late and was not accepted.")
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	return []Event{Published{Edition: s.Edition}}, nil
}

// Published records that an edition was released. It takes the place of the
// edition released before.
type Published struct {
	Edition int64 `json:"edition,omitempty"` // 0: the edition that was current
}

// EventType implements domain.Event.
func (Published) EventType() string { return "submission.published" }

// Told implements Event.
func (Published) Told() Telling { return WithItem }

func (e Published) evolve(s State) State {
	s.Released = e.Of(s.Edition)
	return s
}

// Of returns the edition that was released, given the one that was current.
func (e Published) Of(current int64) int64 {
	if e.Edition == 0 {
		return current
	}
	return e.Edition
}
