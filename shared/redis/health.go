package redis

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/sony/gobreaker/v2"
)

const server = "server" // in trouble: nothing can be asked of it

// errUnasked is so before Run has looked.
var errUnasked = errors.New("it has not been asked yet")

// A part is one of the things that are shared. Its try does what it does for
// others, so that a right that is missing shows before somebody needs it.
type part struct {
	name string
	try  func(context.Context) error
}

// watch has Run try a part now and then.
func (c *Client) watch(name string, try func(context.Context) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parts = append(c.parts, part{name, try})
	c.alone[name] = 0
}

// Run looks after the server until ctx ends: it notices when it is back, and
// tries what is shared. Without it a server that was away once stays away.
func (c *Client) Run(ctx context.Context) error {
	tick := time.NewTicker(tryEvery)
	defer tick.Stop()
	for {
		c.look(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// look tries everything once.
func (c *Client) look(ctx context.Context) {
	if err := c.ping(ctx); err != nil {
		if !errors.Is(err, gobreaker.ErrOpenState) && ctx.Err() == nil {
			c.say(ctx, server, err)
		}
		return
	}
	c.mu.Lock()
	parts := slices.Clone(c.parts)
	c.mu.Unlock()
	for _, p := range parts {
		if err := p.try(ctx); err != nil && !answered(err) {
			return // the next look asks whether it is still away
		}
	}
	c.say(ctx, server, nil)
}

// say remembers how a part is, and logs it when that changes.
func (c *Client) say(ctx context.Context, part string, err error) {
	c.mu.Lock()
	before, known := c.trouble[part]
	if err == nil {
		delete(c.trouble, part)
	} else {
		c.trouble[part] = err
	}
	c.mu.Unlock()
	switch {
	case err == nil && known && !errors.Is(before, errUnasked):
		slog.InfoContext(ctx, "redis is well again", slog.String("part", part))
	case err != nil && (!known || errors.Is(before, errUnasked)):
		slog.WarnContext(ctx, "redis cannot be used: this node goes on by itself", slog.String("part", part), slog.Any("err", err))
	}
}

// Trouble says in a few words what is wrong, for whoever may ask how the node
// is; the log says more. It is empty if nothing is.
func (c *Client) Trouble() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err, ok := c.trouble[server]; ok {
		switch {
		case errors.Is(err, errUnasked):
			return "not asked yet"
		case redis.IsAuthError(err):
			return "does not let this node sign in; the server's own log says why"
		case redis.IsPermissionError(err):
			return "lets this node do nothing; the server's own log says why"
		}
		return "cannot be reached; the server's own log says why"
	}
	if len(c.trouble) == 0 {
		return ""
	}
	name := slices.Min(slices.Collect(maps.Keys(c.trouble)))
	if redis.IsPermissionError(c.trouble[name]) {
		return "does not let this node share " + name + "; the server's own log says why"
	}
	return "cannot share " + name + "; the server's own log says why"
}

// Alone says of each part how often it could not be shared, so that this node
// did it by itself, or refused.
func (c *Client) Alone() map[string]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.alone)
}
