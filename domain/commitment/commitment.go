// Package commitment decides about commitments and pledges: announced in a
// meeting, recorded by the secretariat, or pledged by their owner, and then
// followed until they are fulfilled, lapse or are withdrawn.
//
// What the secretariat records is attributed to nobody until the owner
// confirms it, and what was said by nobody in particular ("several countries")
// is never attributed at all: whoever said it submits a pledge of their own. A
// pledge of money is not a deposit (G12); contributions are another item.
package commitment

import (
	"maps"
	"slices"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to a commitment.
type Command interface {
	domain.Command
	decide(State, domain.Cause) ([]Event, error)
}

// An Event records that something happened.
type Event interface {
	domain.Event
	evolve(State) State
}

// The statuses. That a commitment is stale is a mark beside them.
const (
	announced  domain.Status = "announced" // in a meeting, as the secretariat heard it
	recorded   domain.Status = "recorded"  // by the secretariat; not attributed
	submitted  domain.Status = "submitted" // by its owner; not public yet
	confirmed  domain.Status = "confirmed" // the owner stands by it, in public
	planning   domain.Status = "planning"
	inProgress domain.Status = "inProgress"
	fulfilled  domain.Status = "fulfilled"
	lapsed     domain.Status = "lapsed" // its end came before its fulfilment was reported
	withdrawn  domain.Status = "withdrawn"
	contested  domain.Status = "contested" // the entity named says that the record is wrong
)

// State is what decisions about a commitment read.
type State struct {
	Status    domain.Status
	Owner     domain.ID // whose it is, or whose the record says it is; empty for nobody in particular
	Recorded  bool      // entered by the secretariat, not by the owner
	Confirmed bool      // the owner stands by it
	Published bool      // anybody may see it

	Quantifier   domain.Quantifier // of an announcement; never a number
	Attribution  domain.Attribution
	Category     Category  // of an announcement attributed to a category alone
	Announcement domain.ID // which the owner says this pledge was

	Form       Form
	Terms      Terms
	CoPledgers map[domain.ID]bool // named by the owner; true once they confirm
	Matches    map[domain.ID]bool // pledges of others that this one matches: linked, never added

	Reports    int64 // of progress, so far
	Challenges map[Challenge]bool
	UpdateDue  time.Time // when a report is due; zero while none is
	Stale      bool      // none came by then

	Edition int64 // counts changes of content, from 1
}

// A Challenge names one: who, and the number of the report.
type Challenge struct {
	By     domain.ID
	Report int64
}

// Attributed returns to whom figures and lists may attribute s: its owner once
// the owner confirms, and until then nobody.
func (s State) Attributed() domain.ID {
	if !s.Confirmed {
		return ""
	}
	return s.Owner
}

// Officers know whom a record names before that entity confirms it.
var Officers = []domain.Capacity{domain.Secretariat}

// Names reports whether v may know whom s names as its owner.
func (s State) Names(v domain.Viewer) bool {
	return domain.Names(s.Owner, s.Confirmed, v, Officers)
}

// Parties returns who stands by s: the owner and the co-pledgers who have
// confirmed, sorted. Together they are one commitment and count once (G17).
func (s State) Parties() []domain.ID {
	if !s.Confirmed {
		return nil
	}
	all := []domain.ID{s.Owner}
	for id, yes := range s.CoPledgers {
		if yes {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return all
}

// Standing reports whether s is public and neither withdrawn nor contested.
func (s State) Standing() bool {
	return s.Published && s.Status != withdrawn && s.Status != contested
}

// sees lets everybody read what is public, and those who take part in it what
// is not public yet.
func (s State) sees(v domain.Viewer) bool {
	if s.Published || v.Is(domain.Secretariat) || v.ActsFor(s.Owner) {
		return true
	}
	return slices.ContainsFunc(slices.Collect(maps.Keys(s.CoPledgers)), v.ActsFor)
}

func clone(s State) State {
	s.CoPledgers, s.Matches, s.Challenges = maps.Clone(s.CoPledgers), maps.Clone(s.Matches), maps.Clone(s.Challenges)
	return s
}

// Decider is the commitment aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "commitment",
	Noun:     "commitment",
	Prefix:   "com_",
	Codec: domain.NewCodec[Event](
		Announced{}, Recorded{}, RecordCorrected{}, Confirmed{}, Contested{}, Submitted{}, CoPledgerConfirmed{},
		CoPledgerLeft{}, Published{}, Matched{}, ProgressReported{}, ProgressChallenged{}, Fulfilled{},
		BecameStale{}, Lapsed{}, Withdrawn{},
	),
	Table:  table,
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Clone:  clone,
	Status: func(s State) domain.Status { return s.Status },
	Owner:  func(s State) domain.ID { return s.Owner },
	Sees:   State.sees,
}
