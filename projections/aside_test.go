package projections

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// TestAllSetAside sets the only projection aside while more than one batch is to
// come, as it is built and as it follows: the engine rests, also after a restart,
// and whoever waits for more is told at once.
func TestAllSetAside(t *testing.T) {
	for name, failsAt := range map[string]int64{"built": 4, "followed": 14} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				st, dir := new(memstore.Store), t.TempDir()
				register(t, st, 0, 10)
				log := logOf(t, dir, st)
				path, bad := filepath.Join(dir, "r.db"), []Projection{counting("bad", 1, failsAt)}
				if failsAt > 10 {
					if err := opened(t, &Engine{Log: log, Path: path, All: bad}).Close(); err != nil {
						t.Fatal(err)
					}
				}
				register(t, st, 10, 2500) // a batch has 2000
				if err := log.CatchUp(t.Context()); err != nil {
					t.Fatal(err)
				}
				for range 2 {
					e := &Engine{Log: log, Path: path, All: bad}
					ctx, stop := context.WithCancel(t.Context())
					ended := make(chan error, 1)
					go func() { ended <- e.Run(ctx) }()
					synctest.Wait()
					if err := e.AwaitIndex(t.Context(), 2499); !errors.As(err, new(Stale)) {
						t.Errorf("awaiting gave %v", err)
					}
					stop()
					if err := <-ended; err != nil {
						t.Errorf("the engine ended: %v", err)
					}
				}
			})
		})
	}
}
