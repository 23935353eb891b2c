package esdbstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// errUnsettled reports that the server sees another version than its reads
// show: something is under way, and will be decided.
var errUnsettled = errors.New("the stream is being written to")

// Append implements eventstore.Store.
func (s *Store) Append(ctx context.Context, stream string, version int64, recs ...eventstore.Record) error {
	err := s.append(ctx, stream, version, recs)
	if err != nil && !errors.Is(err, eventstore.ErrConflict) {
		return fmt.Errorf("append to %s: %w", stream, err)
	}
	return err
}

func (s *Store) append(ctx context.Context, stream string, version int64, recs []eventstore.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.Fault(); err != nil {
		return fmt.Errorf("nothing is recorded until an operator has looked: %w", err)
	}
	name, err := s.wire(stream)
	if err != nil {
		return err
	}
	batch, err := encode(recs)
	if err != nil {
		return err
	}
	if version < 0 {
		return eventstore.ErrConflict
	}
	if len(recs) == 0 {
		return s.compare(ctx, name, version)
	}
	if err := s.send(ctx, name, version, batch); err != nil {
		return err
	}
	s.bell.Ring()
	return nil
}

// send sends one batch, over and over the same, until it is known what came of
// it. A server compares a repeat by ids, stream and number, so there is one
// copy. It is never sent without the version that is expected: then a server
// would not promise that.
func (s *Store) send(ctx context.Context, name string, version int64, batch []esdb.EventData) error {
	until := time.Now().Add(s.patience)
	for tries := 0; ; tries++ {
		// Where an answer has a position it may be that of an earlier, identical
		// append, or zero. It is not used: whoever wants a position reads.
		_, err := ask(ctx, s.session, func(ctx context.Context, c *esdb.Client) (*esdb.WriteResult, error) {
			return c.AppendToStream(ctx, name, esdb.AppendToStreamOptions{ExpectedRevision: expected(version)}, batch...)
		})
		k := kindOf(err)
		if k == conflict {
			if err = s.resolve(ctx, name, version, batch); !errors.Is(err, errUnsettled) {
				return err
			}
			k = unclear
		}
		switch k {
		case fine:
			return nil
		case gone:
			return s.stop(fmt.Errorf("stream %s was deleted for good: %w", name, err))
		case lost, unclear:
		default:
			return err
		}
		if s.once || pause(ctx, tries, until) != nil {
			return fmt.Errorf("the outcome is not known: %w", unknown(ctx, err))
		}
	}
}

// unknown keeps both what failed and that the caller's time was over.
func unknown(ctx context.Context, err error) error {
	if ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}

// resolve says what came of a batch that the server answered with "wrong
// version": nil if exactly its records stand after version, ErrConflict if none
// of them does.
func (s *Store) resolve(ctx context.Context, name string, version int64, batch []esdb.EventData) error {
	there, same := false, 0
	err := s.persist(ctx, func() (bool, error) {
		there, same = false, 0
		return s.events(ctx, readStream(name, version, uint64(len(batch))), func(i item) error {
			e := i.event
			if n := int64(e.EventNumber) - version; n >= 0 && n < int64(len(batch)) && batch[n].EventID == e.EventID {
				same++
			}
			there = true
			return nil
		})
	})
	switch kindOf(err) {
	case fine, missing:
	case gone:
		return s.stop(fmt.Errorf("stream %s was deleted for good: %w", name, err))
	default:
		return fmt.Errorf("look what came of it: %w", err)
	}
	switch {
	case same == len(batch):
		return nil
	case same > 0:
		return fmt.Errorf("incident: %d of %d ids already stand after version %d", same, len(batch), version)
	case there:
		return eventstore.ErrConflict
	}
	// Nothing is there. Then the stream is shorter, or else somebody's append, which
	// may be this one, is stored on the leader and not yet on enough servers; or it
	// is there by now.
	at, err := s.version(ctx, name)
	switch {
	case err != nil:
		return err
	case at < version:
		return eventstore.ErrConflict
	}
	return errUnsettled
}

// compare gives nil if a stream is at version, and ErrConflict if it is not.
func (s *Store) compare(ctx context.Context, name string, version int64) error {
	at, err := s.version(ctx, name)
	if err == nil && at != version {
		err = eventstore.ErrConflict
	}
	return err
}

// version returns how far a stream is.
func (s *Store) version(ctx context.Context, name string) (at int64, err error) {
	err = s.persist(ctx, func() (bool, error) {
		at = 0
		return s.events(ctx, readLast(name), func(i item) error {
			at = int64(i.event.EventNumber) + 1
			return nil
		})
	})
	if kindOf(err) == missing {
		err = nil
	}
	return at, err
}

// expected counts from 0, as the server does; a stream at version 0 is not there.
func expected(version int64) esdb.ExpectedRevision {
	if version == 0 {
		return esdb.NoStream{}
	}
	return esdb.Revision(uint64(version - 1))
}
