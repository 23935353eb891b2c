package memory

import (
	"context"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/rapporteur-project/rapporteur/shared"
)

const maxBudgets = 1 << 16 // that are remembered, some 150 bytes each

// Budgets are this node's own. A full budget takes no memory: it is dropped
// while others spend. Beyond a bound the one that was used longest ago counts as
// full again, so that memory is bounded, whoever comes.
type Budgets struct {
	now  func() time.Time
	mu   sync.Mutex
	full *simplelru.LRU[string, time.Time] // guarded by mu: when each will be full
}

var _ shared.Budgets = (*Budgets)(nil)

// NewBudgets returns budgets that are all full.
func NewBudgets(now func() time.Time) *Budgets {
	full, err := simplelru.NewLRU[string, time.Time](maxBudgets, nil)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &Budgets{now: now, full: full}
}

// Spend implements shared.Budgets. It never fails.
func (b *Budgets) Spend(_ context.Context, who string, points int, of shared.Budget) (shared.Balance, error) {
	points = min(points, of.Points)
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.drop(now)
	full, _ := b.full.Get(who)
	if full.Before(now) {
		full = now
	}
	then := full.Add(of.Per * time.Duration(points) / time.Duration(of.Points))
	if over := then.Sub(now) - of.Per; over > 0 {
		return shared.Balance{Left: left(of, full.Sub(now)), Retry: over}, nil
	}
	if points > 0 {
		b.full.Add(who, then)
	}
	return shared.Balance{Spent: true, Left: left(of, then.Sub(now))}, nil
}

// left is what a budget has that is full after wait.
func left(of shared.Budget, wait time.Duration) int {
	return max(0, int((of.Per-wait)*time.Duration(of.Points)/of.Per))
}

// drop forgets some budgets that are full again, of those used longest ago. It
// forgets more than come, so that none stays for long while others come.
func (b *Budgets) drop(now time.Time) {
	for range 2 {
		who, full, ok := b.full.GetOldest()
		if !ok || full.After(now) {
			return
		}
		b.full.Remove(who)
	}
}
