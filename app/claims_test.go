package app_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/claim"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

// flaky is a store whose appends to some streams fail and store nothing.
type flaky struct {
	*memstore.Store
	prefix string // of the streams; empty for none
}

func (f *flaky) Append(ctx context.Context, stream string, version int64, recs ...eventstore.Record) error {
	if f.prefix != "" && strings.HasPrefix(stream, f.prefix) {
		return errors.New("the line went dead")
	}
	return f.Store.Append(ctx, stream, version, recs...)
}

func planned(symbol string) consultation.Plan {
	return consultation.Plan{Title: domain.Text{Language: "en", Value: "What should the report say?"}, Symbol: symbol}
}

func officer(key string) app.Caller {
	return app.Caller{Person: "per_officer", Key: "a key that is long enough: " + key}
}

func installed(t *testing.T, st eventstore.Store) *app.App { return installedAt(t, st, nil) }

func installedAt(t *testing.T, st eventstore.Store, now func() time.Time) *app.App {
	t.Helper()
	a := app.New(app.Config{Store: st, Secret: secret, Now: now})
	if err := a.Bootstrap(t.Context(), "per_officer"); err != nil {
		t.Fatal(err)
	}
	return a
}

func plan(t *testing.T, a *app.App, key, symbol string) (app.Result, error) {
	return a.Consultations.Do(t.Context(), "", planned(symbol), officer(key))
}

// plans counts how many consultations were planned.
func plans(t *testing.T, st *memstore.Store) (n int) {
	t.Helper()
	for r, err := range st.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Type == "consultation.planned" {
			n++
		}
	}
	return n
}

// TestClaim: a claim keeps two consultations from sharing a symbol.
func TestClaim(t *testing.T) {
	st := new(memstore.Store)
	a := installed(t, st)
	if _, err := plan(t, a, "bad", "no symbol!"); !errors.Is(err, domain.Invalid) {
		t.Fatalf("a bad symbol gave %v", err)
	}
	first, err := plan(t, a, "one", "CALL-1")
	if err != nil {
		t.Fatal(err)
	}
	_, err = plan(t, a, "two", " call-1 ")
	if e, ok := errors.AsType[*domain.Error](err); !ok || e.Reason != "consultation.symbol_taken" || len(e.Path) != 1 {
		t.Errorf("the same symbol in other letters gave %v", err)
	}
	if again, err := plan(t, a, "one", "CALL-1"); err != nil || again != first {
		t.Errorf("G3: the repeat gave %v, %v", again, err)
	}
	if _, err := plan(t, a, "two", "CALL-2"); err != nil {
		t.Errorf("another symbol after a refusal: %v", err)
	}
	for _, key := range []string{"three", "four"} {
		if _, err := plan(t, a, key, ""); err != nil {
			t.Errorf("without a symbol: %v", err)
		}
	}
}

// TestClaimOfWhatIsRefused: a form that is sent back leaves its symbol free.
func TestClaimOfWhatIsRefused(t *testing.T) {
	a := installed(t, new(memstore.Store))
	c := planned("CALL-1")
	c.Title.Value = ""
	if _, err := a.Consultations.Do(t.Context(), "", c, officer("one")); !errors.Is(err, domain.Invalid) {
		t.Fatalf("without a title: %v", err)
	}
	if _, err := plan(t, a, "two", "CALL-1"); err != nil {
		t.Errorf("the corrected form: %v", err)
	}
}

// TestClaimAfterACrash: what was to have the symbol was not created. Its repeat
// finishes it; another waits for the claim's end, and then it is the other's.
func TestClaimAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := &flaky{Store: new(memstore.Store)}
		var late time.Duration
		a := installedAt(t, st, func() time.Time { return time.Now().Add(late) })
		crash := func(key, symbol string) {
			t.Helper()
			st.prefix = "consultation-"
			_, err := plan(t, a, key, symbol)
			if _, refused := errors.AsType[*domain.Error](err); err == nil || refused {
				t.Fatalf("a store that is down gave %v", err)
			}
			st.prefix = ""
		}
		crash("one", "CALL-1")
		if _, err := plan(t, a, "two", "CALL-1"); !errors.Is(err, domain.Invalid) {
			t.Errorf("while the claim holds another got %v", err)
		}
		if _, err := plan(t, a, "one", "CALL-1"); err != nil {
			t.Errorf("the repeat does not finish: %v", err)
		}

		crash("three", "CALL-2")
		late += claim.Life
		if _, err := plan(t, a, "four", "CALL-2"); err != nil {
			t.Errorf("after the claim's end another got %v", err)
		}
		if _, err := plan(t, a, "three", "CALL-2"); !errors.Is(err, domain.Invalid) {
			t.Errorf("who comes back too late got %v", err)
		}
		late += claim.Life
		if _, err := plan(t, a, "three", "CALL-2"); !errors.Is(err, domain.Invalid) {
			t.Errorf("who comes back much too late got %v", err)
		}

		crash("five", "CALL-3")
		late += claim.Life
		if _, err := plan(t, a, "five", "CALL-3"); err != nil {
			t.Errorf("a late repeat that nobody came before: %v", err)
		}
		if n := plans(t, st.Store); n != 3 {
			t.Errorf("%d consultations, want 3", n)
		}
	})
}

// TestClaimRace: two nodes plan two consultations with one symbol at once.
func TestClaimRace(t *testing.T) {
	for range 50 {
		st := new(memstore.Store)
		nodes := []*app.App{installed(t, st), app.New(app.Config{Store: st, Secret: secret})}
		errs := make([]error, len(nodes))
		var wg sync.WaitGroup
		for i, a := range nodes {
			wg.Go(func() { _, errs[i] = plan(t, a, string(rune('a'+i)), "CALL-1") })
		}
		await.All(t, &wg, "both planners")
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, domain.Invalid):
				t.Errorf("the loser got %v", err)
			}
		}
		if n := plans(t, st); won != 1 || n != 1 {
			t.Fatalf("%d won and %d consultations are planned, want 1", won, n)
		}
	}
}
