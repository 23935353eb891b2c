package storetest

import (
	"context"
	"errors"
	"iter"
	"sync"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// TestBrokenStoresAreFound has the check look at stores that are not linear,
// each in a way of its own, and at the one that they are made of.
func TestBrokenStoresAreFound(t *testing.T) {
	for name, broken := range map[string]func(eventstore.Store) eventstore.Store{
		"reads are a record behind": func(s eventstore.Store) eventstore.Store { return behind{s} },
		"a read shows what no longer is": func(s eventstore.Store) eventstore.Store {
			return &cached{Store: s, of: map[string][]eventstore.Record{}}
		},
		"an append is acknowledged and lost":   func(s eventstore.Store) eventstore.Store { return &losing{Store: s} },
		"of two that want a place both win":    func(s eventstore.Store) eventstore.Store { return both{s} },
		"a conflict is told and stored anyway": func(s eventstore.Store) eventstore.Store { return &lying{Store: s} },
	} {
		t.Run(name, func(t *testing.T) {
			found := false
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			for seed := range uint64(10) {
				history, err := play(ctx, broken(new(memstore.Store)), seed)
				if err != nil {
					t.Fatal(err)
				}
				found = found || linear(history) != nil
			}
			if !found {
				t.Error("ten histories of it pass for those of a sound store")
			}
		})
	}
	history, err := play(t.Context(), new(memstore.Store), 1)
	if err != nil || linear(history) != nil || len(history) != players*playerCalls {
		t.Errorf("a sound store: %d calls, %v, %v", len(history), err, linear(history))
	}
}

type behind struct{ eventstore.Store }

func (b behind) Stream(ctx context.Context, stream string, after int64) iter.Seq2[eventstore.Record, error] {
	return func(yield func(eventstore.Record, error) bool) {
		var last *eventstore.Record
		for r, err := range b.Store.Stream(ctx, stream, after) {
			if last != nil && !yield(*last, err) {
				return
			}
			last = &r
		}
	}
}

// cached reads a stream once, and once more for every third question.
type cached struct {
	eventstore.Store
	mu    sync.Mutex
	asked int
	of    map[string][]eventstore.Record
}

func (c *cached) Stream(ctx context.Context, stream string, after int64) iter.Seq2[eventstore.Record, error] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked++; c.asked%3 == 1 {
		c.of[stream] = nil
		for r := range c.Store.Stream(ctx, stream, 0) {
			c.of[stream] = append(c.of[stream], r)
		}
	}
	recs := c.of[stream]
	return func(yield func(eventstore.Record, error) bool) {
		for _, r := range recs {
			if r.Version > after && !yield(r, nil) {
				return
			}
		}
	}
}

// losing loses every tenth append.
type losing struct {
	eventstore.Store
	mu sync.Mutex
	n  int
}

func (l *losing) Append(ctx context.Context, stream string, version int64, recs ...eventstore.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.n++; l.n%10 == 0 {
		if err := l.Store.Append(ctx, stream, version); err != nil { // only if it had its place
			return l.Store.Append(ctx, stream, version, recs...)
		}
		return nil
	}
	return l.Store.Append(ctx, stream, version, recs...)
}

// both tells whoever comes second that they came first.
type both struct{ eventstore.Store }

func (b both) Append(ctx context.Context, stream string, version int64, recs ...eventstore.Record) error {
	err := b.Store.Append(ctx, stream, version, recs...)
	if errors.Is(err, eventstore.ErrConflict) {
		return nil
	}
	return err
}

// lying tells of a conflict where there was none, now and then.
type lying struct {
	eventstore.Store
	mu sync.Mutex
	n  int
}

func (l *lying) Append(ctx context.Context, stream string, version int64, recs ...eventstore.Record) error {
	err := l.Store.Append(ctx, stream, version, recs...)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.n++; err == nil && l.n%10 == 0 {
		return eventstore.ErrConflict
	}
	return err
}
