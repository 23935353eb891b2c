// Package champion decides about champion countries: States that go ahead in
// carrying out the Compact, invited by the secretariat and listed once they
// have accepted. Each State has one stream, whose id the app derives from the
// State's entity.
package champion

import (
	"crypto/sha256"
	"maps"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to a champion country.
type Command interface {
	domain.Command
	decide(State, domain.Cause) ([]Event, error)
}

// An Event records that something happened.
type Event interface {
	domain.Event
	evolve(State) State
}

// The statuses.
const (
	invited     domain.Status = "invited"
	accepted    domain.Status = "accepted"
	declined    domain.Status = "declined"
	listed      domain.Status = "listed"
	active      domain.Status = "active" // listed, with a plan of support
	steppedDown domain.Status = "steppedDown"
)

// State is what decisions about a champion country read.
type State struct {
	Status  domain.Status
	State   domain.ID // the State's entity
	Known   bool      // it has accepted at some time, so that the public knows
	List    int       // version of the list it entered; 0 while it is on none
	Plan    domain.Text
	Lessons map[[sha256.Size]byte]bool // what it has shared, by hash of the text
}

// Decider is the champion country aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "champion",
	Noun:     "champion country",
	Prefix:   "cha_",
	Codec: domain.NewCodec[Event](Invited{}, Accepted{}, Declined{}, Listed{}, SupportPlanAgreed{},
		LessonShared{}, SteppedDown{}),
	Table: domain.Table{
		"": {domain.On(Invite{}, invited)},
		invited: {
			domain.On(Invite{}, invited),
			domain.On(Accept{}, accepted),
			domain.On(Decline{}, declined),
		},
		accepted: {
			domain.On(Invite{}, accepted),
			domain.On(Accept{}, accepted),
			domain.On(List{}, listed),
			domain.On(ShareLesson{}, accepted),
			domain.On(StepDown{}, steppedDown),
		},
		declined: {
			domain.On(Invite{}, invited),
			domain.On(Decline{}, declined),
		},
		listed: {
			domain.On(Invite{}, listed),
			domain.On(Accept{}, listed),
			domain.On(List{}, listed),
			domain.On(AgreeSupport{}, active),
			domain.On(ShareLesson{}, listed),
			domain.On(StepDown{}, steppedDown),
		},
		active: {
			domain.On(Invite{}, active),
			domain.On(Accept{}, active),
			domain.On(List{}, active),
			domain.On(AgreeSupport{}, active),
			domain.On(ShareLesson{}, active),
			domain.On(StepDown{}, steppedDown),
		},
		steppedDown: {
			domain.On(Invite{}, invited),
			domain.On(ShareLesson{}, steppedDown),
			domain.On(StepDown{}, steppedDown),
		},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Clone: func(s State) State {
		s.Lessons = maps.Clone(s.Lessons)
		return s
	},
	Status: func(s State) domain.Status { return s.Status },
	Owner:  func(s State) domain.ID { return s.State },

	// Whom the secretariat asks, and who says no, stays between the two.
	Sees: func(s State, v domain.Viewer) bool {
		return s.Known || v.ActsFor(s.State) || v.Is(domain.Secretariat, domain.Coordinator, domain.Protection, domain.Auditor)
	},
}

// when checks the date on which something happened, if one is given.
func when(p domain.PartialDate) (domain.PartialDate, error) {
	if p == "" {
		return "", nil
	}
	return domain.ParsePartialDate(string(p), "occurredOn")
}
