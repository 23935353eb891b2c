// Package eventstore is the contract every event store keeps. Package storetest proves it.
//
// A store keeps streams of records and one total order over all of them. It
// knows nothing of what the records mean.
package eventstore

import (
	"context"
	"errors"
	"iter"
	"time"
)

// ErrConflict reports that the stream was not at the expected version: nothing was stored.
var ErrConflict = errors.New("eventstore: stream has moved")

// ErrUnavailable reports that a store takes no appends until what is wrong with
// it is put right, which it then notices by itself. Repeating the call at once is
// no use; repeating it later with the same ids tells whether it was stored.
var ErrUnavailable = errors.New("eventstore: nothing can be recorded now")

// MaxAppend is the most bytes of data and meta that one Append may carry, so
// that every store can hold what any other store held.
const MaxAppend = 768 << 10

// A Position is a store's own place for a record in its total order. Later
// records have greater positions; there may be gaps. Only the store that gave
// a position can say more about it. Zero is before the first record.
type Position int64

// A Record is one stored event.
type Record struct {
	ID       string    // UUID; appending it twice stores it once
	Stream   string    // category-id
	Version  int64     // place in its stream, dense from 1; set by the store
	Position Position  // place in the store's total order; set by the store
	Type     string    // wire name of the event, such as submission.received
	At       time.Time // when it was recorded: UTC, whole milliseconds
	Salt     []byte    // 32 random bytes that blind the record's commitments
	Data     []byte    // the event, as JSON
	Meta     []byte    // who, for whom, under which key, as JSON
}

// A Store keeps streams of records. It is safe for concurrent use.
type Store interface {
	// Append stores recs at the end of stream, which must be at version.
	// It ignores the Stream, Version and Position the records come with.
	//
	// On nil they are durable. On ErrConflict none is stored. On any other
	// error the caller cannot know: repeat the identical call, with the same
	// ids, until it gives nil or ErrConflict, and there is one copy. A repeat of
	// a call that did store gives nil, however far the stream has moved since.
	// ErrUnavailable is such an error, after which only a later repeat is of use.
	Append(ctx context.Context, stream string, version int64, recs ...Record) error

	// Stream yields the records of one stream whose version is greater than
	// after, oldest first. An error comes last and once, with a zero Record.
	Stream(ctx context.Context, stream string, after int64) iter.Seq2[Record, error]

	// All yields every record whose position is greater than after, in the
	// total order, and ends where the store ended when it was reached.
	// A record once passed over is never seen later behind it.
	All(ctx context.Context, after Position) iter.Seq2[Record, error]

	// Head returns the position of the last record, or zero for an empty store.
	Head(ctx context.Context) (Position, error)

	// Wake returns a channel that receives when there may be news. It is best
	// effort: several pieces of news may make one wake-up, and a reader must
	// also look now and then by itself. It stays open until ctx ends.
	Wake(ctx context.Context) <-chan struct{}
}
