package shared

import "context"

// A Bell tells those who wait for news that there may be some, on every node.
// It is best effort: a ring may be lost, and several may make one, so whoever
// listens must also look now and then by itself. It is safe for concurrent use.
type Bell interface {
	// Ring wakes everybody who listens. It waits for nobody, nor for a server.
	Ring()

	// Listen returns a channel that receives after a Ring of any node. It stays
	// open until ctx ends.
	Listen(ctx context.Context) <-chan struct{}
}
