package esdbstore_test

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
	"github.com/rapporteur-project/rapporteur/eventstore/storetest"
)

// TestLinear has many append and read at once, on two nodes of ours, while
// answers are lost, leaders move and nodes die.
func TestLinear(t *testing.T) {
	var cluster *esdbtest.Cluster
	storetest.RunLinear(t, func(t *testing.T) eventstore.Store {
		c, config := start(t, three)
		cluster = c
		var mu sync.Mutex
		chance := rand.New(rand.NewPCG(1, 2))
		c.Befall(func() (bool, error) {
			mu.Lock()
			defer mu.Unlock()
			if chance.IntN(4) > 0 {
				return true, nil
			}
			return chance.IntN(2) == 0, errors.New("lost")
		})
		return &twoNodes{Store: open(t, config), other: open(t, withState(t, config))}
	}, func(ctx context.Context) {
		tick := time.NewTicker(4 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			switch n % 4 {
			case 0, 2:
				cluster.Move()
			case 1:
				cluster.Kill(cluster.Leader())
			case 3:
				for i := range 3 {
					if err := cluster.Up(i); err != nil {
						t.Error(err)
					}
				}
			}
		}
	})
}

// twoNodes asks one node of ours, then the other.
type twoNodes struct {
	eventstore.Store
	other eventstore.Store
	mu    sync.Mutex
	n     int
}

func (w *twoNodes) turn() eventstore.Store {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.n++; w.n%2 == 0 {
		return w.other
	}
	return w.Store
}

func (w *twoNodes) Append(ctx context.Context, stream string, version int64, recs ...eventstore.Record) error {
	return w.turn().Append(ctx, stream, version, recs...)
}

func (w *twoNodes) Stream(ctx context.Context, stream string, after int64) iter.Seq2[eventstore.Record, error] {
	return w.turn().Stream(ctx, stream, after)
}
