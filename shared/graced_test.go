package shared_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
	"github.com/rapporteur-project/rapporteur/shared/sharedtest"
)

var errDown = errors.New("connection refused")

// away is a store that can be away.
type away struct {
	shared.Revocations
	down bool
}

func (a *away) Revoke(ctx context.Context, r shared.Revocation) error {
	if a.down {
		return errDown
	}
	return a.Revocations.Revoke(ctx, r)
}

func (a *away) Revoked(ctx context.Context, issued time.Time, ids ...string) (bool, error) {
	if a.down {
		return false, errDown
	}
	return a.Revocations.Revoked(ctx, issued, ids...)
}

func kept(t *testing.T, now func() time.Time) *memory.Revocations {
	t.Helper()
	r, err := memory.OpenRevocations("", now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestGracedKeepsTheContract(t *testing.T) {
	sharedtest.Revocations(t, func(t *testing.T, now func() time.Time) (shared.Revocations, func(*testing.T) shared.Revocations) {
		return &shared.Graced{Store: kept(t, now), Grace: time.Minute, Now: now}, nil
	})
}

// TestGrace: while the store is away nothing is taken for good that it had
// refused, the rest goes on for the grace, and then nobody is told anything.
func TestGrace(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	a := &away{Revocations: kept(t, clock), down: true}
	g := &shared.Graced{Store: a, Grace: time.Minute, Now: clock}
	ask := func(id string) (bool, error) {
		return g.Revoked(t.Context(), now.Add(-time.Hour).Truncate(time.Hour), id)
	}

	if _, err := ask("a"); !errors.Is(err, shared.ErrUnreachable) || !errors.Is(err, errDown) {
		t.Fatalf("never reached: %v", err)
	}
	a.down = false
	if err := g.Revoke(t.Context(), shared.Revocation{ID: "a", Until: now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if yes, err := ask("a"); !yes || err != nil {
		t.Fatalf("revoked %t, %v", yes, err)
	}
	a.down = true
	if err := g.Revoke(t.Context(), shared.Revocation{ID: "b", Until: now.Add(time.Hour)}); !errors.Is(err, errDown) {
		t.Errorf("revoked nowhere: %v", err)
	}
	now = now.Add(time.Minute - time.Second)
	if yes, err := ask("a"); !yes || err != nil {
		t.Errorf("within the grace what was refused is refused: %t, %v", yes, err)
	}
	if yes, err := ask("b"); yes || err != nil {
		t.Errorf("within the grace the rest goes on: %t, %v", yes, err)
	}
	now = now.Add(time.Second)
	if _, err := ask("b"); !errors.Is(err, shared.ErrUnreachable) {
		t.Errorf("after the grace: %v", err)
	}
	a.down = false
	if yes, err := ask("b"); yes || err != nil {
		t.Errorf("back again: %t, %v", yes, err)
	}
	a.down = true
	if yes, err := ask("b"); yes || err != nil {
		t.Errorf("a new grace: %t, %v", yes, err)
	}
}

func TestNoGrace(t *testing.T) {
	a := &away{Revocations: kept(t, nil)}
	g := &shared.Graced{Store: a}
	if _, err := g.Revoked(t.Context(), time.Now(), "a"); err != nil {
		t.Fatal(err)
	}
	a.down = true
	if _, err := g.Revoked(t.Context(), time.Now(), "a"); !errors.Is(err, shared.ErrUnreachable) {
		t.Errorf("got %v", err)
	}
}

// TestGraceFromTheStart: a node that starts while the store is away goes on as
// those do that run.
func TestGraceFromTheStart(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	a := &away{Revocations: kept(t, nil), down: true}
	g := &shared.Graced{Store: a, Grace: time.Minute, Opened: now, Now: func() time.Time { return now }}
	if _, err := g.Revoked(t.Context(), now, "a"); err != nil {
		t.Errorf("at the start: %v", err)
	}
	now = now.Add(time.Minute)
	if _, err := g.Revoked(t.Context(), now, "a"); !errors.Is(err, shared.ErrUnreachable) {
		t.Errorf("after the grace: %v", err)
	}
}
