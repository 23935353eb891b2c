// Package secondment decides about staff members lent by an entity to the
// secretariat. The item is the releasing entity's: a Network entity or a State
// offers, announces, starts, extends and ends it. What the secretariat records
// stands unconfirmed until the releasing entity confirms or contests it.
//
// The post is public. The person's name stands in one event alone,
// [PersonNamed], and only those whom [State.SeesPerson] admits may read it.
package secondment

import "github.com/rapporteur-project/rapporteur/domain"

// A Command asks for something to happen to a secondment.
type Command interface {
	domain.Command
	decide(State, domain.Cause) ([]Event, error)
}

// An Event records that something happened.
type Event interface {
	domain.Event
	evolve(State) State
}

// The statuses. That a secondment was acknowledged, or is confirmed, is a mark
// beside them.
const (
	recorded  domain.Status = "recorded" // by the secretariat, with no word yet on when
	offered   domain.Status = "offered"
	impending domain.Status = "impending" // announced, by the entity or as the secretariat recorded
	started   domain.Status = "started"
	extended  domain.Status = "extended"
	ended     domain.Status = "ended"
	cancelled domain.Status = "cancelled"
	contested domain.Status = "contested" // the entity says that the record is wrong
)

// State is what decisions about a secondment read.
type State struct {
	Entity       domain.ID // which releases the staff member
	Status       domain.Status
	Recorded     bool // entered by the secretariat, not by the entity
	Confirmed    bool // the entity stands by it
	Acknowledged bool
	Post         Post

	Start     domain.PartialDate // planned; empty when not known
	StartedOn domain.PartialDate
	Until     domain.PartialDate // planned end; empty when not known

	Edition int64           // counts changes of content, from 1
	Person  domain.Personal // protected: see SeesPerson
}

// SeesPerson reports whether v may read who is seconded: the releasing entity,
// the secretariat and the person. Everybody else sees the post alone. A
// projection must ask this, or the same in SQL, before it shows Person.
func (s State) SeesPerson(v domain.Viewer) bool {
	return v.ActsFor(s.Entity) || v.Is(domain.Secretariat) || s.Person.Of != "" && v.Person == s.Person.Of
}

// Decider is the secondment aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "secondment",
	Noun:     "secondment",
	Prefix:   "sec_",
	Codec: domain.NewCodec[Event](
		Offered{}, Recorded{}, RecordCorrected{}, Confirmed{}, Contested{}, Announced{}, Started{},
		Extended{}, Ended{}, Cancelled{}, Acknowledged{}, PersonNamed{},
	),
	Table: domain.Table{
		"": {
			domain.On(Offer{}, offered),
			domain.On(Record{}, recorded, impending),
		},
		recorded: {
			domain.On(CorrectRecord{}, recorded, impending),
			domain.On(Confirm{}, offered),
			domain.On(Contest{}, contested),
			domain.On(Acknowledge{}, recorded),
		},
		offered: {
			domain.On(Confirm{}, offered),
			domain.On(Announce{}, impending),
			domain.On(ConfirmStart{}, started),
			domain.On(Cancel{}, cancelled),
			domain.On(NamePerson{}, offered),
			domain.On(Acknowledge{}, offered),
		},
		impending: {
			domain.On(CorrectRecord{}, recorded, impending),
			domain.On(Confirm{}, impending),
			domain.On(Contest{}, contested),
			domain.On(Announce{}, impending),
			domain.On(ConfirmStart{}, started),
			domain.On(Cancel{}, cancelled),
			domain.On(NamePerson{}, impending),
			domain.On(Acknowledge{}, impending),
		},
		started: {
			domain.On(ConfirmStart{}, started),
			domain.On(Extend{}, extended),
			domain.On(End{}, ended),
			domain.On(NamePerson{}, started),
			domain.On(Acknowledge{}, started),
		},
		extended: {
			domain.On(Extend{}, extended),
			domain.On(End{}, ended),
			domain.On(NamePerson{}, extended),
			domain.On(Acknowledge{}, extended),
		},
		ended: {
			domain.On(End{}, ended),
			domain.On(Acknowledge{}, ended),
		},
		cancelled: {
			domain.On(Cancel{}, cancelled),
			domain.On(Acknowledge{}, cancelled),
		},
		contested: {
			domain.On(Contest{}, contested),
			domain.On(Acknowledge{}, contested),
		},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Status: func(s State) domain.Status { return s.Status },
	Owner:  func(s State) domain.ID { return s.Entity },
	Sees:   func(State, domain.Viewer) bool { return true }, // but not the person: see SeesPerson
}
