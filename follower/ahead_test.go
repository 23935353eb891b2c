package follower

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// TestAhead reads while log.db has a batch that is not numbered yet, as between
// its commit and the end of a step: nothing of it is told.
func TestAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := new(memstore.Store)
		path := filepath.Join(t.TempDir(), "log.db")
		fillStore(t, st, 0, 3)
		before := open(t, path, st)
		if err := before.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		f := open(t, path, st) // it has nothing in memory, so it asks log.db
		fillStore(t, st, 3, 5)
		if err := before.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		for from := range int64(3) {
			next := from
			for facts, err := range f.From(t.Context(), from) {
				if err != nil {
					t.Fatal(err)
				}
				next += int64(len(facts))
			}
			if next != 3 {
				t.Errorf("from %d on it tells of the records below %d; 3 are numbered", from, next)
			}
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if i, err := f.Index(short, record(4).ID); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a record that is not numbered has the index %d, %v", i, err)
		}
	})
}
