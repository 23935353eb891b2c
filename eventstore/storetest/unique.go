package storetest

import (
	"context"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

func idOfAnotherStream(t *testing.T, ctx context.Context, s eventstore.Store) {
	held := records(2)
	mustAppend(t, ctx, s, "a-1", 0, held...)
	wantRefusal(t, s.Append(ctx, "b-1", 0, held...))
	wantRefusal(t, s.Append(ctx, "b-1", 0, record(), held[1]))
	wantConflict(t, s.Append(ctx, "b-1", 1, held...))
	wantStream(t, ctx, s, "a-1", held...)
	wantStream(t, ctx, s, "b-1")
	next := record()
	mustAppend(t, ctx, s, "b-1", 0, next)
	wantStream(t, ctx, s, "b-1", next)
}

func idFromEarlier(t *testing.T, ctx context.Context, s eventstore.Store) {
	held := records(3)
	mustAppend(t, ctx, s, "a-1", 0, held...)
	wantRefusal(t, s.Append(ctx, "a-1", 3, held[1]))
	wantRefusal(t, s.Append(ctx, "a-1", 3, record(), held[1]))
	wantConflict(t, s.Append(ctx, "a-1", 2, held[1])) // there, but not in that place
	wantStream(t, ctx, s, "a-1", held...)
	wantStored(t, ctx, s, 3)
}

func idTwice(t *testing.T, ctx context.Context, s eventstore.Store) {
	r := record()
	wantRefusal(t, s.Append(ctx, "a-1", 0, r, record(), r))
	wantStored(t, ctx, s, 0)
	mustAppend(t, ctx, s, "a-1", 0, r)
	wantStream(t, ctx, s, "a-1", r)
}
