package sharedtest

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
)

// Bell proves that what open returns keeps the contract: the bell as several
// nodes have it, or the only one.
func Bell(t *testing.T, open func(t *testing.T) []shared.Bell) {
	// heard reports whether an ear hears a ring before long. A bell may lose one,
	// so it is rung until it does.
	heard := func(t *testing.T, b shared.Bell, ear <-chan struct{}) {
		t.Helper()
		end := time.NewTimer(20 * time.Second)
		defer end.Stop()
		again := time.NewTicker(20 * time.Millisecond)
		defer again.Stop()
		for {
			b.Ring()
			select {
			case _, isOpen := <-ear:
				if !isOpen {
					t.Fatal("the channel is closed")
				}
				return
			case <-again.C:
			case <-end.C:
				t.Fatal("nobody hears it")
			}
		}
	}

	t.Run("everybody who listens hears it, on every node", func(t *testing.T) {
		bells := open(t)
		for _, b := range bells {
			for _, other := range bells {
				heard(t, b, other.Listen(t.Context()))
				heard(t, b, other.Listen(t.Context()))
			}
		}
	})
	t.Run("nobody need listen", func(t *testing.T) {
		for _, b := range open(t) {
			for range 1000 {
				b.Ring()
			}
		}
	})
	t.Run("rings that nobody took make one", func(t *testing.T) {
		b := open(t)[0]
		ear := b.Listen(t.Context())
		for range 1000 {
			b.Ring()
		}
		if n := len(ear); n != 1 {
			t.Errorf("%d rings wait, want one", n)
		}
	})
	t.Run("who stopped listening is forgotten", func(t *testing.T) {
		b := open(t)[0]
		ctx, cancel := context.WithCancel(t.Context())
		ear := b.Listen(ctx)
		heard(t, b, ear)
		cancel()
		end := time.Now().Add(20 * time.Second)
		for b.Ring(); len(ear) > 0; b.Ring() { // it is told apart from this test, a moment later
			if <-ear; time.Now().After(end) {
				t.Fatal("it is still rung for")
			}
			runtime.Gosched()
		}
	})
}
