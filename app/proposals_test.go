package app_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

func refusal(err error) string {
	if e, ok := errors.AsType[*domain.Error](err); ok {
		return e.Reason
	}
	return ""
}

// A person has few open proposals; what is recognised or dissolved frees a
// place at once, and what is refused takes none.
func TestOpenProposals(t *testing.T) {
	st := new(memstore.Store)
	a := installed(t, st)
	propose := func(who string, i int) (domain.ID, error) {
		res, err := a.Entities.Do(t.Context(), "", suggest(fmt.Sprint("Group ", i)), app.Caller{Person: domain.ID(who), Key: fmt.Sprint("the key of proposal ", i)})
		return res.ID, err
	}
	_, err := a.Entities.Do(t.Context(), "", suggest(" "), app.Caller{Person: "per_ada", Key: "the key of nothing"})
	if refusal(err) != "text.empty" {
		t.Fatal(err)
	}
	var ids []domain.ID
	for i := range entity.MaxOpen {
		id, err := propose("per_ada", i)
		if err != nil {
			t.Fatalf("proposal %d: %v", i, err)
		}
		ids = append(ids, id)
	}
	if _, err := propose("per_ada", 90); refusal(err) != "entity.proposals" {
		t.Fatalf("one more: %v", err)
	}
	if id, err := propose("per_ada", 0); err != nil || id != ids[0] {
		t.Errorf("the first one repeated: %s, %v", id, err)
	}
	if _, err := propose("per_eve", 91); err != nil {
		t.Errorf("another person: %v", err)
	}
	if _, err := propose("per_officer", 92); err != nil {
		t.Errorf("the office: %v", err)
	}
	for i, c := range []entity.Command{entity.Recognise{}, entity.Dissolve{Reason: "spam"}} {
		if _, err := a.Entities.Do(t.Context(), ids[i], c, officer(fmt.Sprint("decide ", i))); err != nil {
			t.Fatal(err)
		}
		if _, err := propose("per_ada", 93+i); err != nil {
			t.Errorf("after %T: %v", c, err)
		}
	}
	if _, err := propose("per_ada", 99); refusal(err) != "entity.proposals" {
		t.Errorf("once more: %v", err)
	}
}

// Many at once do not slip through.
func TestOpenProposalsRace(t *testing.T) {
	st := new(memstore.Store)
	nodes := []*app.App{installed(t, st), app.New(app.Config{Store: st, Secret: secret})}
	var mu sync.Mutex
	var wg sync.WaitGroup
	taken := 0
	for i := range 24 {
		wg.Go(func() {
			_, err := nodes[i%2].Entities.Do(t.Context(), "", suggest(fmt.Sprint("Group ", i)), app.Caller{Person: "per_ada", Key: fmt.Sprint("the key of proposal ", i)})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				taken++
			}
		})
	}
	await.All(t, &wg, "the proposals")
	if taken == 0 || taken > entity.MaxOpen {
		t.Errorf("%d proposals at once", taken)
	}
}

// No command tells of a proposal to somebody who does not see it.
func TestProposalsAreNotTold(t *testing.T) {
	a := installed(t, new(memstore.Store))
	res, err := a.Entities.Do(t.Context(), "", suggest("A group"), app.Caller{Person: "per_ada", Key: "the key of a proposal"})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(who domain.ID, of domain.ID, key string) error {
		c := credential.Request{Person: who, Entity: of, Capacity: domain.Stakeholder}
		_, err := a.Credentials.Do(t.Context(), who, c, app.Caller{Person: who, Key: "the key of a request: " + key})
		return err
	}
	hidden, none := ask("per_eve", res.ID, "hidden"), ask("per_eve", "ent_nothing", "none")
	if hidden == nil || none == nil || hidden.Error() != none.Error() || refusal(hidden) != "entity.unknown" {
		t.Errorf("of a proposal %v, of nothing %v", hidden, none)
	}
	if err := ask("per_ada", res.ID, "mine"); err != nil {
		t.Errorf("its proposer asks to act for it: %v", err)
	}
	by := func(key string) app.Caller {
		return app.Caller{Person: "per_eve", Key: "the key of eve: " + key, Named: true}
	}
	_, hidden = a.Entities.Do(t.Context(), res.ID, entity.Dissolve{Reason: "x"}, by("hidden"))
	_, none = a.Entities.Do(t.Context(), "ent_nothing", entity.Dissolve{Reason: "x"}, by("none"))
	if hidden == nil || none == nil || hidden.Error() != none.Error() {
		t.Errorf("a command on a proposal: %v, on nothing: %v", hidden, none)
	}
}
