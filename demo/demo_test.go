package demo_test

import (
	"bytes"
	"testing"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/demo"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// TestRecord records the demo; a second time, and after a break at any point,
// it comes to the same record.
func TestRecord(t *testing.T) {
	st := new(memstore.Store)
	a := app.New(app.Config{Store: st, Secret: bytes.Repeat([]byte{7}, 32)})
	person := func(name string) domain.ID { return a.PersonID("demo", name) }
	var sizes [2]int
	for i := range sizes {
		if err := demo.Record(t.Context(), a, person); err != nil {
			t.Fatal(err)
		}
		for _, err := range st.All(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			sizes[i]++
		}
	}
	if sizes[0] != sizes[1] || sizes[0] < 100 {
		t.Errorf("the demo made %d records, and %d when recorded again", sizes[0], sizes[1])
	}
}
