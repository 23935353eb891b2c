package shared

import (
	"context"
	"log/slog"
	"time"
)

// Budgets say how much each of those who ask may still spend.
type Budgets interface {
	// Spend takes points from the budget of who, if they are there. A budget
	// begins full and fills up evenly; more points than a whole budget has count
	// as the whole, so that nothing waits for ever. It is safe for concurrent
	// use: two never spend the same points. On an error nobody knows whether
	// anything was spent.
	Spend(ctx context.Context, who string, points int, b Budget) (Balance, error)
}

// A Budget is so many points in so much time.
type Budget struct {
	Points int
	Per    time.Duration
}

// A Balance is what came of spending.
type Balance struct {
	Spent bool          // if not, nothing was taken
	Left  int           // points
	Retry time.Duration // until there is enough, where nothing was taken
}

// EitherBudgets spends from First, which all nodes share, and while that fails
// from Otherwise, which this node has for itself: with a limit of each node's
// own, rather than with none or no answer at all.
type EitherBudgets struct{ First, Otherwise Budgets }

var _ Budgets = EitherBudgets{}

// Spend implements Budgets.
func (e EitherBudgets) Spend(ctx context.Context, who string, points int, b Budget) (Balance, error) {
	balance, err := e.First.Spend(ctx, who, points, b)
	if err == nil {
		return balance, nil
	}
	slog.DebugContext(ctx, "shared budgets", slog.Any("err", err))
	return e.Otherwise.Spend(ctx, who, points, b)
}
