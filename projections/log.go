package projections

import (
	"context"
	"iter"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/follower"
)

// A Log is the numbered record that read models are made of: an installation's
// own, or a copy of one that was handed to somebody. Records below Size never
// change, and Size never shrinks. It is safe for concurrent use.
//
// Of a record that a copy withholds there is a [follower.Fact] all the same,
// with Withheld set: without it indexes, leaves and roots would not be known.
type Log interface {
	// Size returns how many records there are: the indexes below it exist.
	Size() int64

	// Wait blocks until there are size records. It fails when ctx ends, or when
	// there will never be as many.
	Wait(ctx context.Context, size int64) error

	// From yields the records from index on, in order and without a gap, in
	// batches of at least one, and ends where the log does. Every record is
	// checked against its leaf on its way; an error comes once, last.
	From(ctx context.Context, index int64) iter.Seq2[[]follower.Fact, error]

	// At returns the record at index, checked as From does.
	At(ctx context.Context, index int64) (follower.Fact, error)

	// Again returns the record at index, which stands in stream at version: what
	// At returns, and quicker where streams are read by page.
	Again(ctx context.Context, index int64, stream string, version int64) (follower.Fact, error)

	// Root returns the root of the tree over the first size records.
	Root(ctx context.Context, size int64) (tlog.Hash, error)

	// Index returns the index of a record by its id. It waits for one that is
	// not there yet, as Wait does.
	Index(ctx context.Context, record string) (int64, error)
}

var _ Log = (*follower.Follower)(nil)
