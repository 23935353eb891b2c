package follower

import (
	"context"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// silent is a store that does not say when there is news: another node's.
type silent struct{ eventstore.Store }

func (silent) Wake(context.Context) <-chan struct{} { return nil }

// aBell is rung by its test.
type aBell chan struct{}

func (b aBell) Listen(context.Context) <-chan struct{} { return b }

// TestBell: a ring has the follower look at once, and without one it looks at
// its next tick.
func TestBell(t *testing.T) {
	for _, rings := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			bell, st := make(aBell, 1), new(memstore.Store)
			f := open(t, filepath.Join(t.TempDir(), "log.db"), silent{st})
			f.Bell = bell
			ctx, cancel := context.WithCancel(t.Context())
			over := make(chan error)
			go func() { over <- f.Run(ctx) }()
			synctest.Wait()
			began := time.Now()
			fillStore(t, st, 0, 1)
			if rings {
				bell <- struct{}{}
			}
			if err := f.Wait(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took > lookEvery || (took == 0) != rings {
				t.Errorf("rung %t: it looked after %s", rings, took)
			}
			cancel()
			if err := <-over; err != nil {
				t.Error(err)
			}
		})
	}
}
