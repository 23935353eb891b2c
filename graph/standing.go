package graph

import (
	"context"
	"errors"

	"github.com/rapporteur-project/rapporteur/auth"
)

// standing returns nil while whoever opened a stream is still signed in as
// then, or never was; else what they are told. A stream asks at its start and
// before each thing it sends, and its transport once it has ended.
func (r *Resolver) standing(ctx context.Context) error {
	if r.Everyone != nil || r.Verify == nil {
		return nil
	}
	if err := r.Verify.Standing(ctx); err != nil {
		return notSignedIn(err)
	}
	return nil
}

// notSignedIn is what somebody is told whose token was not accepted: that, and
// not why, unless it was no fault of theirs.
func notSignedIn(why error) error {
	if _, ok := errors.AsType[auth.Refusal](why); ok {
		return unauthenticated()
	}
	return topError{code: "UNAVAILABLE", msg: "Who you are cannot be checked now. Please ask again.", more: map[string]any{"retryAfter": retryAfter}}
}

// lasting is ctx for as long as its caller's token lasts.
func (r *Resolver) lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	if end, ok := auth.Expiry(ctx); ok {
		return context.WithTimeoutCause(ctx, end.Sub(r.Now()), auth.Expired)
	}
	return context.WithCancel(ctx)
}
