package esdbstore

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// TestChatter hears a client that says the same over and over.
func TestChatter(t *testing.T) {
	was := slog.Default()
	defer slog.SetDefault(was)
	var out bytes.Buffer
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	synctest.Test(t, func(t *testing.T) {
		var c chatter
		for range 3 {
			for n := range 40 {
				c.say(esdb.LogError, "node %d is away", n)
				c.say(esdb.LogInfo, "discovery attempt %d", n)
			}
			<-time.After(quiet)
		}
	})
	if lines := strings.Count(out.String(), "\n"); lines != 3 || !strings.Contains(out.String(), "heldBack=39") || strings.Contains(out.String(), "discovery") {
		t.Errorf("%d lines:\n%s", lines, &out)
	}
}
