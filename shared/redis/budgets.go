package redis

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/rapporteur-project/rapporteur/shared"
)

// spend takes a cost from the budget KEYS[1], of which it is known when it will
// be full: in microseconds, by the server's clock, which is one for all nodes.
// ARGV: the cost, and the time that a whole budget takes to fill. What it finds
// there may be anything, but nothing makes a wait longer than that.
const spend = `
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local cost, whole = tonumber(ARGV[1]), tonumber(ARGV[2])
local found = redis.pcall('GET', KEYS[1])
if type(found) == 'table' and string.sub(found.err, 1, 9) ~= 'WRONGTYPE' then return found end
local full = type(found) == 'string' and tonumber(found) or now
if full ~= full or full < now then full = now end
if full > now + whole then full = now + whole end
local over = full + cost - now - whole
if over > 0 then return {0, full - now, over} end
if cost > 0 then
  local rest = full + cost - now
  redis.call('SET', KEYS[1], string.format('%.0f', full + cost), 'PX', math.ceil(rest / 1000))
end
return {1, full + cost - now, 0}`

// Budgets are what all nodes spend from.
type Budgets struct {
	c      *Client
	script *redis.Script
}

var _ shared.Budgets = (*Budgets)(nil)

// Budgets returns those of the server.
func (c *Client) Budgets() *Budgets {
	b := &Budgets{c, redis.NewScript(spend)}
	c.watch(budgets, func(ctx context.Context) error {
		_, err := b.take(ctx, c.names.of("budget-trial", ""), time.Microsecond, time.Second)
		return err
	})
	return b
}

const budgets = "budgets"

// Spend implements shared.Budgets.
func (b *Budgets) Spend(ctx context.Context, who string, points int, of shared.Budget) (shared.Balance, error) {
	cost := of.Per * time.Duration(min(points, of.Points)) / time.Duration(of.Points)
	took, err := b.take(ctx, b.c.names.of("budget", who), cost, of.Per)
	if err != nil {
		return shared.Balance{}, err
	}
	left := int((of.Per - took.wait) * time.Duration(of.Points) / of.Per)
	return shared.Balance{Spent: took.spent, Left: max(0, left), Retry: took.over}, nil
}

// A taking is what the script answers.
type taking struct {
	spent      bool
	wait, over time.Duration // until it is full, and until there is enough
}

func (b *Budgets) take(ctx context.Context, key string, cost, whole time.Duration) (t taking, err error) {
	var n []int64
	err = b.c.do(ctx, budgets, func(ctx context.Context) error {
		n, err = b.script.Run(ctx, b.c.db, []string{key}, cost.Microseconds(), whole.Microseconds()).Int64Slice()
		if err == nil && len(n) != 3 {
			err = fmt.Errorf("%d numbers came back, not 3", len(n))
		}
		return err
	})
	if err != nil {
		return taking{}, err
	}
	return taking{n[0] == 1, time.Duration(n[1]) * time.Microsecond, time.Duration(n[2]) * time.Microsecond}, nil
}
