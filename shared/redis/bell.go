package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
)

const (
	wakeUps   = "wake-ups"
	hearing   = "wake-ups of other nodes"
	quietTime = 2 * time.Second // without a message before the connection is tried
)

// A Bell rings on all nodes. Those of its own node hear it without the server.
type Bell struct {
	c    *Client
	own  memory.Bell
	self string        // what this node's rings say, so that it does not hear them twice
	rung chan struct{} // holds one while a ring waits to be sent
}

var _ shared.Bell = (*Bell)(nil)

// Bell returns the one that rings on all nodes while it runs.
func (c *Client) Bell() *Bell {
	b := &Bell{c: c, self: rand.Text(), rung: make(chan struct{}, 1)}
	c.watch(wakeUps, func(ctx context.Context) error { return b.publish(ctx, c.names.of("bell-trial", "")) })
	return b
}

// Ring implements shared.Bell.
func (b *Bell) Ring() {
	b.own.Ring()
	select {
	case b.rung <- struct{}{}:
	default: // one is about to be sent
	}
}

// Listen implements shared.Bell.
func (b *Bell) Listen(ctx context.Context) <-chan struct{} { return b.own.Listen(ctx) }

// Run sends rings and hears those of other nodes, until ctx ends.
func (b *Bell) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return b.send(ctx) })
	g.Go(func() error { return b.hear(ctx) })
	return g.Wait()
}

func (b *Bell) send(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-b.rung:
			_ = b.publish(ctx, b.channel()) // a ring may be lost; the client knows of the trouble
		}
	}
}

func (b *Bell) channel() string { return b.c.names.of("bell", "") }

func (b *Bell) publish(ctx context.Context, channel string) error {
	return b.c.do(ctx, wakeUps, func(ctx context.Context) error {
		return b.c.db.Publish(ctx, channel, b.self).Err()
	})
}

// hear rings here whenever another node does, over one connection after the other.
func (b *Bell) hear(ctx context.Context) error {
	again := time.NewTimer(0)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-again.C:
		}
		if err := b.hearOn(ctx); err != nil && answered(err) {
			b.c.say(ctx, hearing, err)
		}
		again.Reset(tryEvery)
	}
}

// hearOn hears on one connection, until that fails.
func (b *Bell) hearOn(ctx context.Context) error {
	sub := b.c.db.Subscribe(ctx, b.channel())
	defer sub.Close()
	defer context.AfterFunc(ctx, func() { sub.Close() })()
	for asked := false; ; {
		got, err := sub.ReceiveTimeout(ctx, quietTime)
		if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() && !asked {
			asked = true
			err = sub.Ping(ctx)
			if err == nil {
				continue
			}
		}
		if err != nil {
			return err
		}
		asked = false
		switch got := got.(type) {
		case *redis.Subscription:
			b.c.say(ctx, hearing, nil)
			b.own.Ring() // for those that were missed
		case *redis.Message:
			if got.Payload != b.self {
				b.own.Ring()
			}
		}
	}
}
