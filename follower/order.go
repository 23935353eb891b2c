package follower

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// An Order keeps the numbered order durably: for each index the record's id, its
// position in the store and its entry, the stored hashes of the tree over the
// entries, and where each idempotency key was first used. log.db is one.
//
// One goroutine adds to it; everything else is safe for concurrent use.
type Order interface {
	// End returns how many entries there are, the root of the tree over them, and
	// the store's position of the last.
	End(ctx context.Context) (size int64, root tlog.Hash, pos eventstore.Position, err error)

	// Add appends facts, which must follow the last entry without a gap, and
	// returns the root of the tree that then is. On nil all of it is durable. On an
	// error nobody knows what is stored: call Settle, then End.
	Add(ctx context.Context, facts []Fact) (root tlog.Hash, err error)

	// Settle makes what is stored durable after Add or Check failed. On nil, End
	// tells what that is.
	Settle(ctx context.Context) error

	// Check writes back what is stored in a journal alone, and so finds out whether
	// that is possible.
	Check(ctx context.Context) error

	// Index returns the index of a record, if it is numbered.
	Index(ctx context.Context, record string) (index int64, ok bool, err error)

	// KeyStream returns the stream on which a person first used a key, if they did.
	KeyStream(ctx context.Context, person, key string) (stream string, used bool, err error)

	// Entries returns at most n entries from index on, and the store's position
	// just before the first of them.
	Entries(ctx context.Context, index int64, n int) (entries []format.Entry, after eventstore.Position, err error)

	// Hashes reads stored hashes, by tlog.StoredHashIndex. It may keep them in
	// memory.
	Hashes(ctx context.Context) tlog.HashReader

	// StoredHashes returns at most n stored hashes from one on, as they are on the
	// disk. It ends before the first that is missing or is no hash.
	StoredHashes(ctx context.Context, from int64, n int) ([]tlog.Hash, error)

	Close() error
}
