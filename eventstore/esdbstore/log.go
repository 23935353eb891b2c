package esdbstore

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// log takes what the client says about its connections, which otherwise goes to
// standard output. It says nothing of bodies. What it calls an error is often
// the next try of something that we try again anyway: a warning, to us.
func log(level esdb.LogLevel, format string, args ...any) {
	to := slog.LevelDebug
	if level == esdb.LogError || level == esdb.LogWarn {
		to = slog.LevelWarn
	}
	if ctx := context.Background(); slog.Default().Enabled(ctx, to) {
		slog.Log(ctx, to, "event store client", slog.String("said", fmt.Sprintf(format, args...)))
	}
}
