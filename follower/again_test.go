package follower

import (
	"context"
	"errors"
	"iter"
	"path/filepath"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// streamless is a store that shows no stream: nothing of it, or an error once
// its patience is over.
type streamless struct {
	eventstore.Store
	err error
}

func (s streamless) Stream(context.Context, string, int64) iter.Seq2[eventstore.Record, error] {
	return func(yield func(eventstore.Record, error) bool) {
		if s.err != nil {
			yield(eventstore.Record{}, s.err)
		}
	}
}

// TestAgain reads a record of long ago whose stream cannot be read just now: it
// is there nevertheless, so nobody is told that it was altered, and a read model
// that needs it has not failed.
func TestAgain(t *testing.T) {
	for _, gives := range []error{nil, errors.New("nobody answers")} {
		st, path := new(memstore.Store), filepath.Join(t.TempDir(), "log.db")
		fillStore(t, st, 0, 5)
		if err := open(t, path, st).CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		f := open(t, path, streamless{st, gives}) // it has nothing in memory
		if x, err := f.Again(t.Context(), 3, "thing-3", 1); err != nil || x.ID != record(3).ID {
			t.Errorf("where a stream gives %v: %s, %v", gives, x.ID, err)
		}
	}
}
