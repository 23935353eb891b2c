package submission

import "github.com/rapporteur-project/rapporteur/domain"

// ContestRecorded says that what the secretariat took down in somebody's name
// is not theirs. Nothing is deleted; nobody else is told the name any more, as
// of any date, unless its owner confirms it after all.
type ContestRecorded struct {
	Reason   string // may be empty
	Expected *int64
}

// By implements domain.Command.
func (ContestRecorded) By() []domain.Capacity { return domain.Owner }

func (c ContestRecorded) decide(s State, by domain.Cause) ([]Event, error) {
	switch {
	case !s.Recorded:
		return nil, domain.Refuse(domain.NotAllowed, "submission.not_recorded", "You sent this yourself; there is nothing to contest. You may withdraw it.")
	case s.Confirmed:
		return nil, domain.Refuse(domain.NotAllowed, "submission.record_confirmed", "You confirmed that this is yours. You may withdraw it.")
	case s.Contested:
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	reason, err := optional(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{RecordedContested{Reason: domain.About(s.Owner, reason)}}, nil
}

// RecordedContested records that the one named does not stand by what was
// taken down. What officers attested falls with it.
type RecordedContested struct {
	Reason domain.Personal `json:"reason"`
}

// EventType implements domain.Event.
func (RecordedContested) EventType() string { return "submission.recorded_contested" }

// Told implements Event.
func (RecordedContested) Told() Telling { return WithItem }

func (e RecordedContested) evolve(s State) State {
	s.Contested = true
	return s.unattested()
}

// disowned refuses to change what the one named says is not theirs.
func (s State) disowned(c Command) error {
	if !s.Contested {
		return nil
	}
	switch c.(type) {
	case Amend, Withdraw, Retract, RequestConfidentiality, LowerConfidentiality:
		return domain.Refuse(domain.NotAllowed, "submission.disowned", "You contested this: you said that it is not yours. If it is, confirm it first.")
	}
	return nil
}
