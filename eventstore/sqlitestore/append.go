package sqlitestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// A pending append waits for somebody to commit it.
type pending struct {
	stream  string
	version int64
	recs    []eventstore.Record
	ids     [][]byte   // of recs, packed
	answer  chan error // holds one, so that nobody waits to answer
	taken   bool       // in a commit; guarded by DB.mu
}

// Append implements eventstore.Store. When ctx ends while others commit, it
// does not wait for them: the error is then ctx's and says whether the records
// may be stored.
func (d *DB) Append(ctx context.Context, stream string, version int64, recs ...eventstore.Record) error {
	err := d.append(ctx, stream, version, recs)
	if err != nil && !errors.Is(err, eventstore.ErrConflict) {
		return fmt.Errorf("append to %s: %w", stream, err)
	}
	return err
}

func (d *DB) append(ctx context.Context, stream string, version int64, recs []eventstore.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if n := size(recs); n > eventstore.MaxAppend {
		return fmt.Errorf("%d bytes of data and meta, the most is %d", n, eventstore.MaxAppend)
	}
	a := &pending{stream: stream, version: version, recs: recs, ids: make([][]byte, len(recs)), answer: make(chan error, 1)}
	for i, r := range recs {
		var err error
		if a.ids[i], err = packed(r.ID); err != nil {
			return err
		}
	}
	if ctx.Done() != nil {
		a.recs = clone(recs) // the caller may go away while they are read
	}
	d.mu.Lock()
	d.queue = append(d.queue, a)
	d.mu.Unlock()
	select {
	case err := <-a.answer:
		return err
	case d.turn <- struct{}{}:
		d.lead(ctx)
		return <-a.answer // given by this turn, or by the one before it
	case <-ctx.Done():
		return d.leave(ctx, a)
	}
}

// lead commits what waits, as the one whose turn it is, and ends the turn.
func (d *DB) lead(ctx context.Context) {
	defer func() { <-d.turn }()
	runtime.Gosched() // lets those just answered queue again: a fifth more in each commit
	d.mu.Lock()
	group, refused := d.queue, d.refuses()
	d.queue = nil
	for _, a := range group {
		a.taken = true
	}
	d.mu.Unlock()
	if len(group) == 0 {
		return
	}
	if refused != nil {
		answer(group, refused)
		return
	}
	// If the driver panics, the others must still get an answer.
	fatal := errors.New("the store has stopped: a commit panicked")
	defer func() {
		if fatal != nil {
			d.end(fatal)
			answer(group, fatal)
		}
	}()
	answers, stored, err := d.writer.commit(context.WithoutCancel(ctx), group)
	fatal = nil
	if err != nil {
		answer(group, d.failed(err))
		return
	}
	for i, a := range group {
		a.answer <- answers[i]
	}
	if stored {
		d.bell.Ring()
	}
}

// leave takes a out of the queue, or says that it cannot be known any more.
func (d *DB) leave(ctx context.Context, a *pending) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if a.taken {
		return fmt.Errorf("left before the answer, so the records may be stored: %w", ctx.Err())
	}
	d.queue = slices.DeleteFunc(d.queue, func(o *pending) bool { return o == a })
	return fmt.Errorf("left before it was tried: %w", ctx.Err())
}

func answer(group []*pending, err error) {
	for _, a := range group {
		a.answer <- err
	}
}

// size counts the bytes that eventstore.MaxAppend bounds.
func size(recs []eventstore.Record) int {
	n := 0
	for _, r := range recs {
		n += len(r.Data) + len(r.Meta)
	}
	return n
}

func clone(recs []eventstore.Record) []eventstore.Record {
	recs = slices.Clone(recs)
	for i := range recs {
		r := &recs[i]
		r.Salt, r.Data, r.Meta = bytes.Clone(r.Salt), bytes.Clone(r.Data), bytes.Clone(r.Meta)
	}
	return recs
}
