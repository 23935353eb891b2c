package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

func streamAfter(t *testing.T, ctx context.Context, s eventstore.Store) {
	held := records(5)
	mustAppend(t, ctx, s, "b-1", 0, records(3)...)
	mustAppend(t, ctx, s, "a-1", 0, held[:2]...)
	mustAppend(t, ctx, s, "b-1", 3, records(3)...)
	mustAppend(t, ctx, s, "a-1", 2, held[2:]...)
	for after := range 8 {
		got := collect(t, s.Stream(ctx, "a-1", int64(after)))
		if d := cmp.Diff(ids(held[min(after, 5):]), ids(got)); d != "" {
			t.Errorf("after %d (-want +got):\n%s", after, d)
		}
	}
	if got := collect(t, s.Stream(ctx, "c-1", 0)); len(got) != 0 {
		t.Errorf("a stream nobody wrote has %d records", len(got))
	}
}

func allAfter(t *testing.T, ctx context.Context, s eventstore.Store) {
	if got := collect(t, s.All(ctx, 0)); len(got) != 0 {
		t.Errorf("an empty store has %d records", len(got))
	}
	held := records(6)
	mustAppend(t, ctx, s, "a-1", 0, held[:2]...)
	mustAppend(t, ctx, s, "b-1", 0, held[2])
	mustAppend(t, ctx, s, "a-1", 2, held[3])
	mustAppend(t, ctx, s, "b-1", 1, held[4:]...)
	all := collect(t, s.All(ctx, 0))
	if d := cmp.Diff(ids(held), ids(all)); d != "" {
		t.Fatalf("the order of appends (-want +got):\n%s", d)
	}
	for i, r := range all {
		if d := cmp.Diff(all[i+1:], collect(t, s.All(ctx, r.Position)), same); len(all[i+1:]) > 0 && d != "" {
			t.Errorf("after %d (-want +got):\n%s", r.Position, d)
		}
	}
	if got := collect(t, s.All(ctx, all[5].Position)); len(got) != 0 {
		t.Errorf("%d records come after the last", len(got))
	}
}

// longReads is longer than any store's page, in count and in bytes.
func longReads(t *testing.T, ctx context.Context, s eventstore.Store) {
	held := records(2_500)
	for i := range 6 {
		held[400*i].Data = make([]byte, eventstore.MaxAppend-(64<<10))
		for j := range held[400*i].Data {
			held[400*i].Data[j] = byte('a' + i)
		}
	}
	for i := 0; i < len(held); i += 50 {
		mustAppend(t, ctx, s, "a-1", int64(i), held[i:i+50]...)
	}
	wantStream(t, ctx, s, "a-1", held...)
	var last eventstore.Position
	n := 0
	for r, err := range s.All(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.ID != held[n].ID || r.Position <= last || !slices.Equal(r.Data, held[n].Data) {
			t.Fatalf("record %d at %d after %d is not the one appended", n, r.Position, last)
		}
		last, n = r.Position, n+1
	}
	if n != len(held) {
		t.Errorf("read %d records, want %d", n, len(held))
	}
}

// readersAgree has readers follow the store while writers write: each asks
// again from where it stopped. All must have seen the one order in the end, so
// none passed over a record that appeared behind it.
func readersAgree(t *testing.T, ctx context.Context, s eventstore.Store) {
	const writers, appends, readers = 8, 40, 4
	var writing, reading sync.WaitGroup
	var done atomic.Bool
	for w := range writers {
		writing.Go(func() {
			version := int64(0)
			for n := range appends {
				recs := records(1 + n%3)
				if err := s.Append(ctx, fmt.Sprintf("a-%d", w), version, recs...); err != nil {
					t.Errorf("Append: %v", err)
					return
				}
				version += int64(len(recs))
			}
		})
	}
	seen := make([][]eventstore.Record, readers)
	for i := range seen {
		reading.Go(func() {
			var last eventstore.Position
			for ended := false; !ended; {
				ended = done.Load() // and then once more
				for r, err := range s.All(ctx, last) {
					if err != nil {
						t.Errorf("All: %v", err)
						return
					}
					if r.Position <= last {
						t.Errorf("position %d comes after %d", r.Position, last)
					}
					last = r.Position
					seen[i] = append(seen[i], r)
				}
			}
		})
	}
	writing.Wait()
	done.Store(true)
	reading.Wait()
	want := collect(t, s.All(ctx, 0))
	if len(want) < writers*appends {
		t.Fatalf("the store holds %d records, want at least %d", len(want), writers*appends)
	}
	for i := range seen {
		if d := cmp.Diff(want, seen[i], same); d != "" {
			t.Errorf("reader %d saw another order (-store +reader):\n%s", i, d)
		}
	}
}

func headIsLast(t *testing.T, ctx context.Context, s eventstore.Store) {
	if head, err := s.Head(ctx); head != 0 || err != nil {
		t.Errorf("Head of an empty store = %d, %v; want 0, nil", head, err)
	}
	for i := range 3 {
		mustAppend(t, ctx, s, "a-1", int64(2*i), records(2)...)
		all := collect(t, s.All(ctx, 0))
		head, err := s.Head(ctx)
		if want := all[len(all)-1].Position; head != want || err != nil {
			t.Errorf("Head = %d, %v; want %d, nil", head, err, want)
		}
	}
	before, _ := s.Head(ctx)
	wantConflict(t, s.Append(ctx, "a-1", 0, record()))
	if after, err := s.Head(ctx); after != before || err != nil {
		t.Errorf("Head after a conflict = %d, %v; want %d, nil", after, err, before)
	}
}

func contextEndsReads(t *testing.T, ctx context.Context, s eventstore.Store) {
	mustAppend(t, ctx, s, "a-1", 0, records(5)...)
	reads := map[string]func(context.Context) iter.Seq2[eventstore.Record, error]{
		"Stream": func(ctx context.Context) iter.Seq2[eventstore.Record, error] { return s.Stream(ctx, "a-1", 0) },
		"All":    func(ctx context.Context) iter.Seq2[eventstore.Record, error] { return s.All(ctx, 0) },
	}
	for name, read := range reads {
		for good := range 3 { // how many records are read before the context ends
			mortal, cancel := context.WithCancel(ctx)
			if good == 0 {
				cancel()
			}
			pairs := 0
			for r, err := range read(mortal) {
				pairs++
				if pairs <= good {
					if err != nil {
						t.Errorf("%s: record %d: %v", name, pairs, err)
					}
					if pairs == good {
						cancel()
					}
					continue
				}
				if !errors.Is(err, context.Canceled) || r.ID != "" {
					t.Errorf("%s: pair %d after %d records = %q, %v; want a zero record and context.Canceled", name, pairs, good, r.ID, err)
				}
			}
			cancel()
			if pairs != good+1 {
				t.Errorf("%s: %d pairs, want %d records and one error", name, pairs, good)
			}
		}
	}
	dead, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Head(dead); !errors.Is(err, context.Canceled) {
		t.Errorf("Head with a cancelled context = %v; want context.Canceled", err)
	}
}

// brokenReadsHoldNothing breaks off more reads than any store has connections.
func brokenReadsHoldNothing(t *testing.T, ctx context.Context, s eventstore.Store) {
	held := records(3)
	mustAppend(t, ctx, s, "a-1", 0, held...)
	for range 300 {
		for range s.Stream(ctx, "a-1", 0) {
			break
		}
		for range s.All(ctx, 0) {
			break
		}
	}
	next := record()
	mustAppend(t, ctx, s, "a-1", 3, next)
	wantStream(t, ctx, s, "a-1", append(held, next)...)
}

func bodiesUseTheStore(t *testing.T, ctx context.Context, s eventstore.Store) {
	mustAppend(t, ctx, s, "a-1", 0, records(40)...)
	n := int64(0)
	for outer, err := range s.Stream(ctx, "a-1", 0) {
		if err != nil {
			t.Fatal(err)
		}
		mustAppend(t, ctx, s, "b-1", n, record())
		n++
		inner := collect(t, s.All(ctx, outer.Position))
		if len(inner) != 40 { // each round one behind us, one more at the end
			t.Fatalf("inside record %d, %d records come later, want 40", n, len(inner))
		}
	}
	if n != 40 {
		t.Errorf("the loop ran %d times, want 40", n)
	}
}
