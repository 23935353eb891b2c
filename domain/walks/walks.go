// Package walks has a random walk through the life of every kind of aggregate,
// for tests: those of the tables of transitions and of who may do what, and
// those that compare the read models with the domain.
package walks

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

// A Walker walks through the life of one kind of aggregate.
type Walker interface {
	Name() string                                                             // the category
	Table(t *testing.T)                                                       // checks the table of transitions
	May(t *testing.T, file string, write bool)                                // compares who may do what with a file
	Limits(t *testing.T, file string, write bool)                             // compares how long texts may be with a file
	Commands() []domain.Command                                               // the zero value of each
	Walk(r *rapid.T, id domain.ID, commands int) []domaintest.Step            // of one aggregate, from nothing on
	Run(state any, c domain.Command, by domain.Cause) ([]domain.Event, error) // decides on a state of a Step
}

// All are the walkers of every aggregate in the catalog.
var All = []Walker{
	Person, Credential, Entity, Claim, LogKey, Installation,
	Consultation, Questionnaire, Submission,
	Mandate, Vocabulary, State, Champion, WorkingGroup, Importing,
	Briefing, Secondment, Commitment,
}

// Those who walk.
const (
	stateA domain.ID = "ent_a" // Member States
	stateB domain.ID = "ent_b"
	ngo    domain.ID = "ent_ngo"
	agency domain.ID = "ent_agency"
	office domain.ID = "ent_secretariat"
)

var (
	officer  = domaintest.Officer("per_officer")
	second   = domaintest.Officer("per_second")
	missionA = domaintest.As("per_mission_a", stateA, domain.StateMission)
	missionB = domaintest.As("per_mission_b", stateB, domain.StateMission)
	focalA   = domaintest.As("per_focal_a", stateA, domain.StateFocalPoint)
	forNGO   = domaintest.As("per_ned", ngo, domain.Stakeholder)
	forOrg   = domaintest.As("per_ida", agency, domain.NetworkEntity)
	adaOwn   = domaintest.Own("per_ada")
	system   = domaintest.Sys()
)

// A move is a command and who asks for it.
type move[C domain.Command] struct {
	do C
	by domain.Cause
}

// among begins walks that pick each move anew.
func among[C domain.Command](moves func(id domain.ID) []move[C]) func(*rapid.T, domain.ID) func() (C, domain.Cause) {
	return func(r *rapid.T, id domain.ID) func() (C, domain.Cause) {
		all := moves(id)
		return func() (C, domain.Cause) {
			m := domaintest.Pick(r, all...)
			return m.do, m.by
		}
	}
}

func en(s string) domain.Text { return domain.Text{Language: "en", Value: s} }

// after is a cause some time later.
func after(c domain.Cause, d time.Duration) domain.Cause { return domaintest.When(c, c.At.Add(d)) }
