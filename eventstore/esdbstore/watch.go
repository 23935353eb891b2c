package esdbstore

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/google/uuid"
)

// defaultEvery is how often the guard's state is written while nothing happens.
// It may always be older than it could be.
const defaultEvery = 10 * time.Second

// Run wakes readers when anybody appends, and guards the record, until ctx
// ends. A subscription does not come back by itself: Run begins another one
// where the last one ended. While no server answers it goes on trying.
func (s *Store) Run(ctx context.Context) error {
	defer func() {
		if err := s.guard.save(); err != nil {
			slog.WarnContext(ctx, "the guard's state is not saved, so the next start looks again", slog.Any("err", err))
		}
	}()
	forEver := time.Unix(math.MaxInt32, 0)
	for tries := 0; ; tries++ {
		began := time.Now()
		err := s.watch(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if time.Since(began) > longestPause {
			tries = 0
		}
		slog.WarnContext(ctx, "the event store cannot be followed; trying again", slog.Any("err", err))
		if pause(ctx, tries, forEver) != nil {
			return nil
		}
	}
}

// watch follows our streams and their metadata from where the guard is.
func (s *Store) watch(ctx context.Context) error {
	at, id := s.guard.at()
	blind := false
	if at > 0 {
		if err := s.resume(ctx, at, id); kindOf(err) == refused && ctx.Err() == nil {
			at, blind = math.MaxUint64, true // in another log there is nothing to guard; readers are woken still
		} else if err != nil {
			return err
		}
	}
	f, err := s.session.feed(ctx, subscribe(at, s.prefix, "$$"+s.prefix))
	if err != nil {
		return err
	}
	defer f.close()
	s.bell.Ring() // who knows what came meanwhile
	for saved := time.Now(); ; {
		i, err := f.take(ctx, 0)
		switch {
		case err != nil:
			return err
		case blind:
			s.bell.Ring()
			continue
		case i.event == nil && time.Since(saved) < s.guard.every:
			continue
		}
		changed := false
		if i.event == nil {
			if err := s.looked(ctx, i.checkpoint); err != nil {
				return err
			}
		} else {
			changed = s.guard.see(ctx, i.event)
			s.guard.passed(i.event.Position.Commit, i.event.EventID)
			s.bell.Ring()
		}
		if changed || time.Since(saved) >= s.guard.every {
			if err := s.guard.save(); err != nil {
				return fmt.Errorf("save the guard's state: %w", err)
			}
			saved = time.Now()
		}
	}
}

// looked notes how far the server has looked. It may say where the next event
// begins, which it has not given yet, or where none stands; so the last event
// before that is kept.
func (s *Store) looked(ctx context.Context, checkpoint uint64) error {
	_, err := s.events(ctx, readBefore(checkpoint), func(i item) error {
		if was, _ := s.guard.at(); i.event.Position.Commit > was {
			s.guard.passed(i.event.Position.Commit, i.event.EventID)
		}
		return nil
	})
	return err
}

// resume makes sure that the log is the one in which the guard stopped. A
// subscription to a position that is beyond the end, or in another log, is
// taken as it is and passes over what comes.
func (s *Store) resume(ctx context.Context, at uint64, id uuid.UUID) error {
	is := uuid.Nil
	err := s.persist(ctx, func() (_ bool, err error) {
		if is, err = s.eventAt(ctx, at); err == nil && is == uuid.Nil {
			err = doubt{fmt.Errorf("no event stands at %d, where event %s was: was an older backup put in place?", at, id)}
		}
		return false, err
	})
	if err == nil && is != id {
		return s.stop(fmt.Errorf("event %s stands at %d, where event %s was: was another log put in place?", is, at, id))
	}
	return err
}

// eventAt returns the event of anybody that stands at a position, or none.
func (s *Store) eventAt(ctx context.Context, at uint64) (id uuid.UUID, err error) {
	_, err = s.events(ctx, readAll(at, 1), func(i item) error {
		if i.event.Position.Commit == at {
			id = i.event.EventID
		}
		return nil
	})
	return id, err
}
