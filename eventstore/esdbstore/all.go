package esdbstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// near is how many events are read before it is worth while to subscribe.
const near = 64

var errDone = errors.New("done")

// All implements eventstore.Store. It first asks where our last record is, and
// ends there. What is near it reads; for more it subscribes with a filter, so
// that the events of others stay where they are. The client has no filter for
// reads.
//
// Before it goes on from a position, it reads the event that stands there. If
// that is not the one it knows, another log was put in place of ours, and to go
// on from a position in it would pass over records.
//
// Whoever reads everything has nothing better to do: where no server answers,
// it goes on trying until ctx ends.
func (s *Store) All(ctx context.Context, after eventstore.Position) iter.Seq2[eventstore.Record, error] {
	return func(yield func(eventstore.Record, error) bool) {
		err := s.all(ctx, uint64(max(after, 0)), yield)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil && !errors.Is(err, errBroken) {
			yield(eventstore.Record{}, fmt.Errorf("read events: %w", cause(ctx, err)))
		}
	}
}

func (s *Store) all(ctx context.Context, after uint64, yield func(eventstore.Record, error) bool) error {
	w := &walk{Store: s, at: after, yield: yield}
	err := s.wait(ctx, func() (bool, error) {
		h, err := s.lookBack(ctx)
		if w.head = uint64(h); err == nil && w.head < after {
			err = doubt{fmt.Errorf("our last event is at %d, and position %d was read before: was an older backup put in place?", w.head, after)}
		}
		return false, err
	})
	if err != nil || w.head == after {
		return err
	}
	w.versions = s.known.take(after)
	defer func() { s.known.put(w.at, w.versions) }()
	err = s.wait(ctx, func() (bool, error) {
		was := w.at
		err := w.on(ctx)
		return w.at > was, err
	})
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

// A walk is one reader's way through the order.
type walk struct {
	*Store
	at       uint64 // the position of the last record yielded
	head     uint64 // where it ends
	passed   uint64 // the position of the last event looked at
	versions *versions
	yield    func(eventstore.Record, error) bool
}

// on goes on from where the walk is.
func (w *walk) on(ctx context.Context) error {
	w.passed = w.at
	first, n := w.at > 0, uint64(0)
	if _, err := w.events(ctx, readAll(w.at, near), func(i item) error {
		n++
		if first {
			first = false
			return w.stands(i.event)
		}
		w.passed = i.event.Position.Commit
		return w.see(ctx, i.event)
	}); err != nil {
		return err
	}
	if first || n < near {
		return doubt{fmt.Errorf("the log ends before our event at %d, which was there", w.head)}
	}
	f, err := w.session.feed(ctx, subscribe(w.passed, w.prefix))
	if err != nil {
		return err
	}
	defer f.close()
	for {
		i, err := f.take(ctx, tryTime)
		if err != nil {
			return err
		}
		if i.event == nil {
			if i.checkpoint > w.head {
				return w.stop(fmt.Errorf("our event at %d was there, and is gone", w.head))
			}
			continue
		}
		if err := w.see(ctx, i.event); err != nil {
			return err
		}
	}
}

// stands compares the event at the walk's position with the one that was yielded.
func (w *walk) stands(e *esdb.RecordedEvent) error {
	id, known := w.known.id(w.at)
	if e.Position.Commit != w.at || !strings.HasPrefix(e.StreamID, w.prefix) || known && e.EventID != id {
		return w.stop(fmt.Errorf("event %s of stream %s stands at %d, where another of ours was: was another log put in place?", e.EventID, e.StreamID, w.at))
	}
	return nil
}

// see yields an event if it is ours.
func (w *walk) see(ctx context.Context, e *esdb.RecordedEvent) error {
	if !strings.HasPrefix(e.StreamID, w.prefix) {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r, err := w.decode(e)
	if err != nil {
		return err
	}
	if last, dense := w.versions.next(r.Stream, r.Version); !dense {
		return w.stop(fmt.Errorf("stream %s: version %d follows %d: what was between is gone", e.StreamID, r.Version, last))
	}
	w.at = e.Position.Commit // also if the reader leaves with it
	w.known.note(w.at, e.EventID)
	switch {
	case !w.yield(r, nil):
		return errBroken
	case w.at >= w.head:
		return errDone
	}
	return nil
}
