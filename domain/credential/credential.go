// Package credential decides for whom, and in which capacity, a person may
// act. One stream holds all the credentials of one person.
package credential

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to a person's credentials.
type Command interface {
	domain.Command
	decide(State, domain.Cause) ([]Event, error)
}

// An Event records that something happened.
type Event interface {
	domain.Event
	evolve(State) State
}

// kept is the one status of a person's stream. What a single credential has
// come to is its Standing.
const kept domain.Status = "kept"

// A Standing says what one credential has come to.
type Standing string

// The standings. A credential whose time has run out counts as expired before
// that is recorded.
const (
	IsRequested Standing = "requested"
	IsGranted   Standing = "granted"
	IsRevoked   Standing = "revoked"
	IsExpired   Standing = "expired"
)

// A Credential is what became of one capacity for one entity.
type Credential struct {
	Standing  Standing
	Until     time.Time // the first moment at which it no longer holds; zero: no end
	Dismissed bool      // the entity itself revoked it last
}

func (c Credential) live(at time.Time) bool {
	return c.Standing == IsGranted && (c.Until.IsZero() || at.Before(c.Until))
}

// A Proposal is a grant that still needs a second officer.
type Proposal struct {
	Officer domain.ID // the first
	Until   time.Time
}

// State is what decisions about a person's credentials read.
type State struct {
	Person      domain.ID // whose they are; empty when the person has none
	Credentials map[domain.Holding]Credential
	Proposals   map[domain.Holding]Proposal
}

// Live returns what the person holds at a moment, in a fixed order. It asks
// neither whether the person is suspended nor whether the entity still acts.
// Fold up to a pinned version to learn what was held then.
func (s State) Live(at time.Time) []domain.Holding {
	var all []domain.Holding
	for h, c := range s.Credentials {
		if c.live(at) {
			all = append(all, h)
		}
	}
	slices.SortFunc(all, func(a, b domain.Holding) int {
		return cmp.Or(cmp.Compare(a.Entity, b.Entity), cmp.Compare(a.Capacity, b.Capacity))
	})
	return all
}

// Decider is the credential aggregate. Its streams are named by the person.
var Decider = domain.Decider[Command, State, Event]{
	Category: "credential",
	Noun:     "credential",
	Prefix:   "per_",
	Codec:    domain.NewCodec[Event](Requested{}, GrantProposed{}, Granted{}, Revoked{}, Expired{}),
	Table: domain.Table{
		"": {
			domain.On(Request{}, kept),
			domain.On(Grant{}, kept),
		},
		kept: {
			domain.On(Request{}, kept),
			domain.On(Grant{}, kept),
			domain.On(Revoke{}, kept),
			domain.On(Expire{}, kept),
		},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Clone: func(s State) State {
		s.Credentials, s.Proposals = maps.Clone(s.Credentials), maps.Clone(s.Proposals)
		return s
	},
	Status: func(s State) domain.Status {
		if s.Person == "" {
			return ""
		}
		return kept
	},
	Owner: func(s State) domain.ID { return s.Person },

	// An administrator grants to people who hold nothing from her yet, so
	// nothing in the stream tells that she may. A person's id cannot be
	// guessed, and whoever is given one learns no more here than a refusal.
	// Reads go by rules of their own.
	Sees: func(s State, v domain.Viewer) bool { return v.Person != "" },
}

// set replaces one credential and drops a proposal for it.
func (s State) set(h domain.Holding, c Credential) State {
	if s.Credentials == nil {
		s.Credentials = map[domain.Holding]Credential{}
	}
	s.Credentials[h] = c
	delete(s.Proposals, h)
	return s
}

// utc returns when a credential ends, or the zero time for one without an end.
func utc(until *time.Time) time.Time {
	if until == nil {
		return time.Time{}
	}
	return until.UTC()
}
