package graph

import (
	"context"
	"math"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/projections"
)

// Where the record ends tells when something was recorded, and whoever looks
// often enough learns when a confidential submission came in. So everybody is
// shown a record that ends where the published log does, which moves in steps.
// Two see further: auditors, who may see every envelope at once, and a person,
// as far as the newest record that they made themselves.
//
// Everything that tells an index, or takes one, asks here.

// visibleSize returns how many records whoever asks may know of.
func (r *Resolver) visibleSize(ctx context.Context) (int64, error) {
	size := r.Log.Size()
	published := min(r.Proofs.PublishedSize(), size)
	if r.ReadOnly || published == size {
		return size, nil
	}
	v, err := r.viewerOf(ctx)
	switch {
	case err != nil:
		return published, err
	case v.Is(domain.Auditor):
		return size, nil
	case v.Person == "":
		return published, nil
	}
	own, err := r.lastBy(ctx, v.Person)
	return max(published, own+1), err
}

// lastBy returns the index of the newest record that the caller made, or -1. It
// is looked up once for a request.
func (r *Resolver) lastBy(ctx context.Context, person domain.ID) (int64, error) {
	req := requestOf(ctx)
	req.mu.Lock()
	defer req.mu.Unlock()
	if req.own == nil {
		own, err := projections.Reader{Engine: r.Engine}.LastBy(ctx, person)
		if err != nil {
			return -1, err
		}
		req.own = &own
	}
	return *req.own, nil
}

// head returns the newest index that answers come from, as far as whoever asks
// may know of it; -1 for none. While it cannot be read what else they may know
// of, it is the published one.
func (r *Resolver) head(ctx context.Context) int64 {
	size := r.Proofs.PublishedSize()
	if _, asked := ctx.Value(requestKey).(*request); asked {
		if visible, err := r.visibleSize(ctx); err == nil {
			size = visible
		}
	}
	return min(size-1, r.Engine.Index())
}

// atMost returns an index that an error tells, or the newest that its reader may
// know of. What they asked for themselves they know.
func (r *Resolver) atMost(ctx context.Context, index int64) int64 {
	if req, asked := ctx.Value(requestKey).(*request); asked && index == req.wanted {
		return index
	}
	return min(index, max(r.head(ctx), r.Proofs.PublishedSize()-1))
}

// awaitVisible waits until whoever asks may know of the record at index and
// answers come from it.
func (r *Resolver) awaitVisible(ctx context.Context, index int64) error {
	waiting, cancel := context.WithTimeout(ctx, staleAfter)
	defer cancel()
	if !r.known(waiting, index) {
		return projections.Stale{Have: r.head(ctx), Want: index}
	}
	return r.Engine.AwaitIndex(waiting, index)
}

// known waits until whoever asks may know of the record at index. It reports
// whether that came about in time, in the same way whether there is such a record
// or not.
func (r *Resolver) known(ctx context.Context, index int64) bool {
	ctx, cancel := context.WithTimeout(ctx, staleAfter)
	defer cancel()
	return index < r.Proofs.PublishedSize() || index < math.MaxInt64 && (r.ahead(ctx, index) || r.Proofs.AwaitPublished(ctx, index+1) == nil)
}

// ahead reports whether whoever asks may know of the record at index before it is
// published. It waits until there is one: another node, which numbered it a
// moment sooner, may have told them.
func (r *Resolver) ahead(ctx context.Context, index int64) bool {
	v, err := r.viewerOf(ctx)
	if err != nil || v.Person == "" && !v.Is(domain.Auditor) && !r.ReadOnly {
		return false
	}
	if r.Log.Wait(ctx, index+1) != nil || r.Engine.AwaitIndex(ctx, index) != nil {
		return false
	}
	requestOf(ctx).forget()
	size, err := r.visibleSize(ctx)
	return err == nil && index < size
}
