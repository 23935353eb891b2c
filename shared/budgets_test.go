package shared_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
)

// unreachable budgets can be away.
type unreachable struct {
	shared.Budgets
	away bool
}

func (u *unreachable) Spend(ctx context.Context, who string, points int, b shared.Budget) (shared.Balance, error) {
	if u.away {
		return shared.Balance{}, errors.New("connection refused")
	}
	return u.Budgets.Spend(ctx, who, points, b)
}

// TestEitherBudgets limits by node while the shared budgets are away.
func TestEitherBudgets(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }
	first := &unreachable{Budgets: memory.NewBudgets(now)}
	b := shared.EitherBudgets{First: first, Otherwise: memory.NewBudgets(now)}
	for _, tt := range []struct {
		away  bool
		spent bool
	}{{false, true}, {false, false}, {true, true}, {true, false}, {false, false}} {
		first.away = tt.away
		got, err := b.Spend(t.Context(), "a", 60, shared.Budget{Points: 60, Per: time.Minute})
		if err != nil || got.Spent != tt.spent {
			t.Errorf("away %t: %+v, %v, want spent %t", tt.away, got, err, tt.spent)
		}
	}
}
