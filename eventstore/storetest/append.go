package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

func versionsAreDense(t *testing.T, ctx context.Context, s eventstore.Store) {
	a, b := records(7), records(2)
	mustAppend(t, ctx, s, "a-1", 0, a[0])
	mustAppend(t, ctx, s, "b-1", 0, b[0])
	mustAppend(t, ctx, s, "a-1", 1, a[1], a[2], a[3])
	mustAppend(t, ctx, s, "b-1", 1, b[1])
	mustAppend(t, ctx, s, "a-1", 4, a[4])
	mustAppend(t, ctx, s, "a-1", 5, a[5], a[6])
	wantStream(t, ctx, s, "a-1", a...)
	wantStream(t, ctx, s, "b-1", b...)
}

func oneWriterWins(t *testing.T, ctx context.Context, s eventstore.Store) {
	const writers = 20
	var held []eventstore.Record
	for round := range 10 {
		var wg sync.WaitGroup
		recs, errs := records(2*writers), make([]error, writers)
		for i := range writers {
			wg.Go(func() { errs[i] = s.Append(ctx, "a-1", int64(2*round), recs[2*i], recs[2*i+1]) })
		}
		wg.Wait()
		won := 0
		for i, err := range errs {
			if err == nil {
				won++
				held = append(held, recs[2*i], recs[2*i+1])
				continue
			}
			wantConflict(t, err)
		}
		if won != 1 {
			t.Fatalf("%d writers won, want 1", won)
		}
	}
	wantStream(t, ctx, s, "a-1", held...)
	wantStored(t, ctx, s, len(held))
}

func repeatIsQuiet(t *testing.T, ctx context.Context, s eventstore.Store) {
	one, two, three := records(1), records(3), records(1)
	mustAppend(t, ctx, s, "a-1", 0, one...)
	mustAppend(t, ctx, s, "a-1", 0, one...)
	mustAppend(t, ctx, s, "a-1", 1, two...)
	mustAppend(t, ctx, s, "a-1", 1, two...)
	mustAppend(t, ctx, s, "a-1", 4, three...)
	for range 2 { // however far the stream has moved since
		mustAppend(t, ctx, s, "a-1", 0, one...)
		mustAppend(t, ctx, s, "a-1", 1, two...)
	}
	wantStream(t, ctx, s, "a-1", slices.Concat(one, two, three)...)
	wantStored(t, ctx, s, 5)
}

func racingRepeatIsQuiet(t *testing.T, ctx context.Context, s eventstore.Store) {
	var held []eventstore.Record
	for range 20 {
		var wg sync.WaitGroup
		recs, errs := records(2), make([]error, 8)
		for i := range errs {
			wg.Go(func() { errs[i] = s.Append(ctx, "a-1", int64(len(held)), recs...) })
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatalf("one append made many times at once: %v", err)
		}
		held = append(held, recs...)
	}
	wantStream(t, ctx, s, "a-1", held...)
}

func partIsAnError(t *testing.T, ctx context.Context, s eventstore.Store) {
	held := records(3)
	mustAppend(t, ctx, s, "a-1", 0, held...)
	other := record()
	for name, recs := range map[string][]eventstore.Record{
		"one more than was stored": {held[0], held[1], held[2], other},
		"the last is another":      {held[0], held[1], other},
		"the first is another":     {other, held[1], held[2]},
	} {
		if err := s.Append(ctx, "a-1", 0, recs...); err == nil || errors.Is(err, eventstore.ErrConflict) {
			t.Errorf("%s: Append = %v; want an error other than ErrConflict", name, err)
		}
	}
	wantStream(t, ctx, s, "a-1", held...)
	wantStored(t, ctx, s, 3)
}

func wrongVersionConflicts(t *testing.T, ctx context.Context, s eventstore.Store) {
	wantConflict(t, s.Append(ctx, "a-1", 1, record()))
	held := records(4)
	mustAppend(t, ctx, s, "a-1", 0, held...)
	for _, version := range []int64{0, 1, 3, 5, 6, 1 << 40} {
		wantConflict(t, s.Append(ctx, "a-1", version, record()))
		wantConflict(t, s.Append(ctx, "a-1", version, records(3)...))
	}
	wantStream(t, ctx, s, "a-1", held...)
	wantStored(t, ctx, s, 4)
	last := record()
	mustAppend(t, ctx, s, "a-1", 4, last) // and nothing of this hurt the stream
	wantStream(t, ctx, s, "a-1", append(held, last)...)
}

// appendIsWhole proves that the records of one append are all there or none,
// next to each other in the total order, while others write.
func appendIsWhole(t *testing.T, ctx context.Context, s eventstore.Store) {
	const writers, appends, each = 6, 15, 4
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range appends {
				if err := s.Append(ctx, fmt.Sprintf("a-%d", w), int64(n*each), records(each)...); err != nil {
					t.Errorf("Append: %v", err)
				}
			}
		})
	}
	for range 20 {
		if n := len(collect(t, s.All(ctx, 0))); n%each != 0 {
			t.Errorf("a reader saw %d records, which is a part of an append", n)
		}
	}
	wg.Wait()
	all := collect(t, s.All(ctx, 0))
	if len(all) != writers*appends*each {
		t.Fatalf("the store holds %d records, want %d", len(all), writers*appends*each)
	}
	for i, r := range all {
		if first := all[i-i%each]; r.Stream != first.Stream || r.Version != first.Version+int64(i%each) {
			t.Fatalf("record %d is %s at %d; its append begins with %s at %d", i, r.Stream, r.Version, first.Stream, first.Version)
		}
	}
}

func emptyAppendAsks(t *testing.T, ctx context.Context, s eventstore.Store) {
	mustAppend(t, ctx, s, "a-1", 0)
	wantConflict(t, s.Append(ctx, "a-1", 1))
	r := record()
	mustAppend(t, ctx, s, "a-1", 0, r)
	mustAppend(t, ctx, s, "a-1", 1)
	wantConflict(t, s.Append(ctx, "a-1", 0))
	wantConflict(t, s.Append(ctx, "a-1", 2))
	wantStream(t, ctx, s, "a-1", r)
}

func appendIsLimited(t *testing.T, ctx context.Context, s eventstore.Store) {
	filled := func(data, meta int) eventstore.Record {
		r := record()
		r.Data, r.Meta = make([]byte, data), make([]byte, meta)
		for i := range r.Data {
			r.Data[i] = 'd'
		}
		return r
	}
	const limit = eventstore.MaxAppend
	for _, recs := range [][]eventstore.Record{
		{filled(limit+1, 0)},
		{filled(limit, 1)},
		{filled(limit/2, 0), filled(limit/2, 0), filled(0, 1)},
	} {
		wantRefusal(t, s.Append(ctx, "a-1", 0, recs...))
	}
	wantStored(t, ctx, s, 0)
	most := []eventstore.Record{filled(limit/2, 0), filled(limit/2-1, 1)}
	mustAppend(t, ctx, s, "a-1", 0, most...)
	got := collect(t, s.Stream(ctx, "a-1", 0))
	if len(got) != 2 || len(got[0].Data) != limit/2 || len(got[1].Data) != limit/2-1 {
		t.Errorf("the largest append did not come back whole")
	}
}

func deadContextStoresNothing(t *testing.T, ctx context.Context, s eventstore.Store) {
	dead, cancel := context.WithCancel(ctx)
	cancel()
	r := record()
	if err := s.Append(dead, "a-1", 0, r); !errors.Is(err, context.Canceled) {
		t.Errorf("Append with a cancelled context = %v; want context.Canceled", err)
	}
	mustAppend(t, ctx, s, "a-1", 0, r)
	wantStream(t, ctx, s, "a-1", r)
}

// racingWritersLoseNothing has writers read, append at what they read, and on
// a conflict read again, on few streams. What was acknowledged must be what is
// there, each exactly once.
func racingWritersLoseNothing(t *testing.T, ctx context.Context, s eventstore.Store) {
	const writers, appends, streams = 8, 25, 3
	acked := make([][]string, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range appends {
				stream, r := fmt.Sprintf("a-%d", (w+n)%streams), record()
				for {
					var version int64
					for held, err := range s.Stream(ctx, stream, 0) {
						if err != nil {
							t.Errorf("Stream: %v", err)
							return
						}
						version = held.Version
					}
					err := s.Append(ctx, stream, version, r)
					if err == nil {
						acked[w] = append(acked[w], r.ID)
						break
					}
					if !errors.Is(err, eventstore.ErrConflict) {
						t.Errorf("Append: %v", err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	want, got := slices.Concat(acked...), ids(collect(t, s.All(ctx, 0)))
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("acknowledged against stored (-want +got):\n%s", d)
	}
}
