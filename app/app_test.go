package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/app/rules"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/catalog"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/mandate"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

var secret = bytes.Repeat([]byte{7}, 32)

// TestCatalog says when an aggregate is bound and not listed, or listed and not bound.
func TestCatalog(t *testing.T) {
	var bound, listed []string
	v := reflect.ValueOf(app.New(app.Config{Store: new(memstore.Store), Secret: secret})).Elem()
	for i := range v.NumField() {
		if d, ok := nameOf(v.Field(i)); ok {
			bound = append(bound, d)
		}
	}
	for _, d := range catalog.All {
		listed = append(listed, d.Name())
	}
	slices.Sort(bound)
	slices.Sort(listed)
	if !slices.Equal(bound, listed) {
		t.Errorf("bound %q\nlisted %q", bound, listed)
	}
}

func nameOf(f reflect.Value) (string, bool) {
	if f.Kind() != reflect.Pointer || f.Elem().Kind() != reflect.Struct {
		return "", false
	}
	c := f.Elem().FieldByName("Category")
	return c.String(), c.IsValid()
}

func suggest(name string) entity.Propose {
	return entity.Propose{Kind: entity.Stakeholder, Name: domain.Text{Language: "en", Value: name}}
}

func count(t *testing.T, st *memstore.Store) int {
	t.Helper()
	n := 0
	for _, err := range st.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// TestAmbiguousAppend lets every append fail once, stored or not: the command
// comes out as one event, and its repeat as the same answer.
func TestAmbiguousAppend(t *testing.T) {
	for _, stored := range []bool{false, true} {
		failed := false
		st := &memstore.Store{Fault: func() (bool, error) {
			if failed = !failed; failed {
				return stored, errors.New("the line went dead")
			}
			return true, nil
		}}
		a := app.New(app.Config{Store: st, Secret: secret})
		by := app.Caller{System: true, Key: "one key of sixteen"} // a person's proposal takes a place first
		first, err := a.Entities.Do(t.Context(), "", suggest("A"), by)
		if err != nil {
			t.Fatalf("stored %v: %v", stored, err)
		}
		again, err := a.Entities.Do(t.Context(), "", suggest("A"), by)
		if err != nil || again != first {
			t.Errorf("stored %v: the repeat gave %v, %v; the first %v", stored, again, err, first)
		}
		if n := count(t, st); n != 1 {
			t.Errorf("stored %v: %d events, want 1", stored, n)
		}
	}
}

// TestClientGone cancels the caller's context in the middle of the append: the
// outcome is known all the same.
func TestClientGone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	st := &memstore.Store{Fault: func() (bool, error) { cancel(); return true, nil }}
	a := app.New(app.Config{Store: st, Secret: secret})
	if _, err := a.Entities.Do(ctx, "", suggest("A"), app.Caller{System: true, Key: "key"}); err != nil {
		t.Errorf("an append that was stored gave %v", err)
	}
}

// TestRace sends many commands to one stream at once: none is lost, none is
// refused as busy.
func TestRace(t *testing.T) {
	st := new(memstore.Store)
	a := app.New(app.Config{Store: st, Secret: secret})
	if err := a.Register(t.Context(), "per_ada", "Ada"); err != nil {
		t.Fatal(err)
	}
	if err := a.Bootstrap(t.Context(), "per_officer"); err != nil {
		t.Fatal(err)
	}
	before := count(t, st)
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			c := person.Suspend{Reason: "spam"}
			by := app.Caller{Person: "per_officer", Key: string(rune('a'+i)) + "-key"}
			if _, err := a.Persons.Do(t.Context(), "per_ada", c, by); err != nil {
				t.Error(err)
			}
		})
	}
	await.All(t, &wg, "the callers")
	if got := count(t, st) - before; got != 1 {
		t.Errorf("suspending 32 times recorded %d events, want 1", got)
	}
}

// TestKeyElsewhere refuses a key that its caller used on another stream, as
// soon as that is indexed.
func TestKeyElsewhere(t *testing.T) {
	a := app.New(app.Config{Store: new(memstore.Store), Secret: secret, Keys: used("entity-elsewhere")})
	_, err := a.Entities.Do(t.Context(), "", suggest("A"), app.Caller{Person: "per_ada", Key: "key"})
	if !errors.Is(err, domain.IdempotencyKeyReused) {
		t.Errorf("G3: got %v", err)
	}
}

// TestKeyTwice sends one key for two streams at the same moment, and then for a
// third, while the index of used keys is late: one of the two is recorded.
func TestKeyTwice(t *testing.T) {
	st := new(memstore.Store)
	a := app.New(app.Config{Store: st, Secret: secret, Keys: late{}})
	if err := a.Bootstrap(t.Context(), "per_officer"); err != nil {
		t.Fatal(err)
	}
	title := domain.Text{Language: "en", Value: "A call"}
	for n := range 50 {
		by, before := app.Caller{Person: "per_officer", Key: fmt.Sprintf("key %d", n)}, count(t, st)
		var both sync.WaitGroup
		var errs [2]error
		both.Go(func() { _, errs[0] = a.Entities.Do(t.Context(), "", suggest(fmt.Sprintf("An entity %d", n)), by) })
		both.Go(func() { _, errs[1] = a.Consultations.Do(t.Context(), "", consultation.Plan{Title: title}, by) })
		await.All(t, &both, "both commands")
		_, third := a.Mandates.Do(t.Context(), a.MandateTarget("A/1"), mandate.Register{Symbol: "A/1", Title: title, AdoptedOn: "2020"}, by)
		refused := 0
		for _, err := range append(errs[:], third) {
			switch {
			case errors.Is(err, domain.IdempotencyKeyReused):
				refused++
			case err != nil:
				t.Fatal(err)
			}
		}
		if recorded := count(t, st) - before; recorded != 1 || refused != 2 {
			t.Fatalf("G3: one key recorded %d things, and was refused %d times", recorded, refused)
		}
	}
}

// late is an index that has nothing yet.
type late struct{}

func (late) KeyStream(context.Context, string, string) (string, bool, error) { return "", false, nil }

type used string

func (u used) KeyStream(context.Context, string, string) (string, bool, error) {
	return string(u), true, nil
}

// TestRecheck finds an act without a credential in a record that was forged.
func TestRecheck(t *testing.T) {
	st := new(memstore.Store)
	a := app.New(app.Config{Store: st, Secret: secret})
	if err := a.Bootstrap(t.Context(), "per_officer"); err != nil {
		t.Fatal(err)
	}
	by := app.Caller{Person: "per_officer", Key: "a key"}
	if _, err := a.Entities.Do(t.Context(), "", entity.Propose{Kind: entity.UNEntity, Name: domain.Text{Language: "en", Value: "An agency"}}, by); err != nil {
		t.Fatal(err)
	}
	honest, forged := &rules.History{IDs: app.IDs{Secret: secret}}, &rules.History{}
	for r, err := range st.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		honest.Next(r, true)
		r.Meta = bytes.ReplaceAll(r.Meta, []byte(domain.Secretariat), []byte(domain.Auditor))
		forged.Next(r, true)
	}
	honest.End()
	forged.End()
	if len(honest.Breaches) > 0 {
		t.Errorf("an honest record is doubted: %v", honest.Breaches)
	}
	if b := forged.Breaches; len(b) == 0 || b[0].Rule != "actor.credential" {
		t.Errorf("G2: of a forged one it says %v", b)
	}
}
