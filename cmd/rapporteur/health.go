package main

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// healthEvery is how often a node looks at itself when nobody asks.
const healthEvery = time.Second

// A health remembers since when each check of a node fails, and logs when that
// begins and ends. Its zero value is ready.
type health struct {
	mu    sync.Mutex
	since map[string]time.Time // by check; those that fail
	all   []string             // every check there is, sorted
}

// note takes in how a node is, and adds since when what is wrong is so.
func (h *health) note(ctx context.Context, is *readiness) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.since == nil {
		h.since = map[string]time.Time{}
	}
	for check, said := range is.Checks {
		since, failing := h.since[check]
		switch {
		case said != isOK && !failing:
			h.since[check] = time.Now().UTC().Truncate(time.Second)
			slog.WarnContext(ctx, "a check fails", slog.String("check", check), slog.String("said", said))
		case said == isOK && failing:
			delete(h.since, check)
			slog.InfoContext(ctx, "a check is well again", slog.String("check", check), slog.Duration("after", time.Since(since).Truncate(time.Second)))
		}
	}
	is.Since = maps.Clone(h.since)
	h.all = slices.Sorted(maps.Keys(is.Checks))
}

var (
	degraded      = prometheus.NewDesc("rapporteur_degraded", "1 while a check of /readyz fails, by which.", []string{"check"}, nil)
	degradedSince = prometheus.NewDesc("rapporteur_degraded_since_seconds", "Since when a check of /readyz fails, in seconds since 1970, by which.", []string{"check"}, nil)
)

// Describe implements prometheus.Collector.
func (h *health) Describe(ch chan<- *prometheus.Desc) {
	ch <- degraded
	ch <- degradedSince
}

// Collect implements prometheus.Collector.
func (h *health) Collect(ch chan<- prometheus.Metric) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, check := range h.all {
		since, failing := h.since[check]
		value := 0.0
		if failing {
			value = 1
			ch <- prometheus.MustNewConstMetric(degradedSince, prometheus.GaugeValue, float64(since.Unix()), check)
		}
		ch <- prometheus.MustNewConstMetric(degraded, prometheus.GaugeValue, value, check)
	}
}

// watchHealth looks at the node now and then, until ctx ends, so that its log and
// metrics tell of a fault that nobody asked about.
func (n *node) watchHealth(ctx context.Context) error {
	tick := time.NewTicker(healthEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			n.readiness(ctx)
		}
	}
}
