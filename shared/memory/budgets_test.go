package memory

import (
	"fmt"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/sharedtest"
)

// clock stands still until it is moved.
type clock struct{ at time.Time }

func (c *clock) now() time.Time       { return c.at }
func (c *clock) wait(d time.Duration) { c.at = c.at.Add(d) }

func standing() *clock { return &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func TestBudgets(t *testing.T) {
	sharedtest.Budgets(t, func(*testing.T) (shared.Budgets, func(time.Duration)) {
		c := standing()
		return NewBudgets(c.now), c.wait
	})
}

// TestBudgetsAreForgotten: whoever comes once takes no memory for long, and
// whoever comes from everywhere takes a bounded amount.
func TestBudgetsAreForgotten(t *testing.T) {
	c := standing()
	b := NewBudgets(c.now)
	minute := shared.Budget{Points: 60, Per: time.Minute}
	spend := func(who string) {
		t.Helper()
		if got, err := b.Spend(t.Context(), who, 1, minute); err != nil || !got.Spent {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	for i := range 1_000 {
		spend(fmt.Sprint(i))
	}
	c.wait(2 * time.Minute)
	for range 1_000 {
		spend("another")
		c.wait(time.Second)
	}
	if n := b.full.Len(); n > 2 {
		t.Errorf("%d budgets are remembered that are full", n)
	}
	for i := range 2 * maxBudgets {
		spend(fmt.Sprint(i))
	}
	if n := b.full.Len(); n > maxBudgets {
		t.Errorf("%d budgets are remembered, want at most %d", n, maxBudgets)
	}
}
