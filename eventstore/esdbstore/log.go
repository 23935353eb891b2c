package esdbstore

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// quiet is how long the client is not heard after it was. Where no server
// answers it says so dozens of times a second.
const quiet = 5 * time.Second

// chatter takes what a client says about its connections, which otherwise goes
// to standard output. It says nothing of bodies. What it calls an error is often
// the next try of something that we try again anyway: a warning, to us.
type chatter struct {
	mu   sync.Mutex
	last time.Time // when it was heard
	held int       // how often it was not, since
	shut bool      // it is not heard at all
}

// hush has the client not be heard, or heard again.
func (c *chatter) hush(shut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shut = shut
}

func (c *chatter) say(level esdb.LogLevel, format string, args ...any) {
	if level != esdb.LogError && level != esdb.LogWarn {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shut {
		return
	}
	if time.Since(c.last) < quiet {
		c.held++
		return
	}
	slog.LogAttrs(context.Background(), slog.LevelWarn, "event store client", slog.String("said", fmt.Sprintf(format, args...)), slog.Int("heldBack", c.held))
	c.last, c.held = time.Now(), 0
}
