package follower

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// ErrAltered reports that the store no longer holds what was numbered: a record
// was changed, dropped, inserted or moved.
var ErrAltered = errors.New("the record was altered")

// From yields the numbered records from index on, in batches, and ends where
// the numbering has got to. Every record is hashed again on its way, and
// compared with the leaf it was numbered under.
func (f *Follower) From(ctx context.Context, index int64) iter.Seq2[[]Fact, error] {
	return func(yield func([]Fact, error) bool) {
		for next := index; next < f.Size(); {
			facts, err := f.batch(ctx, next, f.most())
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(facts, nil) {
				return
			}
			next += int64(len(facts))
		}
	}
}

// At returns the record at index, hashed again as From does.
func (f *Follower) At(ctx context.Context, index int64) (Fact, error) {
	if have := f.Size(); index < 0 || index >= have {
		return Fact{}, fmt.Errorf("index %d: only %d records are numbered", index, have)
	}
	facts, err := f.batch(ctx, index, 1)
	if err != nil {
		return Fact{}, err
	}
	return facts[0], nil
}

// batch returns at most n records from index on, and at least one.
func (f *Follower) batch(ctx context.Context, index int64, n int) ([]Fact, error) {
	if facts := f.inTail(index, n); facts != nil {
		return facts, nil
	}
	n = int(min(int64(n), f.Size()-index)) // log.db is a batch ahead for a moment
	entries, after, err := f.log.Entries(ctx, index, n)
	if err != nil {
		return nil, fmt.Errorf("read the log from %d: %w", index, err)
	}
	facts := make([]Fact, 0, len(entries))
	for r, err := range f.store.All(ctx, after) {
		if err != nil {
			return nil, fmt.Errorf("read the store from index %d: %w", index, err)
		}
		next := index + int64(len(facts))
		x, err := newFact(r, next)
		if err != nil {
			return nil, err
		}
		if x.Entry != entries[len(facts)] {
			return nil, fmt.Errorf("index %d: record %s of stream %s is not what was numbered: it was changed, or another stands in its place: %w", next, r.ID, r.Stream, ErrAltered)
		}
		facts = append(facts, x)
		if len(facts) == len(entries) {
			return facts, nil
		}
	}
	return nil, fmt.Errorf("index %d: the store ends before the log does: %w", index+int64(len(facts)), ErrAltered)
}

func (f *Follower) inTail(index int64, n int) []Fact {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.tail) == 0 || index < f.tail[0].Index {
		return nil
	}
	from := index - f.tail[0].Index
	return slices.Clone(f.tail[from:min(from+int64(n), int64(len(f.tail)))])
}

// Again returns the record at index, which stands in stream at version. Where a
// store reads its streams by page, this is quicker than At for a record of long
// ago. What it does not find so it leaves to At: a store that is away gives up a
// stream after a while, and whoever reads everything waits.
func (f *Follower) Again(ctx context.Context, index int64, stream string, version int64) (Fact, error) {
	if facts := f.inTail(index, 1); len(facts) == 1 {
		return facts[0], nil
	}
	entries, _, err := f.log.Entries(ctx, index, 1)
	if err != nil {
		return Fact{}, fmt.Errorf("read the log at %d: %w", index, err)
	}
	for r, err := range f.store.Stream(ctx, stream, version-1) {
		if err != nil {
			break
		}
		if x, err := newFact(r, index); err == nil && len(entries) > 0 && x.Entry == entries[0] {
			return x, nil
		}
		break
	}
	return f.At(ctx, index)
}

// Entries returns at most n of the log's entries from index on.
func (f *Follower) Entries(ctx context.Context, index int64, n int) ([]format.Entry, error) {
	entries, _, err := f.log.Entries(ctx, index, n)
	if err != nil {
		return nil, fmt.Errorf("read the log from %d: %w", index, err)
	}
	return entries, nil
}

// Hashes reads the tree's stored hashes, by tlog.StoredHashIndex.
func (f *Follower) Hashes(ctx context.Context) tlog.HashReader { return f.log.Hashes(ctx) }

// Root returns the root of the tree over the first size records.
func (f *Follower) Root(ctx context.Context, size int64) (tlog.Hash, error) {
	if have := f.Size(); size > have {
		return tlog.Hash{}, fmt.Errorf("root at %d: only %d records are numbered", size, have)
	}
	root, err := tlog.TreeHash(size, f.log.Hashes(ctx))
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("root at %d: %w", size, err)
	}
	return root, nil
}

// KeyStream tells on which stream person first used an idempotency key, as far
// as records are numbered.
func (f *Follower) KeyStream(ctx context.Context, person, key string) (stream string, used bool, err error) {
	return f.log.KeyStream(ctx, person, key)
}
