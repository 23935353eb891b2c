package esdbstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// errBroken reports that the reader has left its loop.
var errBroken = errors.New("the reader left")

// Stream implements eventstore.Store. A read that fails goes on behind what it
// has yielded. A version that is skipped stops the Store: the stream was cut
// off, by $maxCount, $maxAge or $tb in its metadata, or by a deletion.
func (s *Store) Stream(ctx context.Context, stream string, after int64) iter.Seq2[eventstore.Record, error] {
	return func(yield func(eventstore.Record, error) bool) {
		err := s.stream(ctx, stream, max(after, 0), yield)
		if err != nil && !errors.Is(err, errBroken) {
			yield(eventstore.Record{}, fmt.Errorf("read events: %w", err))
		}
	}
}

func (s *Store) stream(ctx context.Context, stream string, last int64, yield func(eventstore.Record, error) bool) error {
	name, err := s.wire(stream)
	if err != nil {
		return err
	}
	err = s.persist(ctx, func() (bool, error) {
		return s.events(ctx, readStream(name, last, math.MaxInt64), func(i item) error {
			r, err := s.decode(i.event)
			switch {
			case err != nil:
				return err
			case r.Version != last+1:
				return s.stop(fmt.Errorf("stream %s: version %d follows %d: what was between is gone", name, r.Version, last))
			case ctx.Err() != nil:
				return ctx.Err()
			case !yield(r, nil):
				return errBroken
			}
			last = r.Version
			return nil
		})
	})
	switch kindOf(err) {
	case missing:
		err = nil
	case gone:
		err = s.stop(fmt.Errorf("stream %s was deleted for good: %w", name, err))
	}
	if err == nil {
		return ctx.Err()
	}
	return cause(ctx, err)
}
