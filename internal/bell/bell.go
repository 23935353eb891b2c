// Package bell tells those who listen that there may be news, in one process.
package bell

import (
	"context"
	"sync"
)

// A Bell is safe for concurrent use. Its zero value is ready.
type Bell struct {
	mu   sync.Mutex // guards ears, and every send on and close of them
	ears map[chan struct{}]struct{}
}

// Listen returns a channel that receives after a Ring. Rings that come before
// the last one was taken make one. The channel closes when ctx ends.
func (b *Bell) Listen(ctx context.Context) <-chan struct{} {
	ear := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ears == nil {
		b.ears = map[chan struct{}]struct{}{}
	}
	b.ears[ear] = struct{}{}
	context.AfterFunc(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.ears, ear)
		close(ear)
	})
	return ear
}

// Ring wakes every listener and never waits for one.
func (b *Bell) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for ear := range b.ears {
		select {
		case ear <- struct{}{}:
		default: // it has not yet taken the last ring
		}
	}
}
