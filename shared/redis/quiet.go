package redis

import (
	"context"
	"log/slog"
	"sync"

	"github.com/redis/go-redis/v9"
)

// quieten sets the library's logger, which is one for the whole process.
var quieten sync.Once

func quiet() { redis.SetLogger(quietLog{}) }

// quietLog passes on what the library says, and nothing that it says it of: an
// address, a key or what a server answered may be among it. What matters comes
// back as an error and is reported by Run.
type quietLog struct{}

// Printf implements the library's Logging.
func (quietLog) Printf(ctx context.Context, format string, _ ...any) {
	slog.DebugContext(ctx, "redis client", slog.String("says", format))
}
