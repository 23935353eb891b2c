package verify

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
)

const levels = 8 // of tiles: no log has more entries than fit an int64

// A tree folds leaves into the root of a log's tree and into its tiles. It
// keeps its right edge and no more, whatever its size.
type tree struct {
	size  int64
	edge  []tlog.Hash         // the roots of its perfect subtrees, the largest first
	tiles [levels][]tlog.Hash // of each level, the hashes since its last full tile was taken
}

// add adds the next leaf.
func (t *tree) add(leaf tlog.Hash) {
	t.tiles[0] = append(t.tiles[0], leaf)
	h := leaf
	for level, n := 1, t.size; n&1 == 1; level, n = level+1, n>>1 {
		last := len(t.edge) - 1
		h = tlog.NodeHash(t.edge[last], h)
		t.edge = t.edge[:last]
		if level%8 == 0 {
			t.tiles[level/8] = append(t.tiles[level/8], h)
		}
	}
	t.edge = append(t.edge, h)
	t.size++
}

// take returns what stands in the current tile of a level, and begins the next
// if that one is full.
func (t *tree) take(level int) []tlog.Hash {
	hashes := t.tiles[level]
	if len(hashes) == format.TileWidth {
		t.tiles[level] = hashes[:0]
	}
	return hashes
}

// root returns the root of the tree as it is.
func (t *tree) root() tlog.Hash {
	if len(t.edge) == 0 {
		return sha256.Sum256(nil)
	}
	h := t.edge[len(t.edge)-1]
	for i := len(t.edge) - 2; i >= 0; i-- {
		h = tlog.NodeHash(t.edge[i], h)
	}
	return h
}
