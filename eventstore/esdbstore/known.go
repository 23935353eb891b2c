package esdbstore

import (
	"sync"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	knownIDs     = 1 << 14 // positions whose event is remembered
	knownStreams = 1 << 16 // streams whose version is
)

// known is what a Store remembers of the order, to notice when it changes.
type known struct {
	ids *lru.Cache[uint64, uuid.UUID] // by position

	mu       *sync.Mutex
	at       uint64    // where the reader stopped that left versions
	versions *versions // nil while somebody has them
}

func newKnown() known {
	ids, err := lru.New[uint64, uuid.UUID](knownIDs)
	if err != nil {
		panic(err) // only for a size below one
	}
	return known{ids: ids, mu: new(sync.Mutex)}
}

func (k *known) note(at uint64, id uuid.UUID)        { k.ids.Add(at, id) }
func (k *known) id(at uint64) (_ uuid.UUID, ok bool) { return k.ids.Get(at) }

// take gives the versions left by whoever stopped at a position, or new ones.
func (k *known) take(at uint64) *versions {
	k.mu.Lock()
	defer k.mu.Unlock()
	if v := k.versions; v != nil && k.at == at {
		k.versions = nil
		return v
	}
	return newVersions(at == 0)
}

// put leaves them for whoever goes on from there.
func (k *known) put(at uint64, v *versions) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.versions == nil || at >= k.at {
		k.at, k.versions = at, v
	}
}

// versions are those of the streams that one reader after the other has passed,
// without a gap between them.
type versions struct {
	of    *lru.Cache[string, int64]
	whole bool // from the first record on, and none forgotten
}

func newVersions(whole bool) *versions {
	v := &versions{whole: whole}
	of, err := lru.NewWithEvict(knownStreams, func(string, int64) { v.whole = false })
	if err != nil {
		panic(err) // only for a size below one
	}
	v.of = of
	return v
}

// next notes the next version of a stream. dense is false if it does not follow
// the last.
func (v *versions) next(stream string, version int64) (last int64, dense bool) {
	last, seen := v.of.Get(stream)
	if (seen || v.whole) && version != last+1 {
		return last, false
	}
	v.of.Add(stream, version)
	return last, true
}
