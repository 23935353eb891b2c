// Package migrate carries a record from one event store to another, so that it
// is the same record: the same events in the same order, with the same ids,
// moments and salts, and so the same log.
package migrate

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// ErrOther reports that the store to copy to holds something else already.
var ErrOther = errors.New("the store to copy to holds another record")

// A Move carries all records of From to To. Nothing else may write to either
// meanwhile. Set its fields before Run; Done may be asked at any time.
type Move struct {
	From, To eventstore.Store
	Done     func(records int64) // told how many To has, now and then; nil: nobody asks
}

// Run copies what To does not have yet, and returns how many records it then
// has. Interrupted anywhere, it goes on where it was when it is run again: what
// is there is compared record by record, and appends are repeated under the same
// ids.
func (m *Move) Run(ctx context.Context) (records int64, err error) {
	there, stop := iter.Pull2(m.To.All(ctx, 0))
	defer stop()
	var run []eventstore.Record // of one stream, one after the other
	behind := true              // To may have this one
	for r, err := range m.From.All(ctx, 0) {
		if err != nil {
			return records, fmt.Errorf("read record %d: %w", records, err)
		}
		if behind {
			if behind, err = has(there, r); err != nil {
				return records, fmt.Errorf("record %d: %w", records, err)
			}
		}
		if !behind {
			if !fits(run, r) {
				if err := m.flush(ctx, run); err != nil {
					return records, err
				}
				run = run[:0]
			}
			run = append(run, r)
		}
		records++
		m.tell(records - int64(len(run)))
	}
	if err := m.flush(ctx, run); err != nil {
		return records, err
	}
	m.tell(records)
	if !behind {
		return records, nil
	}
	if r, err, more := there(); more {
		return records, errors.Join(fmt.Errorf("%w: it goes on with %s, which the other has not", ErrOther, r.ID), err)
	}
	return records, nil
}

func (m *Move) tell(records int64) {
	if m.Done != nil {
		m.Done(records)
	}
}

// has compares r with the next record that there is; it is false at the end.
func has(there func() (eventstore.Record, error, bool), r eventstore.Record) (bool, error) {
	is, err, more := there()
	switch {
	case err != nil:
		return false, err
	case !more:
		return false, nil
	case !same(is, r):
		return false, fmt.Errorf("%w: %s version %d there, and %s version %d here", ErrOther, is.Stream, is.Version, r.Stream, r.Version)
	}
	return true, nil
}

// same compares all but the position, which is the store's own.
func same(a, b eventstore.Record) bool {
	return a.ID == b.ID && a.Stream == b.Stream && a.Version == b.Version && a.Type == b.Type && a.At.Equal(b.At) &&
		string(a.Salt) == string(b.Salt) && string(a.Data) == string(b.Data) && string(a.Meta) == string(b.Meta)
}

// fits reports whether r can go into one append with what run has.
func fits(run []eventstore.Record, r eventstore.Record) bool {
	if len(run) == 0 {
		return true
	}
	size := len(r.Data) + len(r.Meta)
	for _, o := range run {
		size += len(o.Data) + len(o.Meta)
	}
	last := run[len(run)-1]
	return last.Stream == r.Stream && last.Version+1 == r.Version && size <= eventstore.MaxAppend
}

// flush appends a run. The contract has an append repeated as long as nobody
// knows what came of it; a store that gives up ends this Run, and the next one
// finds out.
func (m *Move) flush(ctx context.Context, run []eventstore.Record) error {
	if len(run) == 0 {
		return nil
	}
	err := m.To.Append(ctx, run[0].Stream, run[0].Version-1, run...)
	if errors.Is(err, eventstore.ErrConflict) {
		return fmt.Errorf("%w: stream %s is not at version %d: somebody else writes to it", ErrOther, run[0].Stream, run[0].Version-1)
	}
	if err != nil {
		return fmt.Errorf("copy %s version %d: %w", run[0].Stream, run[0].Version, err)
	}
	return nil
}
