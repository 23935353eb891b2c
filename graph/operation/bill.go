package operation

import (
	"context"
	"fmt"
	"math"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/rapporteur-project/rapporteur/shared"
)

const (
	reading   = 10       // points that a document costs that must be read first, besides one for each KiB of it
	minimum   = 1        // points that every operation costs, were it for nothing
	heavyScan = 20       // points of one scan, likewise: some ten milliseconds
	heavy     = 500      // points from which on an operation goes through so much that it waits for its turn
	billed    = "limits" // what the bill is called in the statistics of an operation
)

// A Payer is whose budget an operation is charged to.
type Payer struct {
	Name   string        // a person or an address
	Budget shared.Budget // no points: without limit
}

// A Bill is what an operation costs, and what is left of the budget then.
type Bill struct {
	Points int
	Left   int // of Limited budgets
	Limit  int // of the whole budget
	Most   int // that an operation may cost
	scan   int // of Points, for what has to be gone through for one field

	Limited bool
}

// Heavy reports whether the operation goes through much.
func (b Bill) Heavy() bool { return b.Points >= heavy || b.scan >= heavyScan }

// BillOf returns the bill of the operation that ctx is of.
func BillOf(ctx context.Context) (Bill, bool) {
	if !graphql.HasOperationContext(ctx) {
		return Bill{}, false
	}
	b, ok := graphql.GetOperationContext(ctx).Stats.GetExtension(billed).(Bill)
	return b, ok
}

// Asked reports whether the operation that ctx is of asks for its bill.
func Asked(ctx context.Context) bool {
	if !graphql.HasOperationContext(ctx) {
		return false
	}
	yes, _ := graphql.GetOperationContext(ctx).Extensions["cost"].(bool)
	return yes
}

// Extension is the bill as answers show it.
func (b Bill) Extension() map[string]any {
	out := map[string]any{"points": b.Points, "limit": b.Most}
	if b.Limited {
		out["budget"], out["left"] = b.Limit, b.Left
	}
	return out
}

// spend charges points to whoever asks, or refuses.
func (e *Executor) spend(ctx context.Context, by Payer, points int) (Bill, *gqlerror.Error) {
	b := Bill{Points: points, Most: maxCost}
	if e.config.Budgets == nil || by.Budget.Points == 0 {
		return b, nil
	}
	got, err := e.config.Budgets.Spend(ctx, by.Name, points, by.Budget)
	if err != nil {
		return b, &gqlerror.Error{Err: fmt.Errorf("budget: %w", err)}
	}
	b.Limited, b.Left, b.Limit = true, got.Left, by.Budget.Points
	if got.Spent {
		return b, nil
	}
	wait := max(1, int(math.Ceil(got.Retry.Seconds())))
	r := &Refusal{
		Limit: "budget", Code: rateLimited, Text: fmt.Sprintf("This costs %s points, and %s are left of your budget of %s a minute: ask again in %d s.", thousands(points), thousands(got.Left), thousands(by.Budget.Points), wait),
		More: map[string]any{"is": points, "most": by.Budget.Points, "left": got.Left, "retryAfter": wait},
	}
	return b, r.at()
}

// readingCost is what it costs to read a document that is not known yet. So a
// budget bounds how many bad documents anybody can have looked at.
func readingCost(text string) int { return reading + len(text)>>10 }
