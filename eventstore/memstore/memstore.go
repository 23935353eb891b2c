// Package memstore keeps events in memory, for tests.
package memstore

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/internal/bell"
)

// step is the usual distance between two positions, so that no caller comes to rely
// on positions without gaps.
const step = 7

// A Store is an eventstore.Store held in memory. Its zero value is ready. The
// bytes of the records it yields are its own: read them, do not change them.
type Store struct {
	// Fault, if set, runs inside each Append that would store records. It says
	// whether they are stored and, apart from that, which error is returned.
	// It must not use the store. Change it only while no Append runs.
	Fault func() (stored bool, err error)

	// Step is the distance between two positions; 0 for 7. With 1 they are
	// dense, as those of other stores are. Set it before anything else.
	Step int64

	bell    bell.Bell
	mu      sync.RWMutex        // guards what follows
	all     []eventstore.Record // in the total order; only ever grows
	streams map[string][]int    // stream -> where its records are in all
	ids     map[string]struct{} // every id stored
}

var _ eventstore.Store = (*Store)(nil)

func (s *Store) step() eventstore.Position { return eventstore.Position(cmp.Or(s.Step, step)) }

// Append implements eventstore.Store. An id that the store holds anywhere but
// in the place asked for is an error, and nothing is stored.
func (s *Store) Append(ctx context.Context, stream string, version int64, recs ...eventstore.Record) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("append to %s: %w", stream, err)
	}
	if n := size(recs); n > eventstore.MaxAppend {
		return fmt.Errorf("append to %s: %d bytes of data and meta, the most is %d", stream, n, eventstore.MaxAppend)
	}
	stored, err := s.append(stream, version, recs)
	if stored {
		s.bell.Ring()
	}
	return err
}

func (s *Store) append(stream string, version int64, recs []eventstore.Record) (stored bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if int64(len(s.streams[stream])) != version {
		return false, s.repeated(stream, version, recs)
	}
	if err := s.unused(stream, recs); err != nil || len(recs) == 0 {
		return false, err
	}
	stored = true
	if s.Fault != nil {
		stored, err = s.Fault()
	}
	if !stored {
		return false, err
	}
	if s.streams == nil {
		s.streams, s.ids = map[string][]int{}, map[string]struct{}{}
	}
	for i, r := range recs {
		r.Stream, r.Version = stream, version+int64(i)+1
		r.Position = eventstore.Position(len(s.all)+1) * s.step()
		r.At = time.UnixMilli(r.At.UnixMilli()).UTC()
		r.Salt, r.Data, r.Meta = bytes.Clone(r.Salt), bytes.Clone(r.Data), bytes.Clone(r.Meta)
		s.streams[stream] = append(s.streams[stream], len(s.all))
		s.ids[r.ID] = struct{}{}
		s.all = append(s.all, r)
	}
	return true, err
}

// repeated answers an append to a stream that is not at version: nil if recs
// are what stands after version, ErrConflict if none of them stands there.
func (s *Store) repeated(stream string, version int64, recs []eventstore.Record) error {
	same, places := 0, s.streams[stream]
	for i, r := range recs {
		if at := version + int64(i); at >= 0 && at < int64(len(places)) && s.all[places[at]].ID == r.ID {
			same++
		}
	}
	switch {
	case same == 0:
		return eventstore.ErrConflict
	case same < len(recs):
		return fmt.Errorf("append to %s: %d of %d ids already stand after version %d", stream, same, len(recs), version)
	}
	return nil
}

// unused refuses recs if the store holds one of their ids, or they hold one twice.
func (s *Store) unused(stream string, recs []eventstore.Record) error {
	for i, r := range recs {
		if _, used := s.ids[r.ID]; used || slices.ContainsFunc(recs[:i], func(o eventstore.Record) bool { return o.ID == r.ID }) {
			return fmt.Errorf("append to %s: id %s is used already", stream, r.ID)
		}
	}
	return nil
}

// Stream implements eventstore.Store.
func (s *Store) Stream(ctx context.Context, stream string, after int64) iter.Seq2[eventstore.Record, error] {
	return s.each(ctx, func(n int) (eventstore.Record, bool) {
		places := s.streams[stream]
		if n += int(max(after, 0)); n >= len(places) {
			return eventstore.Record{}, false
		}
		return s.all[places[n]], true
	})
}

// All implements eventstore.Store.
func (s *Store) All(ctx context.Context, after eventstore.Position) iter.Seq2[eventstore.Record, error] {
	return s.each(ctx, func(n int) (eventstore.Record, bool) {
		if n += int(max(after, 0) / s.step()); n >= len(s.all) {
			return eventstore.Record{}, false
		}
		return s.all[n], true
	})
}

// each yields nth(0), nth(1) and so on, called with the store locked for
// reading. The loop's body runs unlocked, and may use the store.
func (s *Store) each(ctx context.Context, nth func(int) (eventstore.Record, bool)) iter.Seq2[eventstore.Record, error] {
	return func(yield func(eventstore.Record, error) bool) {
		for n := 0; ; n++ {
			if err := ctx.Err(); err != nil {
				yield(eventstore.Record{}, err)
				return
			}
			s.mu.RLock()
			r, ok := nth(n)
			s.mu.RUnlock()
			if !ok || !yield(r, nil) {
				return
			}
		}
	}
}

// Head implements eventstore.Store.
func (s *Store) Head(ctx context.Context) (eventstore.Position, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return eventstore.Position(len(s.all)) * s.step(), nil
}

// Wake implements eventstore.Store.
func (s *Store) Wake(ctx context.Context) <-chan struct{} { return s.bell.Listen(ctx) }

// size counts the bytes that eventstore.MaxAppend bounds.
func size(recs []eventstore.Record) int {
	n := 0
	for _, r := range recs {
		n += len(r.Data) + len(r.Meta)
	}
	return n
}
