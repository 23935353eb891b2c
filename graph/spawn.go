package graph

import (
	"context"
	"errors"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/graph/transport"
)

// spawn runs a stream's producer, and done after it. A panic or another fault
// ends that stream alone, is noted, and is the last that its subscriber hears.
func (r *Resolver) spawn(ctx context.Context, done func(), produce func() error) {
	go func() {
		defer done()
		defer func() {
			if p := recover(); p != nil {
				transport.StreamOf(ctx).Fail(r.present(ctx, recovered(ctx, p)))
			}
		}()
		switch err := produce(); {
		case err == nil, ctx.Err() != nil: // nobody listens
		case errors.Is(err, auth.Expired):
			transport.StreamOf(ctx).Fail(r.present(ctx, unauthenticated()))
		default:
			transport.StreamOf(ctx).Fail(r.present(ctx, err))
		}
	}()
}
