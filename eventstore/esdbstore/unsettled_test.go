package esdbstore_test

import (
	"errors"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
)

// TestUnsettled has reads not show yet what is stored, for as many reads as there
// may be until it is known what came of an append: its repeat is never told that
// it was not stored, and another's append never that it was.
func TestUnsettled(t *testing.T) {
	for hidden := range 6 {
		cluster, config := start(t, esdbtest.Config{Forgets: true})
		s := open(t, config)
		first := record()
		if err := s.Append(t.Context(), "a-1", 0, first); err != nil {
			t.Fatal(err)
		}
		cluster.Hide(hidden)
		if err := s.Append(t.Context(), "a-1", 0, first); err != nil {
			t.Errorf("hidden from %d reads, the repeat gives %v", hidden, err)
		}
		cluster.Hide(hidden)
		if err := s.Append(t.Context(), "a-1", 0, record()); !errors.Is(err, eventstore.ErrConflict) {
			t.Errorf("hidden from %d reads, another append gives %v", hidden, err)
		}
		want(t, s, first)
	}
}
