package bundle

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/follower"
)

const batchSize = 2000 // records

// ErrEnded reports that a record was awaited: a bundle never grows.
var ErrEnded = errors.New("a bundle does not grow")

// Size returns how many records there are.
func (b *Bundle) Size() int64 { return b.head.Size }

// Wait fails at once with ErrEnded when there are not size records.
func (b *Bundle) Wait(_ context.Context, size int64) error {
	if size > b.head.Size {
		return fmt.Errorf("wait for record %d: %w", size-1, ErrEnded)
	}
	return nil
}

// From yields the records from index on. Each is checked: its commitments, its
// place, and that its entry is the one that the signed head vouches for.
func (b *Bundle) From(ctx context.Context, index int64) iter.Seq2[[]follower.Fact, error] {
	return func(yield func([]follower.Fact, error) bool) {
		for next := index; next < b.head.Size; {
			if ctx.Err() != nil {
				yield(nil, ctx.Err())
				return
			}
			facts, err := b.batch(next, int(min(batchSize, b.head.Size-next)))
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

// At returns the record at index, checked as From does.
func (b *Bundle) At(_ context.Context, index int64) (follower.Fact, error) {
	if index < 0 || index >= b.head.Size {
		return follower.Fact{}, fmt.Errorf("index %d: the bundle has %d records", index, b.head.Size)
	}
	facts, err := b.batch(index, 1)
	if err != nil {
		return follower.Fact{}, err
	}
	return facts[0], nil
}

// Again returns the record at index, as At does.
func (b *Bundle) Again(ctx context.Context, index int64, _ string, _ int64) (follower.Fact, error) {
	return b.At(ctx, index)
}

func (b *Bundle) batch(index int64, n int) ([]follower.Fact, error) {
	lines, err := b.lines(index, n)
	if err != nil {
		return nil, err
	}
	at := make([]int64, n)
	for i := range at {
		at[i] = tlog.StoredHashIndex(0, index+int64(i))
	}
	leaves, err := tlog.TileHashReader(b.tree(), b.tiles).ReadHashes(at)
	if err != nil {
		return nil, fmt.Errorf("the log from index %d: %w", index, err)
	}
	facts := make([]follower.Fact, n)
	for i := range facts {
		if facts[i], err = fact(lines[i], index+int64(i), leaves[i]); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", format.RecordsFile, index+int64(i)+1, err)
		}
	}
	return facts, nil
}

// fact reads the line of the record at index, whose leaf is known.
func fact(line []byte, index int64, leaf tlog.Hash) (follower.Fact, error) {
	d, err := format.ParseDisclosure(line)
	if err != nil {
		return follower.Fact{}, err
	}
	e, err := d.Open()
	if err != nil {
		return follower.Fact{}, fmt.Errorf("%w: %w", err, follower.ErrAltered)
	}
	if e.Index != index || d.Entry().Leaf() != leaf {
		return follower.Fact{}, fmt.Errorf("record %s is not the one that the log has at index %d: %w", e.ID, index, follower.ErrAltered)
	}
	at, err := time.Parse(time.RFC3339, e.At)
	if err != nil {
		return follower.Fact{}, err
	}
	return follower.Fact{
		Record: eventstore.Record{
			ID: e.ID, Stream: e.Stream, Version: e.Version, Position: eventstore.Position(index + 1),
			Type: e.Type, At: at.UTC(), Data: d.Data, Meta: d.Meta,
		},
		Index: index, Entry: d.Entry(), Leaf: leaf, Withheld: d.Data == nil || d.Meta == nil,
	}, nil
}

// Index returns the index of the record with an id. It reads from the start
// until it is found.
func (b *Bundle) Index(ctx context.Context, record string) (int64, error) {
	for facts, err := range b.From(ctx, 0) {
		if err != nil {
			return 0, err
		}
		for _, f := range facts {
			if f.ID == record {
				return f.Index, nil
			}
		}
	}
	return 0, fmt.Errorf("record %s: %w", record, ErrEnded)
}

// Root returns the root of the tree over the first size records.
func (b *Bundle) Root(_ context.Context, size int64) (tlog.Hash, error) {
	if size == b.head.Size {
		return b.head.Root, nil
	}
	if size > b.head.Size {
		return tlog.Hash{}, fmt.Errorf("root at %d: the bundle has %d records", size, b.head.Size)
	}
	root, err := tlog.TreeHash(size, tlog.TileHashReader(b.tree(), b.tiles))
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("root at %d: %w", size, err)
	}
	return root, nil
}
