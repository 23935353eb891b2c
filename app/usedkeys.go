package app

import (
	"context"
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"
)

// keptKeys is how many keys this process remembers that it used: far more than
// are recorded before the index of used keys has them.
const keptKeys = 16_384

// usedKeys lets a key count once. What was recorded is looked up in the index,
// which is a moment late, and longer while records are not numbered; so this
// process remembers what it used last, and asks one at a time.
type usedKeys struct {
	index Keys
	locks keyedLocks
	last  *lru.Cache[string, string] // the stream, by the key and its sender
}

func newUsedKeys(index Keys) *usedKeys {
	last, err := lru.New[string, string](keptKeys)
	if err != nil {
		panic(err) // only a size below 1 is refused
	}
	return &usedKeys{index: index, last: last}
}

// lock keeps others from using a caller's key until unlock.
func (u *usedKeys) lock(ctx context.Context, by Caller) (unlock func(), err error) {
	return u.locks.lock(ctx, keyOf(by.scope(), by.Key))
}

// elsewhere refuses a key that its caller has already used on another stream. What
// the installation sends has keys that name their item.
func (u *usedKeys) elsewhere(ctx context.Context, stream string, by Caller) error {
	if u.index == nil || by.System {
		return nil
	}
	was, used := u.last.Get(keyOf(by.scope(), by.Key))
	if !used {
		var err error
		if was, used, err = u.index.KeyStream(ctx, string(by.Person), by.Key); err != nil {
			return fmt.Errorf("look up key: %w", err)
		}
	}
	if used && was != stream {
		return reused()
	}
	return nil
}

// use notes that a caller's key is recorded on a stream, or may be.
func (u *usedKeys) use(stream string, by Caller) { u.last.Add(keyOf(by.scope(), by.Key), stream) }
