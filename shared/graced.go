package shared

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ErrUnreachable says that the store of revocations has not answered for longer
// than the grace, so that nobody knows what was taken back.
var ErrUnreachable = errors.New("the store of revocations cannot be reached")

const maxSeen = 10_000 // answers kept for the time of a grace; a token's takes some 200 bytes

// Graced answers from Store, and when that fails goes on for a while as if
// nothing new had been taken back. So what was taken back anywhere is refused
// here Grace later at the latest, and a store that is started anew disturbs
// nobody. Set its fields before use; it is then safe for concurrent use.
type Graced struct {
	Store  Revocations
	Grace  time.Duration    // zero: none
	Opened time.Time        // when the grace of a Store began that has not answered yet; zero: it has none
	Now    func() time.Time // default time.Now

	mu      sync.Mutex
	reached time.Time           // guarded by mu; when Store last answered
	seen    map[string]struct{} // guarded by mu; what it said yes to
}

var _ Revocations = (*Graced)(nil)

// Revoke implements [Revocations]. It has no grace: what is not stored is not
// taken back.
func (g *Graced) Revoke(ctx context.Context, r Revocation) error { return g.Store.Revoke(ctx, r) }

// Revoked implements [Revocations].
func (g *Graced) Revoked(ctx context.Context, issued time.Time, ids ...string) (bool, error) {
	asked := g.now()
	yes, err := g.Store.Revoked(ctx, issued, ids...)
	g.mu.Lock()
	defer g.mu.Unlock()
	what := strconv.FormatInt(issued.Unix(), 10) + " " + strings.Join(ids, " ")
	if err == nil {
		if asked.After(g.reached) {
			g.reached = asked
		}
		if yes {
			g.remember(what)
		}
		return yes, nil
	}
	if _, known := g.seen[what]; known {
		return true, nil
	}
	last := g.reached
	if last.IsZero() {
		last = g.Opened
	}
	if last.IsZero() || g.now().Sub(last) >= g.Grace {
		return false, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return false, nil
}

// remember keeps a yes, for when Store fails. Nobody unrevokes.
func (g *Graced) remember(what string) {
	if g.seen == nil || len(g.seen) >= maxSeen {
		g.seen = map[string]struct{}{}
	}
	g.seen[what] = struct{}{}
}

func (g *Graced) now() time.Time {
	if g.Now == nil {
		return time.Now()
	}
	return g.Now()
}
