package redis

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
)

const (
	revocations = "revocations"

	// current is how old what is known of other nodes may be for an answer.
	// Within a second of being taken back something is refused everywhere.
	current = 600 * time.Millisecond
)

// Kept are the revocations that a node keeps for itself, so that they outlive
// both the process and what the server has.
type Kept interface {
	shared.Revocations

	// All returns everything that has not passed its time.
	All(ctx context.Context) ([]shared.Revocation, error)
}

// Revocations are what any node took back. Each node has all of them for
// itself; the server only passes them on. So when the server has lost its own,
// every node gives it those that it misses.
type Revocations struct {
	c    *Client
	own  Kept
	now  func() time.Time
	list *list // guarded by looking

	looking sync.Mutex // held by whoever looks; taken before mu

	mu    sync.Mutex
	far   map[string]shared.Revocation // guarded by mu; what the server ever had
	fresh time.Time                    // guarded by mu; when the last look began that found all
}

var _ shared.Revocations = (*Revocations)(nil)

// Revocations returns those of all nodes; own are this node's. Now is the
// clock; nil is the system's.
func (c *Client) Revocations(own Kept, now func() time.Time) *Revocations {
	if now == nil {
		now = time.Now
	}
	r := &Revocations{c: c, own: own, now: now, list: newList(c), far: map[string]shared.Revocation{}}
	c.watch(revocations, func(ctx context.Context) error {
		if err := r.look(ctx); err != nil {
			return err
		}
		return r.adopt(ctx)
	})
	return r
}

// Revoke implements shared.Revocations. On an error this node may have it
// already, and then the others get it once the server is back.
func (r *Revocations) Revoke(ctx context.Context, one shared.Revocation) error {
	if err := r.own.Revoke(ctx, one); err != nil {
		return err
	}
	return r.look(ctx)
}

// Revoked implements shared.Revocations. It rarely asks the server: Run does.
func (r *Revocations) Revoked(ctx context.Context, issued time.Time, ids ...string) (bool, error) {
	yes, err := r.own.Revoked(ctx, issued, ids...)
	if yes || err != nil {
		return yes, err
	}
	if !r.isCurrent() {
		if err := r.look(ctx); err != nil {
			return false, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	for _, id := range ids {
		if one, ok := r.far[id]; ok && one.Covers(issued, now) {
			return true, nil
		}
	}
	return false, nil
}

func (r *Revocations) isCurrent() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Since(r.fresh) < current // by the system's clock: it is the server that is waited for
}

// look takes in what others gave the server, and gives it what it misses.
func (r *Revocations) look(ctx context.Context) error {
	r.looking.Lock()
	defer r.looking.Unlock()
	began := time.Now()
	if err := r.list.add(ctx); err != nil {
		return err
	}
	live, err := r.live(ctx)
	if err != nil {
		return err
	}
	var missing []shared.Revocation
	for _, one := range live {
		if !covers(r.list.there, one) {
			missing = append(missing, one)
		}
	}
	if len(missing) > 0 {
		if err := r.list.add(ctx, missing...); err != nil {
			return err
		}
	}
	r.mu.Lock()
	r.fresh = began
	r.mu.Unlock()
	return r.list.shorten(ctx, live)
}

// live is everything that this node knows to be taken back, of its own and of
// others, and that has not passed its time. The rest is forgotten.
func (r *Revocations) live(ctx context.Context) ([]shared.Revocation, error) {
	own, err := r.own.All(ctx)
	if err != nil {
		return nil, err
	}
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.list.there {
		add(r.far, one)
	}
	for _, all := range []map[string]shared.Revocation{r.far, r.list.there} {
		maps.DeleteFunc(all, func(_ string, one shared.Revocation) bool { return !now.Before(one.Until) })
	}
	all := maps.Clone(r.far)
	for _, one := range own {
		add(all, one)
	}
	return slices.Collect(maps.Values(all)), nil
}

// add adds to all what one takes back.
func add(all map[string]shared.Revocation, one shared.Revocation) {
	if old, ok := all[one.ID]; ok {
		one = one.And(old)
	}
	all[one.ID] = one
}

// covers reports whether what is in all takes back everything that one does.
func covers(all map[string]shared.Revocation, one shared.Revocation) bool {
	old, ok := all[one.ID]
	both := old.And(one)
	return ok && both.Until.Unix() == old.Until.Unix() && both.Issued.Unix() == old.Issued.Unix()
}

// adopt keeps here what came from other nodes. It takes a write to disk for
// each, so no request waits for it.
func (r *Revocations) adopt(ctx context.Context) error {
	all, err := r.own.All(ctx)
	if err != nil {
		return err
	}
	own := make(map[string]shared.Revocation, len(all))
	for _, one := range all {
		add(own, one)
	}
	r.mu.Lock()
	far := slices.Collect(maps.Values(r.far))
	r.mu.Unlock()
	for _, one := range far {
		if covers(own, one) {
			continue
		}
		if err := r.own.Revoke(ctx, one); err != nil {
			return fmt.Errorf("keep what another node took back: %w", err)
		}
	}
	return nil
}
