package esdbstore

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"
)

// persist calls f until it gives nil or an error that asking again does not
// change, while ctx and the patience last. Progress renews the patience. A
// doubt that lasts as long is none any more, and stops the Store.
func (s *Store) persist(ctx context.Context, f func() (progress bool, err error)) error {
	until := time.Now().Add(s.patience)
	for tries := 0; ; tries++ {
		progress, err := f()
		if progress {
			until, tries = time.Now().Add(s.patience), 0
		}
		if k := kindOf(err); k != lost && k != unclear {
			return err
		}
		d, doubtful := errors.AsType[doubt](err)
		if doubtful {
			s.session.elsewhere()
		}
		switch {
		case pause(ctx, tries, until) == nil:
		case ctx.Err() != nil:
			return ctx.Err()
		case doubtful:
			return s.stop(d.error)
		default:
			return err
		}
	}
}

// wait is persist for those who have all the time that ctx has.
func (s *Store) wait(ctx context.Context, f func() (progress bool, err error)) error {
	for {
		err := s.persist(ctx, f)
		if k := kindOf(err); k != lost && k != unclear || ctx.Err() != nil {
			return err
		}
		slog.WarnContext(ctx, "no event store answers; trying on", slog.Any("err", err))
	}
}

// pause waits a little longer after every try, with jitter, and not beyond until.
func pause(ctx context.Context, tries int, until time.Time) error {
	d := min(firstPause<<min(tries, 10), longestPause)
	if d = d/2 + rand.N(d/2+1); time.Now().Add(d).After(until) {
		return context.DeadlineExceeded
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// cause prefers the end of ctx to what the client made of it.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
