package commitment

import "github.com/rapporteur-project/rapporteur/domain"

// Record enters a commitment that the secretariat knows of, or writes down the
// terms of one announced. It stands unconfirmed, and is attributed to nobody,
// until its owner confirms or contests it. It names no co-pledgers: that is
// for the owner.
type Record struct {
	Owner domain.ID // of an announcement: the same as there, and empty where nobody is named
	Wording
	Source     string // what this rests on
	OccurredOn string
	Expected   *int64

	Known Known `json:"-"` // filled by app
}

// By implements domain.Command.
func (Record) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c Record) decide(s State, by domain.Cause) ([]Event, error) {
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if err := c.owner(s); err != nil {
		return nil, err
	}
	terms, err := c.Wording.check(c.Known)
	if err != nil {
		return nil, err
	}
	if err := nobodys(c.Owner, terms); err != nil {
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
	return []Event{Recorded{Owner: c.Owner, Terms: terms, Source: source, OccurredOn: on}}, nil
}

// owner refuses to attribute what was announced to anybody but its speaker.
func (c Record) owner(s State) error {
	switch {
	case s.Status == "":
		return c.Known.entity(c.Owner, "owner")
	case c.Owner != s.Owner && s.Attribution != domain.Named:
		return domain.Refuse(domain.NotOwner, "commitment.unattributed", "Nobody is named in this announcement. Only whoever made it may say so, with a pledge of their own.").At("owner")
	case c.Owner != s.Owner:
		return domain.Refuse(domain.Invalid, "commitment.other_owner", "The announcement names another entity.").At("owner")
	}
	return nil
}

// Recorded records a commitment as the secretariat knows it.
type Recorded struct {
	Owner      domain.ID          `json:"owner,omitempty"` // not attributed until confirmed
	Terms      Terms              `json:"terms"`
	Source     string             `json:"source"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Recorded) EventType() string { return "commitment.recorded" }

func (e Recorded) evolve(s State) State {
	s.Owner, s.Terms, s.Form, s.Edition = e.Owner, e.Terms, Individual, s.Edition+1
	s.Status, s.Recorded, s.Published = recorded, true, true
	return s
}
