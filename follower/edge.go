package follower

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

// CheckEdge compares the newest records, as the store has them, with the right
// edge of the tree and the head that log.db keeps. It finds a store that was put
// back from an older backup, where new records would come to stand at positions
// already passed, and a log.db that does not belong to this store. Call it
// before anything is numbered or signed; it reads at most one bundle of records.
func (f *Follower) CheckEdge(ctx context.Context) error {
	size, root := f.Head()
	if size == 0 {
		return nil
	}
	f.mu.Lock()
	pos := f.pos
	f.mu.Unlock()
	head, err := f.store.Head(ctx)
	if err != nil {
		return fmt.Errorf("check the end of the log: %w", err)
	}
	if head < pos {
		return fmt.Errorf("the log has %d records and the store ends before the last of them: was the store put back from an older backup?: %w", size, ErrAltered)
	}
	first := (size - 1) / format.TileWidth * format.TileWidth
	facts, err := f.batch(ctx, first, int(size-first))
	if err != nil {
		return fmt.Errorf("check the end of the log: %w", err)
	}
	again, err := f.rootFrom(ctx, facts, size)
	if err != nil {
		return fmt.Errorf("check the end of the log: %w", err)
	}
	if again != root {
		return fmt.Errorf("the %d records make the root %s and the log has written down %s: %w", size, again, root, ErrAltered)
	}
	return nil
}

// CheckTree computes the tree again from all entries, and compares its root with
// the head that log.db keeps, and all its hashes with those that proofs are made
// of. Together with From, which compares every record with its entry, it finds an
// entry that was changed along with its record.
func (f *Follower) CheckTree(ctx context.Context) error {
	size, root := f.Head()
	var edge []tlog.Hash // of the subtrees that are complete, the largest first
	var other error      // the first hash that is another
	for next := int64(0); next < size; {
		entries, err := f.Entries(ctx, next, int(min(int64(f.most()), size-next)))
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return fmt.Errorf("index %d: the log has no entry there: %w", next, ErrAltered)
		}
		first := tlog.StoredHashIndex(0, next)
		var made []tlog.Hash // from the first, as they are stored
		for _, e := range entries {
			edge, made = append(edge, e.Leaf()), append(made, e.Leaf())
			for next++; len(edge) > bits.OnesCount64(uint64(next)); {
				last := len(edge) - 1
				edge = append(edge[:last-1], tlog.NodeHash(edge[last-1], edge[last]))
				made = append(made, edge[last-1])
			}
		}
		if other == nil {
			other = f.checkHashes(ctx, first, made)
		}
	}
	again, err := tlog.TreeHash(0, nil)
	for i := len(edge) - 1; i >= 0; i-- {
		if again = edge[i]; i < len(edge)-1 {
			again = tlog.NodeHash(edge[i], edge[i+1])
		}
		edge[i] = again
	}
	if err == nil && again != root {
		err = fmt.Errorf("the entries of the %d records make the root %s, and the log has written down %s: a record was changed together with its entry: %w", size, again, root, ErrAltered)
	}
	return cmp.Or(err, other)
}

// checkHashes compares the stored hashes from one on with what they should be.
func (f *Follower) checkHashes(ctx context.Context, from int64, want []tlog.Hash) error {
	stored, err := f.log.StoredHashes(ctx, from, len(want))
	if err != nil {
		return err
	}
	for n, w := range want {
		if n == len(stored) || stored[n] != w {
			return fmt.Errorf("stored hash %d is not what the entries make it, so proofs with it would be false; without its file the log is made again from the store: %w", from+int64(n), ErrAltered)
		}
	}
	return nil
}

// rootFrom computes the root at size, with the subtrees that facts fill computed
// again from them. The rest is as it is stored.
func (f *Follower) rootFrom(ctx context.Context, facts []Fact, size int64) (tlog.Hash, error) {
	fresh := map[int64]tlog.Hash{}
	stored := f.log.Hashes(ctx)
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out, err := stored.ReadHashes(indexes)
		for n, i := range indexes {
			if h, ok := fresh[i]; ok {
				out[n] = h
			}
		}
		return out, err
	})
	for _, x := range facts {
		hashes, err := tlog.StoredHashesForRecordHash(x.Index, x.Leaf, read)
		if err != nil {
			return tlog.Hash{}, err
		}
		first := tlog.StoredHashIndex(0, x.Index)
		for i, h := range hashes {
			fresh[first+int64(i)] = h
		}
	}
	return tlog.TreeHash(size, read)
}
