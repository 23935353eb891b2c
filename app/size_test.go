package app_test

import (
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain/person"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// A command is recorded in one append, whose size has a limit: data and meta to
// the last byte that one takes are recorded, and one byte more is refused.
func TestLargestCommand(t *testing.T) {
	st := new(memstore.Store)
	a := app.New(app.Config{Store: st, Secret: secret})
	register := func(letters int, key string) error {
		id := a.PersonID("issuer", key)
		_, err := a.Persons.Do(t.Context(), id, person.Register{Person: id, Name: strings.Repeat("x", letters)}, app.Caller{System: true, Key: key})
		return err
	}
	if err := register(1, "key 0"); err != nil {
		t.Fatal(err)
	}
	most := eventstore.MaxAppend
	for r, err := range st.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		most -= len(r.Data) + len(r.Meta) - 1
	}
	if err := register(most, "key 1"); err != nil {
		t.Errorf("a command that fills one append: %v", err)
	}
	wantSlug(t, "a command one byte larger than an append", register(most+1, "key 2"), "command.too_large")
}
