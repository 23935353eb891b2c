package secondment

import "github.com/rapporteur-project/rapporteur/domain"

// Record enters a secondment that the secretariat knows of. It stands
// unconfirmed until the releasing entity confirms or contests it; meanwhile it
// may be impending, with or without a start, and may be acknowledged.
type Record struct {
	Entity     domain.ID // the releasing entity
	Impending  bool      // it is known to be coming
	Post       Description
	Start      string // planned; may be empty
	Until      string // planned; may be empty
	Source     string // what this rests on: "Briefing to Member States, 4 March 2020"
	OccurredOn string // when it became known; may be empty

	// Lender is what the entity's own stream says of Entity, filled by app.
	Lender Lender `json:"-"`
}

// A Lender tells whether an entity may be on record as releasing staff.
type Lender struct {
	Recognised bool // it is, and is neither suspended nor dissolved
	Lends      bool // it is a State, or the Network, or an entity of the Network
}

// By implements domain.Command.
func (Record) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c Record) decide(_ State, by domain.Cause) ([]Event, error) {
	if !c.Lender.Recognised || !c.Lender.Lends {
		return nil, domain.Refuse(domain.Invalid, "secondment.entity", "This is no State and no entity of the Network that is on record here.").At("entity")
	}
	facts, err := known(c.Impending, c.Post, c.Start, c.Until, c.Source)
	if err != nil {
		return nil, err
	}
	on, err := happened(c.OccurredOn, by, "occurredOn")
	if err != nil {
		return nil, err
	}
	return []Event{Recorded{Entity: c.Entity, Known: facts, OccurredOn: on}}, nil
}

// Known is what the secretariat knows of a secondment.
type Known struct {
	Impending bool               `json:"impending,omitempty"`
	Post      Post               `json:"post"`
	Start     domain.PartialDate `json:"start,omitempty"`
	Until     domain.PartialDate `json:"until,omitempty"`
	Source    string             `json:"source"`
}

func known(imminent bool, d Description, start, until, source string) (k Known, err error) {
	k.Impending = imminent
	if k.Post, err = d.check(); err != nil {
		return Known{}, err
	}
	if k.Start, k.Until, err = period(start, until); err != nil {
		return Known{}, err
	}
	k.Source, err = domain.Clean(source, maxSource, "source")
	return k, err
}

func (k Known) evolve(s State) State {
	s.Post, s.Start, s.Until, s.Status = k.Post, k.Start, k.Until, recorded
	if k.Impending {
		s.Status = impending
	}
	s.Edition++
	return s
}

// Recorded records what the secretariat knows. Nothing in it is the releasing
// entity's word.
type Recorded struct {
	Entity domain.ID `json:"entity"`
	Known
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Recorded) EventType() string { return "secondment.recorded" }

func (e Recorded) evolve(s State) State {
	s.Entity, s.Recorded = e.Entity, true
	return e.Known.evolve(s)
}
