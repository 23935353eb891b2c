package esdbstore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// head remembers how far somebody has looked for our last record, since it may
// lie behind any number of events of others.
type head struct {
	mu   sync.Mutex
	last uint64 // the position of our last record up to seen; 0 for none
	seen uint64 // the position up to which everything was looked at
	ever uint64 // the position of the last record that there ever was
}

// looks are how many events are read from the end, one look after the other.
// Most often nothing came, or it is ours, and the last event tells.
var looks = [...]uint64{1, 16, math.MaxInt64}

var errFound = errors.New("found")

// Head implements eventstore.Store.
func (s *Store) Head(ctx context.Context) (at eventstore.Position, err error) {
	err = s.persist(ctx, func() (_ bool, err error) {
		at, err = s.lookBack(ctx)
		return false, err
	})
	if err != nil {
		return 0, fmt.Errorf("last position: %w", cause(ctx, err))
	}
	return at, nil
}

// lookBack reads from the end back to our last record, or to where somebody
// has looked before.
func (s *Store) lookBack(ctx context.Context) (eventstore.Position, error) {
	s.head.mu.Lock()
	last, seen, ever := s.head.last, s.head.seen, s.head.ever
	s.head.mu.Unlock()
	end, found, err := s.fromEnd(ctx, last, seen)
	if err == nil && end < seen { // what others had at the end is gone: look again at everything
		seen = 0
		end, found, err = s.fromEnd(ctx, 0, 0)
	}
	switch {
	case err != nil:
		return 0, err
	case found < ever:
		return 0, doubt{fmt.Errorf("our last event is at %d, and has been at %d: was an older backup put in place?", found, ever)}
	}
	s.head.mu.Lock()
	defer s.head.mu.Unlock()
	s.head.ever = max(s.head.ever, found)
	if end > s.head.seen || seen == 0 {
		s.head.last, s.head.seen = found, end
	}
	return eventstore.Position(found), nil
}

// fromEnd returns the positions of the last event of anybody and of our last,
// which is known to be at last if it is not after seen.
func (s *Store) fromEnd(ctx context.Context, last, seen uint64) (end, found uint64, err error) {
	for _, count := range looks {
		n := uint64(0)
		end, found = 0, 0
		_, err = s.events(ctx, readBack(count), func(i item) error {
			n++
			at := i.event.Position.Commit
			end = max(end, at)
			switch {
			case strings.HasPrefix(i.event.StreamID, s.prefix):
				found = at
				return errFound
			case at <= seen:
				found = last
				return errFound
			}
			return nil
		})
		if errors.Is(err, errFound) {
			return end, found, nil
		}
		if err != nil || n < count {
			return end, found, err
		}
	}
	return end, found, nil
}
