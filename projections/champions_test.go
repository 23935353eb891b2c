package projections_test

import (
	"errors"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/champion"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/projections"
)

// TestChampionSees compares the rule in SQL with the decider's, for every
// capacity at the State, at another and at the secretariat.
func TestChampionSees(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	slv := tr.Entity(entity.Country, "El Salvador", "SLV")
	tr.Appoint("slv-mission", slv, domain.StateMission)
	id, s := tr.App.ChampionTarget(slv), champion.State{}
	for _, step := range []struct {
		by string
		c  champion.Command
		e  champion.Event
	}{
		{"secretariat", champion.Invite{State: slv}, champion.Invited{State: slv}},
		{"slv-mission", champion.Decline{}, champion.Declined{}},
		{"secretariat", champion.Invite{State: slv}, champion.Invited{State: slv}},
		{"slv-mission", champion.Accept{}, champion.Accepted{}},
		{"slv-mission", champion.StepDown{}, champion.SteppedDown{}},
		{"secretariat", champion.Invite{State: slv}, champion.Invited{State: slv}},
	} {
		if _, err := tr.App.Champions.Do(t.Context(), id, step.c, tr.By(step.by)); err != nil {
			t.Fatal(err)
		}
		tr.Settle()
		s = champion.Decider.Evolve(s, step.e)
		for _, v := range viewers(slv, tr.App.Secretariat(), "ent_other") {
			_, err := tr.Reader(v).ChampionCountry(t.Context(), id)
			if err != nil && !errors.Is(err, domain.NotFound) {
				t.Fatal(err)
			}
			list, err2 := tr.Reader(v).ChampionCountryList(t.Context(), projections.ChampionCountryFilter{}, projections.Page{First: new(1)})
			if err2 != nil {
				t.Fatal(err2)
			}
			if want := champion.Decider.Sees(s, v); want != (err == nil) || want != (len(list.Nodes) == 1) {
				t.Errorf("%s: %v sees %v by the decider, %v by id, %d in the list", s.Status, v, want, err == nil, len(list.Nodes))
			}
		}
	}
}

// viewers are the public, a person without credentials, and one for every
// capacity at every entity.
func viewers(entities ...domain.ID) []domain.Viewer {
	all := []domain.Viewer{{}, {Person: "per_ada"}}
	for _, c := range domain.Capacities {
		for _, e := range entities {
			all = append(all, domain.Viewer{Person: "per_ada", Holds: []domain.Holding{{Entity: e, Capacity: c}}})
		}
	}
	return all
}
