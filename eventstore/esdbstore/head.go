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
}

// few is how many events from the end are looked at before it is worth while to
// read on without a limit.
const few = 16

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
	last, seen := s.head.last, s.head.seen
	s.head.mu.Unlock()
	var end, found uint64
	for _, count := range []uint64{few, math.MaxInt64} {
		n := uint64(0)
		end, found = 0, 0
		_, err := s.events(ctx, readBack(count), func(i item) error {
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
		if errors.Is(err, errFound) || err == nil && n < count {
			break
		}
		if err != nil {
			return 0, err
		}
	}
	if end < seen {
		return 0, doubt{fmt.Errorf("the server's log ends at %d, and has been at %d: was an older backup put in place?", end, seen)}
	}
	s.head.mu.Lock()
	defer s.head.mu.Unlock()
	if end > s.head.seen {
		s.head.last, s.head.seen = found, end
	}
	return eventstore.Position(found), nil
}
