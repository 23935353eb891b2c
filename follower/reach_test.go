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

// TestReach: what the store has is reached once it is numbered, and not before.
func TestReach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := new(memstore.Store)
		f := open(t, filepath.Join(t.TempDir(), "log.db"), st)
		if err := f.Reach(t.Context(), 0); err != nil {
			t.Errorf("of an empty store: %v", err)
		}
		fillStore(t, st, 0, 3)
		head, err := st.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := f.Reach(short, head); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("before it is numbered: %v", err)
		}
		reached := make(chan error)
		go func() { reached <- f.Reach(t.Context(), head) }()
		synctest.Wait()
		if err := f.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-reached; err != nil {
			t.Error(err)
		}
	})
}
