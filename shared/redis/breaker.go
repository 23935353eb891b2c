package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/sony/gobreaker/v2"
)

// newBreaker opens at the first time that the server does not answer: a
// stopped one then costs one wait. Only Run tries whether it does again, and no
// request waits for that.
func newBreaker() *gobreaker.CircuitBreaker[struct{}] {
	return gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
		Timeout:      tryEvery / 2,
		ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures > 0 },
		IsSuccessful: answered,
		IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) }, // who asked went away
	})
}

// answered reports whether the server did, if only to refuse.
func answered(err error) bool {
	if err == nil {
		return true
	}
	_, replied := errors.AsType[redis.Error](err)
	useless := redis.IsAuthError(err) || redis.IsLoadingError(err) || redis.IsMasterDownError(err) || redis.IsMaxClientsError(err)
	return replied && !useless
}

// do has the server do something for a part, unless it is known to be away.
func (c *Client) do(ctx context.Context, part string, f func(context.Context) error) error {
	err := c.attempt(ctx, f)
	if answered(err) {
		c.say(ctx, part, err)
	}
	if err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.alone[part]++
		return fmt.Errorf("redis: %s: %w", part, err)
	}
	return nil
}

func (c *Client) attempt(ctx context.Context, f func(context.Context) error) error {
	if c.breaker.State() != gobreaker.StateClosed {
		return ErrAway
	}
	ctx, cancel := context.WithTimeout(ctx, c.waits.most())
	defer cancel()
	_, err := c.breaker.Execute(func() (struct{}, error) { return struct{}{}, f(ctx) })
	return err
}

// ping asks the server whether it is there. It alone is let through to one
// that was away.
func (c *Client) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.waits.most())
	defer cancel()
	_, err := c.breaker.Execute(func() (struct{}, error) { return struct{}{}, c.db.Ping(ctx).Err() })
	return err
}

const tryEvery = 250 * time.Millisecond // how often the server is looked at, and asked whether it is back
