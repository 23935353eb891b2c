package lease

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

// A clock is moved by its test.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2020, 3, 4, 10, 0, 0, 0, time.UTC)} }

func (c *clock) time() time.Time      { return c.now }
func (c *clock) wait(d time.Duration) { c.now = c.now.Add(d) }

func hold(t *testing.T, l *Lease, want bool) {
	t.Helper()
	if got, err := l.Hold(t.Context()); err != nil || got != want {
		t.Errorf("%s: Hold = %v, %v; want %v", l.Node, got, err, want)
	}
}

// TestOneHolds has a lease pass from a node that is silent to one that asks.
func TestOneHolds(t *testing.T) {
	c := newClock()
	r := new(memstore.Register)
	a, b := &Lease{Register: r, Name: "timers", Node: "a", Now: c.time}, &Lease{Register: r, Name: "timers", Node: "b", Now: c.time}
	hold(t, a, true)
	hold(t, b, false)
	for range 30 {
		c.wait(Lasts / 5)
		hold(t, a, true)
		hold(t, b, false)
	}
	c.wait(Lasts - time.Millisecond)
	hold(t, b, false)
	c.wait(Lasts) // b has seen no renewal for as long as a lease lasts
	hold(t, b, true)
	hold(t, a, false)
	hold(t, &Lease{Register: r, Name: "signer", Node: "a", Now: c.time}, true)
}

// TestClocks gives the nodes clocks that disagree by days.
func TestClocks(t *testing.T) {
	c := newClock()
	r := new(memstore.Register)
	ahead := func() time.Time { return c.now.Add(72 * time.Hour) }
	a, b := &Lease{Register: r, Name: "timers", Node: "a", Now: c.time}, &Lease{Register: r, Name: "timers", Node: "b", Now: ahead}
	hold(t, a, true)
	hold(t, b, false)
	c.wait(Lasts / 2)
	hold(t, b, false)
	c.wait(Lasts)
	hold(t, b, true)
}

// TestRenewsSeldom counts what an eager holder writes.
func TestRenewsSeldom(t *testing.T) {
	c := newClock()
	r := new(memstore.Register)
	a := &Lease{Register: r, Name: "timers", Node: "a", Now: c.time}
	for range 300 {
		hold(t, a, true)
		c.wait(Lasts / 100)
	}
	if _, version, _ := r.Get(t.Context(), "timers"); version > 10 {
		t.Errorf("three times as long as it lasts, it was written %d times", version)
	}
}

// TestRelease lets another node in at once, and never takes from it.
func TestRelease(t *testing.T) {
	r := new(memstore.Register)
	a, b := &Lease{Register: r, Name: "timers", Node: "a"}, &Lease{Register: r, Name: "timers", Node: "b"}
	hold(t, a, true)
	if err := b.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	hold(t, b, false)
	if err := a.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	hold(t, b, true)
	if err := a.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	hold(t, b, true)
}

// TestRacing has many nodes ask at once: one gets it.
func TestRacing(t *testing.T) {
	r := new(memstore.Register)
	var wg sync.WaitGroup
	var held atomic.Int64
	for n := range 16 {
		wg.Go(func() {
			l := &Lease{Register: r, Name: "timers", Node: string(rune('a' + n))}
			got, err := l.Hold(t.Context())
			if err != nil {
				t.Error(err)
			}
			if got {
				held.Add(1)
			}
		})
	}
	await.All(t, &wg, "the nodes")
	if held.Load() != 1 {
		t.Errorf("%d nodes hold it", held.Load())
	}
}

// A slow register lets something happen before it tells what stands in it.
type slow struct {
	eventstore.Register
	meanwhile func()
}

func (s slow) Get(ctx context.Context, name string) ([]byte, int64, error) {
	value, version, err := s.Register.Get(ctx, name)
	s.meanwhile()
	return value, version, err
}

// TestBeaten has another node take what this one saw to be free.
func TestBeaten(t *testing.T) {
	r := new(memstore.Register)
	b := &Lease{Register: r, Name: "timers", Node: "b"}
	a := &Lease{Register: slow{r, func() { hold(t, b, true) }}, Name: "timers", Node: "a"}
	hold(t, a, false)
}

// TestFaults loses the answer to a write that took place, or did not.
func TestFaults(t *testing.T) {
	down := errors.New("down")
	for _, stored := range []bool{false, true} {
		r := &memstore.Register{Fault: func() (bool, error) { return stored, down }}
		a, b := &Lease{Register: r, Name: "timers", Node: "a"}, &Lease{Register: r, Name: "timers", Node: "b"}
		if got, err := a.Hold(t.Context()); got || !errors.Is(err, down) {
			t.Errorf("stored %v: Hold = %v, %v", stored, got, err)
		}
		r.Fault = nil
		hold(t, a, true)
		hold(t, b, false)
	}
}

type unreadable struct{ eventstore.Register }

func (unreadable) Get(context.Context, string) ([]byte, int64, error) {
	return nil, 0, errors.New("down")
}

func TestUnreadable(t *testing.T) {
	l := &Lease{Register: unreadable{}, Name: "timers", Node: "a"}
	if got, err := l.Hold(t.Context()); got || err == nil {
		t.Errorf("Hold = %v, %v", got, err)
	}
	if err := l.Release(t.Context()); err == nil {
		t.Error("Release gave no error")
	}
}

// A clock that steps back, stalls or jumps ahead never has a lease stay with a
// node that is silent, nor go to another before it has lapsed: tried right
// before a lease has lasted, and when it has.
func TestClocksThatMove(t *testing.T) {
	for _, tt := range []struct {
		name  string
		moves []time.Duration // of the other node's clock, between its questions
		holds bool            // the other has it after the last
	}{
		{"right before it has lapsed", []time.Duration{Lasts - time.Nanosecond}, false},
		{"when it has lapsed", []time.Duration{Lasts}, true},
		{"a clock that stalls", []time.Duration{0, 0, 0}, false},
		{"a clock that steps back", []time.Duration{-time.Hour}, false},
		{"a clock that steps back, right before it has lapsed since", []time.Duration{-time.Hour, Lasts - time.Nanosecond}, false},
		{"a clock that steps back, when it has lapsed since", []time.Duration{-time.Hour, Lasts}, true},
		{"a clock that steps back after nearly as long", []time.Duration{Lasts - time.Nanosecond, -time.Nanosecond, time.Nanosecond}, false},
	} {
		c, r := newClock(), new(memstore.Register)
		silent := &Lease{Register: r, Name: "timers", Node: "silent", Now: newClock().time}
		other := &Lease{Register: r, Name: "timers", Node: "other", Now: c.time}
		hold(t, silent, true)
		hold(t, other, false)
		var got bool
		for _, d := range tt.moves {
			c.wait(d)
			var err error
			if got, err = other.Hold(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got != tt.holds {
			t.Errorf("%s: the other node has it: %t, want %t", tt.name, got, tt.holds)
		}
	}
	// Who has it renews it in time, also after its own clock stepped back.
	c, r := newClock(), new(memstore.Register)
	l := &Lease{Register: r, Name: "timers", Node: "a", Now: c.time}
	for _, d := range []time.Duration{0, Lasts/3 - time.Nanosecond, time.Nanosecond, -time.Hour, Lasts / 3} {
		c.wait(d)
		hold(t, l, true)
	}
	if _, version, err := r.Get(t.Context(), "timers"); err != nil || version != 3 {
		t.Errorf("the lease was written %d times, want 3: taken, renewed after a third, and again after the clock stepped back (%v)", version, err)
	}
}
