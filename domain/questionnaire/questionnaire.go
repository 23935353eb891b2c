// Package questionnaire decides about the questions that calls ask: drafted,
// published in numbered versions that never change, forked by the regions.
package questionnaire

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to a questionnaire.
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
	draft     domain.Status = "draft"
	published domain.Status = "published"
	retired   domain.Status = "retired"
)

// State is what decisions about a questionnaire read.
type State struct {
	Status  domain.Status
	Edition int64 // content edition, from 1; what Expected of an edit names
	Keeper  Keeper
	Origin  Origin // zero unless it is a fork
	Series  string // part of the handles of the version in work

	Current   Version   // in work, or published last
	Published []Version // every published version, oldest first
}

// A Version is one wording of the whole. Once published it never changes.
type Version struct {
	Number    int64 // from 1
	Title     Wording
	Questions []Question
}

// At returns the published version of that number, if there is one.
func (s State) At(number int64) (Version, bool) {
	i := slices.IndexFunc(s.Published, func(v Version) bool { return v.Number == number })
	if i < 0 {
		return Version{}, false
	}
	return s.Published[i], true
}

// Retired reports whether new calls may not ask it any more.
func (s State) Retired() bool { return s.Status == retired }

// Handles returns the ids of v's questions, in order.
func (v Version) Handles() []domain.ID {
	ids := make([]domain.ID, len(v.Questions))
	for i, q := range v.Questions {
		ids[i] = q.ID
	}
	return ids
}

// Decider is the questionnaire aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "questionnaire",
	Noun:     "questionnaire",
	Prefix:   "que_",
	Codec:    domain.NewCodec[Event](Drafted{}, Forked{}, Revised{}, Published{}, VersionStarted{}, Retired{}),
	Table: domain.Table{
		"": {
			domain.On(Draft{}, draft),
			domain.On(Fork{}, draft),
		},
		draft: {
			domain.On(Revise{}, draft),
			domain.On(Publish{}, published),
			domain.On(Retire{}, retired),
		},
		published: {
			domain.On(Publish{}, published),
			domain.On(StartVersion{}, draft),
			domain.On(Retire{}, retired),
		},
		retired: {domain.On(Retire{}, retired)},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Status: func(s State) domain.Status { return s.Status },
	Owner:  func(s State) domain.ID { return s.Keeper.Entity },
	Sees: func(s State, v domain.Viewer) bool {
		return len(s.Published) > 0 || v.ActsFor(s.Keeper.Entity) || s.Keeper.Secretariat && v.Is(domain.Secretariat)
	},
}

// A Keeper is whose questionnaire it is: the secretariat's, through any of its
// officers, or one regional commission's.
type Keeper struct {
	Entity      domain.ID `json:"entity"`
	Secretariat bool      `json:"secretariat,omitempty"`
}

func keeper(a domain.Actor) Keeper { return Keeper{a.For(), a.Capacity == domain.Secretariat} }

// allows refuses everybody else: the secretariat does not rewrite what a
// commission asks, nor one commission what another does (G6).
func (k Keeper) allows(a domain.Actor) error {
	if k.Secretariat && a.Capacity == domain.Secretariat || !k.Secretariat && a.For() == k.Entity {
		return nil
	}
	return domain.Refuse(domain.NotOwner, "questionnaire.keeper", "Only those who keep this questionnaire may change it. You may fork it.")
}

// authors lists who writes questionnaires.
var authors = []domain.Capacity{domain.Secretariat, domain.RegionalCommission}
