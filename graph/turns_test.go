package graph

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

// Callers take turns: one with many waiting is not served before another who
// came later with one.
func TestTurnsAreFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := &turns{most: 1, each: 1, waiting: 3}
		release, ok, err := turns.take(t.Context(), "ann")
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		var mu sync.Mutex
		var served []string
		wait := func(who string) {
			go func() {
				release, _, err := turns.take(t.Context(), who)
				if err != nil {
					return
				}
				mu.Lock()
				served = append(served, who)
				mu.Unlock()
				release()
			}()
			synctest.Wait()
		}
		for _, who := range []string{"ann", "ann", "ann", "ben", "eve", "ben"} {
			wait(who)
		}
		if _, ok, err := turns.take(t.Context(), "ann"); ok || err != nil {
			t.Errorf("a fourth of ann waits: %t, %v", ok, err)
		}
		release()
		release() // twice is once
		synctest.Wait()
		if want := []string{"ann", "ben", "eve", "ann", "ben", "ann"}; !slices.Equal(served, want) {
			t.Errorf("served %v, want %v", served, want)
		}
	})
}

// Whatever callers do, no more are under way than may be, nobody waits who could
// begin, and whoever gives up leaves nothing behind.
func TestTurnsKeepTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		turns := &turns{most: rapid.IntRange(0, 3).Draw(t, "most"), each: rapid.IntRange(1, 2).Draw(t, "each"), waiting: 2}
		type waiter struct {
			who     string
			cancel  context.CancelFunc
			done    chan struct{}
			release func()
			err     error
		}
		var waiters, under []*waiter
		settle := func() { // those whose turn has come are under way
			turns.mu.Lock()
			begun := map[string]int{}
			for who, n := range turns.of {
				begun[who] = n
			}
			turns.mu.Unlock()
			for _, u := range under {
				begun[u.who]--
			}
			for _, w := range slices.Clone(waiters) {
				if begun[w.who] > 0 {
					await.Value(t, w.done, "the turn")
					begun[w.who]--
					under = append(under, w)
					waiters = slices.DeleteFunc(waiters, func(o *waiter) bool { return o == w })
				}
			}
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			who := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "who")
			switch rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				ctx, cancel := context.WithCancel(context.Background())
				w := &waiter{who: who, cancel: cancel, done: make(chan struct{})}
				turns.mu.Lock()
				queued, free := len(turns.queue[who]), turns.free(who)
				turns.mu.Unlock()
				if !free && queued >= turns.waiting {
					if _, ok, _ := turns.take(ctx, who); ok {
						t.Fatal("more wait than may")
					}
					cancel()
					continue
				}
				go func() {
					defer close(w.done)
					w.release, _, w.err = turns.take(ctx, who)
				}()
				for entered := false; !entered; { // it waits, or has begun
					turns.mu.Lock()
					entered = len(turns.queue[who]) > queued || free
					turns.mu.Unlock()
				}
				if free {
					await.Value(t, w.done, "the turn")
					under = append(under, w)
				} else {
					waiters = append(waiters, w)
				}
			case 1:
				if len(under) > 0 {
					u := under[0]
					under = under[1:]
					u.release()
				}
			case 2:
				if len(waiters) > 0 {
					w := waiters[0]
					w.cancel()
					await.Value(t, w.done, "the turn")
					if !errors.Is(w.err, context.Canceled) {
						t.Fatalf("who gave up hears %v", w.err)
					}
					waiters = waiters[1:]
				}
			}
			settle()
			turns.mu.Lock()
			each := map[string]int{}
			for _, u := range under {
				each[u.who]++
			}
			if turns.under != len(under) || turns.most > 0 && turns.under > turns.most {
				t.Fatalf("%d count as under way of %d, at most %d", turns.under, len(under), turns.most)
			}
			for who, n := range each {
				if n > turns.each || turns.of[who] != n {
					t.Fatalf("%d of %s are under way, counted as %d, at most %d", n, who, turns.of[who], turns.each)
				}
			}
			for who := range turns.queue {
				if turns.free(who) {
					t.Fatalf("%s waits and could begin", who)
				}
			}
			turns.mu.Unlock()
		}
		for _, w := range waiters {
			w.cancel()
			await.Value(t, w.done, "the turn")
			if w.release != nil {
				w.release()
			}
		}
		for _, u := range under {
			u.release()
		}
		if turns.under != 0 || len(turns.of)+len(turns.queue)+len(turns.order) > 0 {
			t.Fatalf("left behind: %+v", turns)
		}
	})
}
