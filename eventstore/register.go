package eventstore

import "context"

// MaxRegister is the most bytes that a Register holds under one name.
const MaxRegister = 64 << 10

// A Register holds one small value a name, for nodes to agree on: who acts, and
// which head of the log was published last. It stands apart from the records:
// what it holds is in no stream, and has no place in the order. It is safe for
// concurrent use, by several processes at once.
type Register interface {
	// Get returns what stands under name and its version: nil at version 0 if
	// nothing was ever set. It sees every Set that returned nil before.
	Get(ctx context.Context, name string) (value []byte, version int64, err error)

	// Set puts value under name, which must be at version; the next version is one
	// more. On nil it is durable. On ErrConflict nothing was set. On any other
	// error the caller cannot know, and finds out by Get.
	Set(ctx context.Context, name string, version int64, value []byte) error
}
