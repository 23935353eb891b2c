package graph

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

const readAfter = 2 * time.Second // how long a mutation waits to read what it recorded

// An outcome is what came of a command, as every payload shows it.
type outcome struct {
	ID      domain.ID
	Index   *int64         // nil when refused, or not readable yet
	Receipt *model.Receipt // nil as Index is, when nobody asked for it, and when there is none
	Errors  []model.UserError
}

// A command is what every input has: the key, and for whom.
type command struct {
	key   string
	For   *domain.ID
	Named bool // the target is an id that the input gives, so it must exist
}

// act sends a command and waits, bounded, until reads show it.
func act[C domain.Command, S any, E domain.Event](ctx context.Context, r *Resolver, a *app.Aggregate[C, S, E], target domain.ID, c C, in command) (outcome, error) {
	by, err := r.caller(ctx, in)
	if err != nil {
		return outcome{}, err
	}
	if r.Proofs.Fault() != nil {
		return outcome{}, unrecordable()
	}
	if err := r.App.Register(ctx, by.Person, requestOf(ctx).name); err != nil {
		return outcome{}, r.unrecorded(ctx, err)
	}
	res, err := a.Do(ctx, target, c, by)
	out := outcome{ID: res.ID}
	if out.Errors, err = refused(err); err != nil {
		err = r.unrecorded(ctx, err)
	}
	if err != nil || len(out.Errors) > 0 {
		return out, err
	}
	requestOf(ctx).did()
	if out.Index, err = r.await(ctx, res.Record); err != nil || out.Index == nil {
		return out, err
	}
	if res.Receipt == "" { // nothing was recorded, and what stands there last is not its sender's
		*out.Index = min(*out.Index, r.head(ctx))
	}
	if out.Receipt, err = r.given(ctx, res.Receipt); err != nil {
		// It is recorded, and that is what matters to its sender: a repeat gives
		// the receipt once there can be one again.
		if ctx.Err() == nil {
			incident(ctx, fmt.Errorf("receipt for record %s: %w", res.Receipt, err))
		}
		out.Index = nil
		r.recorded(ctx)
	}
	return out, nil
}

// unrecorded is what the sender of a command is told that ended with a fault: that
// nothing can be recorded now, if that is why.
func (r *Resolver) unrecorded(ctx context.Context, err error) error {
	if errors.Is(err, app.ErrUnavailable) {
		return unrecordable()
	}
	if r.Proofs.Fault() != nil {
		incident(ctx, err) // it came about meanwhile
		return unrecordable()
	}
	return err
}

// recorded has the answer say that a command is recorded, though it shows
// nothing of it.
func (r *Resolver) recorded(ctx context.Context) {
	req := requestOf(ctx)
	req.mu.Lock()
	defer req.mu.Unlock()
	req.late = true
}

// did notes that a command is recorded, for an answer whose time is over before
// it can say what came of it.
func (q *request) did() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.done = true
}

// caller is who sends a command; the public sends none.
func (r *Resolver) caller(ctx context.Context, in command) (app.Caller, error) {
	req := requestOf(ctx)
	if req.person == "" {
		return app.Caller{}, unauthenticated()
	}
	by := app.Caller{Person: req.person, Key: in.key, Named: in.Named}
	if in.For != nil {
		by.For = *in.For
	}
	return by, nil
}

// await returns the index of a record once it can be read. If that takes too
// long the record is no less durable: the answer says so, without an index.
func (r *Resolver) await(ctx context.Context, record string) (*int64, error) {
	req := requestOf(ctx)
	wait, cancel := context.WithTimeout(ctx, readAfter)
	defer cancel()
	index, err := r.Engine.Await(wait, record)
	req.forget() // a command may change what its sender may see
	if err == nil {
		return &index, nil
	}
	req.mu.Lock()
	defer req.mu.Unlock()
	_, stale := errors.AsType[projections.Stale](err)
	_, building := errors.AsType[projections.Unavailable](err)
	if stale || building || errors.Is(err, follower.ErrBehind) || errors.Is(err, context.DeadlineExceeded) {
		req.late = true
		return nil, nil
	}
	return nil, err
}

// shown reads the object of a payload. It is null when refused, when it cannot
// be read yet, and when its sender may not see it.
func shown[T any](ctx context.Context, r *Resolver, o outcome, read func(projections.Reader) (*T, error)) (*T, error) {
	if o.Index == nil {
		return nil, nil
	}
	rd, err := r.reader(ctx)
	if err == nil {
		var t *T
		if t, err = found(read(rd)); err == nil {
			return t, nil
		}
	}
	if ctx.Err() != nil { // it is recorded, and the answer says so
		return nil, nil
	}
	return nil, err
}
