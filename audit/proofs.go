package audit

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// InclusionProof proves that the record at index is in the log of a size. It is
// checked before it leaves: where what it is made of is damaged, the error wraps
// ErrDamaged.
func (l *Log) InclusionProof(ctx context.Context, index, size int64) (tlog.RecordProof, error) {
	p, err := tlog.ProveRecord(size, index, l.Follower.Hashes(ctx))
	if err != nil {
		return nil, fmt.Errorf("prove record %d in %d: %w", index, size, err)
	}
	root, err := l.soundRoot(ctx, size)
	if err != nil {
		return nil, fmt.Errorf("prove record %d in %d: %w", index, size, err)
	}
	entries, err := l.Follower.Entries(ctx, index, 1)
	if err != nil || len(entries) == 0 {
		return nil, fmt.Errorf("prove record %d in %d: %d entries: %w", index, size, len(entries), err)
	}
	if err := tlog.CheckRecord(p, size, root, index, entries[0].Leaf()); err != nil {
		return nil, l.unsound(fmt.Errorf("prove record %d in %d: %w", index, size, err))
	}
	return p, nil
}

// ConsistencyProof proves that the log of size to continues that of size from. It
// is checked as an InclusionProof is.
func (l *Log) ConsistencyProof(ctx context.Context, from, to int64) (tlog.TreeProof, error) {
	p, err := tlog.ProveTree(to, from, l.Follower.Hashes(ctx))
	if err != nil {
		return nil, fmt.Errorf("prove the log of %d in that of %d: %w", from, to, err)
	}
	before, err := l.soundRoot(ctx, from)
	if err != nil {
		return nil, err
	}
	after, err := l.soundRoot(ctx, to)
	if err != nil {
		return nil, err
	}
	if err := tlog.CheckTree(p, to, after, from, before); err != nil {
		return nil, l.unsound(fmt.Errorf("prove the log of %d in that of %d: %w", from, to, err))
	}
	return p, nil
}

// soundRoot returns the root of the log of a size, proved to be one that the head
// of all that is numbered continues. That head was computed as records came.
func (l *Log) soundRoot(ctx context.Context, size int64) (tlog.Hash, error) {
	head, root := l.Follower.Head()
	is, err := l.Follower.Root(ctx, size)
	if err != nil {
		return is, err
	}
	if size == head {
		if is != root {
			err = l.unsound(fmt.Errorf("the stored hashes make another root at %d than the log's head", size))
		}
		return is, err
	}
	if size == 0 {
		return is, nil
	}
	p, err := tlog.ProveTree(head, size, l.Follower.Hashes(ctx))
	if err != nil {
		return is, fmt.Errorf("prove the log of %d in that of %d: %w", size, head, err)
	}
	if err := tlog.CheckTree(p, head, root, size, is); err != nil {
		return is, l.unsound(fmt.Errorf("the stored hashes do not make the log's head of %d from that of %d: %w", head, size, err))
	}
	return is, nil
}

// hashesFile is what log.db is called where flaws are named.
const hashesFile = "log.db"

// unsound notes that stored hashes are damaged, and says so. The next comparison
// finds out whether they still are.
func (l *Log) unsound(err error) error {
	err = fmt.Errorf("%w: %w", ErrDamaged, err)
	l.note(Flaw{File: hashesFile, Said: err.Error()})
	return err
}
