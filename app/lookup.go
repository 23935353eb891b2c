package app

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
)

// State returns what decisions about id read, as it is now: the zero State if
// there is no such aggregate. Whoever asks may not change it.
func (a *Aggregate[C, S, E]) State(ctx context.Context, id domain.ID) (S, error) {
	f, err := a.load(ctx, id)
	if err != nil {
		var none S
		return none, err
	}
	return f.state, nil
}

// Done returns the answer to what by asked for before under the same key, of
// target or by creating an aggregate where target is empty. It reports whether
// there was such a command; one that recorded nothing is not remembered.
func (a *Aggregate[C, S, E]) Done(ctx context.Context, target domain.ID, by Caller) (Result, bool, error) {
	if target == "" {
		target = a.core.newID(a.Prefix, a.Category, by)
	}
	f, err := a.load(ctx, target)
	if err != nil {
		return Result{}, false, err
	}
	d, ok := f.keys[keyOf(by.scope(), by.Key)]
	if !ok {
		return Result{}, false, nil
	}
	return d.answer(target), true, nil
}
