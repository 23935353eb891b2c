package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// A Fault is what befalls one append that would store records: whether they
// are stored, and, apart from that, which error comes back.
type Fault func() (stored bool, err error)

var errDown = errors.New("the store went down")

// RunFaults proves that a caller who repeats an append with the same ids until
// the answer is nil or ErrConflict ends with one copy, whether or not the
// failed calls stored. It calls open for an empty store in every case; the
// store must ask fault about each append that would store records, and about
// no other. A store that needs a restart after a failure has one inside open's
// store, before the next call.
func RunFaults(t *testing.T, open func(t *testing.T, fault Fault) eventstore.Store) {
	for _, size := range []int{1, 3} {
		for _, order := range [][]bool{{false}, {true}, {false, true}, {false, false, true}, {false, false}} {
			t.Run(fmt.Sprintf("%d records, stored %v", size, order), func(t *testing.T) {
				var script faults
				everyWriteFails(t, open(t, script.next), &script, size, order)
			})
		}
	}
	t.Run("the place is lost after a failure that did not store", func(t *testing.T) {
		var script faults
		placeIsLost(t, open(t, script.next), &script)
	})
	t.Run("the stream moves on after a failure that did store", func(t *testing.T) {
		var script faults
		streamMovesOn(t, open(t, script.next), &script)
	})
	t.Run("a quiet failure leaves the order whole", func(t *testing.T) {
		var script faults
		orderStaysWhole(t, open(t, script.next), &script)
	})
}

// faults says of each failure to come whether its records are stored. When
// none is left, appends succeed. It is used by one goroutine at a time.
type faults struct{ left []bool }

func (f *faults) next() (stored bool, err error) {
	if len(f.left) == 0 {
		return true, nil
	}
	stored, f.left = f.left[0], f.left[1:]
	return stored, errDown
}

// everyWriteFails makes every write of a short history fail as order says,
// and repeats it until it is told how it ended.
func everyWriteFails(t *testing.T, s eventstore.Store, script *faults, size int, order []bool) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	held := map[string][]eventstore.Record{}
	for _, stream := range []string{"a-1", "b-1", "a-1", "a-1", "b-1"} {
		recs, version := records(size), int64(len(held[stream]))
		script.left = order
		failed := 0
		for {
			err := s.Append(ctx, stream, version, recs...)
			if err == nil {
				break
			}
			if errors.Is(err, eventstore.ErrConflict) || failed > len(order) {
				t.Fatalf("append to %s at %d, after %d failures: %v", stream, version, failed, err)
			}
			failed++
		}
		if failed != len(order) || len(script.left) != 0 {
			t.Errorf("%d failures with %d left, want %d and none: the fault was not asked once a write", failed, len(script.left), len(order))
		}
		held[stream] = append(held[stream], recs...)
	}
	for stream, recs := range held {
		wantStream(t, ctx, s, stream, recs...)
	}
	wantStored(t, ctx, s, 5*size)
}

func placeIsLost(t *testing.T, s eventstore.Store, script *faults) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	mine, other := records(2), record()
	script.left = []bool{false}
	wantRefusal(t, s.Append(ctx, "a-1", 0, mine...))
	mustAppend(t, ctx, s, "a-1", 0, other)
	for range 2 {
		wantConflict(t, s.Append(ctx, "a-1", 0, mine...))
	}
	wantStream(t, ctx, s, "a-1", other)
	mustAppend(t, ctx, s, "a-1", 1, mine...) // decided anew, with the same ids
	wantStream(t, ctx, s, "a-1", other, mine[0], mine[1])
}

func streamMovesOn(t *testing.T, s eventstore.Store, script *faults) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	mine, other := records(2), record()
	script.left = []bool{true}
	wantRefusal(t, s.Append(ctx, "a-1", 0, mine...))
	wantConflict(t, s.Append(ctx, "a-1", 0, other))
	mustAppend(t, ctx, s, "a-1", 2, other)
	for range 2 {
		mustAppend(t, ctx, s, "a-1", 0, mine...)
	}
	wantStream(t, ctx, s, "a-1", mine[0], mine[1], other)
	wantStored(t, ctx, s, 3)
}

// orderStaysWhole reads on after each failure, as a reader does who cannot know of it.
func orderStaysWhole(t *testing.T, s eventstore.Store, script *faults) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var last eventstore.Position
	var seen []eventstore.Record
	look := func() {
		t.Helper()
		for _, r := range collect(t, s.All(ctx, last)) {
			if r.Position <= last {
				t.Errorf("position %d comes after %d", r.Position, last)
			}
			last, seen = r.Position, append(seen, r)
		}
	}
	var held []eventstore.Record
	for n := range 6 {
		r := record()
		script.left = []bool{n%2 == 0}
		wantRefusal(t, s.Append(ctx, "a-1", int64(n), r))
		look()
		mustAppend(t, ctx, s, "a-1", int64(n), r)
		look()
		held = append(held, r)
	}
	if len(seen) != len(held) {
		t.Fatalf("the reader saw %d records, want %d", len(seen), len(held))
	}
	for i := range seen {
		if seen[i].ID != held[i].ID {
			t.Errorf("the reader saw %s as record %d, want %s", seen[i].ID, i, held[i].ID)
		}
	}
	wantStream(t, ctx, s, "a-1", held...)
}
