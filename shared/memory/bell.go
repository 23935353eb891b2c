package memory

import (
	"context"
	"slices"
	"sync"

	"github.com/rapporteur-project/rapporteur/shared"
)

// A Bell rings on this node. Its zero value is ready.
type Bell struct {
	mu   sync.Mutex
	ears []chan struct{} // guarded by mu; each holds one while it has not been heard
}

var _ shared.Bell = (*Bell)(nil)

// Ring implements [shared.Bell].
func (b *Bell) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, ear := range b.ears {
		select {
		case ear <- struct{}{}:
		default: // the last ring has not been heard yet
		}
	}
}

// Listen implements [shared.Bell].
func (b *Bell) Listen(ctx context.Context) <-chan struct{} {
	ear := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ears = append(b.ears, ear)
	context.AfterFunc(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.ears = slices.DeleteFunc(b.ears, func(other chan struct{}) bool { return other == ear })
	})
	return ear
}
