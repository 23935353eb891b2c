package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

const (
	staysEvery = 2 * time.Second         // how often a node looks whether the record is still here
	staysGood  = 3 * time.Second         // how long it may record after a look
	staysOver  = staysGood + time.Second // after so long nobody records who has not looked again
)

// A stay looks whether the record stays where it is: a node that was suspended
// when all were stopped would go on recording where nobody looks any more.
type stay struct {
	nodes *nodes
	now   func() time.Time            // by the clock on the wall: a machine may have been suspended
	key   func(context.Context) error // fails once the log has another key; nil: nobody signs. Set before it is used

	mu     sync.Mutex
	looked time.Time // when it was last seen to be here
	fault  error     // why nothing is recorded any more, or nobody can say; else nil
}

func newStay(n *nodes) *stay {
	return &stay{nodes: n, now: func() time.Time { return time.Now().Round(0) }}
}

// Run looks now and then, until ctx ends, and fails once the record is moved
// away or the log has another key. Servers that are away say nothing.
func (s *stay) Run(ctx context.Context) error {
	tick := time.NewTicker(staysEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := s.look(ctx); errors.Is(err, errMoved) || errors.Is(err, errRotated) {
			return err
		}
	}
}

// look fails if the record is moved away, or the log has another key, or nobody
// can say.
func (s *stay) look(ctx context.Context) error {
	now := s.now() // before it is asked: then it was here
	is, _, err := s.nodes.agreed(ctx)
	if err == nil && !is.Moved.IsZero() {
		err = is.movedAway()
	}
	if err == nil && s.key != nil {
		err = s.key(ctx)
	}
	if errors.Is(err, errGarbled) || errors.Is(err, errMoved) || errors.Is(err, errRotated) {
		s.stop(ctx, err)
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looked, s.fault = now, nil
	return nil
}

// stop notes why nothing is recorded, until a look finds the record here: clients
// are told at once.
func (s *stay) stop(ctx context.Context, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault == nil {
		slog.ErrorContext(ctx, "nothing more is recorded", slog.Any("err", err))
	}
	s.fault = err
}

// Fault returns why nothing is recorded for as long as that is so, or nil.
func (s *stay) Fault() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault
}

// here returns for how long the record may still be added to: it was seen here a
// moment ago. If it was not, it looks, and again if that took too long: this
// process may have been suspended, also while it looked.
func (s *stay) here(ctx context.Context) (time.Duration, error) {
	for {
		s.mu.Lock()
		age := s.now().Sub(s.looked)
		s.mu.Unlock()
		if age >= 0 && age < staysGood {
			return staysGood - age, nil
		}
		if err := s.look(ctx); err != nil {
			return 0, err
		}
	}
}

// staying is a store that is added to only while the record stays there. A move
// waits for as long as a look is good, and compares what is there then.
type staying struct {
	eventstore.Store
	stay *stay
}

// Append implements eventstore.Store. It gives up when the look is good no more,
// as while servers choose a leader; whoever repeats it has it looked again.
func (s staying) Append(ctx context.Context, stream string, version int64, recs ...eventstore.Record) error {
	left, err := s.stay.here(ctx)
	if err != nil {
		return fmt.Errorf("nothing was recorded: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	return s.Store.Append(ctx, stream, version, recs...)
}
