// Package lease has one of several nodes do what is to be done once: act on
// timers, publish the log's heads.
//
// A lease saves work and noise. It is not what keeps things right: a node that
// was suspended may believe that it holds what another has taken meanwhile, so
// whatever runs under a lease must stay correct when two run it.
package lease

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// Lasts is how long a lease lasts that is not renewed.
const Lasts = 10 * time.Second

// A Lease is what one node knows of a lease. It is safe for concurrent use.
type Lease struct {
	Register eventstore.Register
	Name     string // of the lease, the same on all nodes
	Node     string // who asks, unlike all other nodes

	// Now is this node's clock; nil: the system's. Only how much of it has passed
	// counts, so that nodes need not agree on the time.
	Now func() time.Time

	mu      sync.Mutex
	version int64     // of what stands in the register, as this node last saw it
	since   time.Time // when this node first saw that version, by its own clock
}

// Hold takes the lease if nobody has renewed it for as long as it lasts, or
// renews it, and reports whether this node has it now. Call it more often than
// that, before each thing that is done under it.
func (l *Lease) Hold(ctx context.Context) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	holder, version, err := l.Register.Get(ctx, l.Name)
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", l.Name, err)
	}
	if version != l.version || l.since.IsZero() || now.Before(l.since) { // a clock that stepped back counts from where it is
		l.version, l.since = version, now
	}
	age := now.Sub(l.since)
	switch mine := string(holder) == l.Node; {
	case mine && age < Lasts/3:
		return true, nil
	case !mine && len(holder) > 0 && age < Lasts:
		return false, nil
	}
	switch err := l.Register.Set(ctx, l.Name, version, []byte(l.Node)); {
	case errors.Is(err, eventstore.ErrConflict):
		return false, nil // another was first
	case err != nil:
		return false, fmt.Errorf("lease %s: %w", l.Name, err) // the next call sees what came of it
	}
	l.version, l.since = version+1, now
	return true, nil
}

// Release gives the lease back if this node has it, so that another need not
// wait until it has lapsed.
func (l *Lease) Release(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	holder, version, err := l.Register.Get(ctx, l.Name)
	if err == nil && string(holder) == l.Node {
		err = l.Register.Set(ctx, l.Name, version, nil)
	}
	if err != nil && !errors.Is(err, eventstore.ErrConflict) {
		return fmt.Errorf("give back lease %s: %w", l.Name, err)
	}
	return nil
}

func (l *Lease) now() time.Time {
	if l.Now != nil {
		return l.Now()
	}
	return time.Now()
}
