package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
)

var (
	redisTrouble = prometheus.NewDesc("rapporteur_redis_trouble", "1 while something cannot be shared through Redis.", nil, nil)
	redisAlone   = prometheus.NewDesc("rapporteur_redis_alone_total", "How often this node could not share something, and did it by itself or refused, by what.", []string{"part"}, nil)
)

// start starts what looks after the sharing.
func (s *shares) start(ctx context.Context, g *errgroup.Group) []*part {
	if s.client == nil {
		return nil
	}
	return []*part{start(ctx, g, "redis", s.client.Run), start(ctx, g, "bell", s.bell.Run)}
}

// check adds how the sharing is. A node that cannot share can answer.
func (s *shares) check(is *readiness) {
	if s.client == nil {
		return
	}
	is.Checks["redis"] = isOK
	if said := s.client.Trouble(); said != "" {
		is.wrong("redis", isDegraded, said)
	}
}

// Describe implements prometheus.Collector.
func (s *shares) Describe(ch chan<- *prometheus.Desc) {
	ch <- redisTrouble
	ch <- redisAlone
}

// Collect implements prometheus.Collector.
func (s *shares) Collect(ch chan<- prometheus.Metric) {
	if s.client == nil {
		return
	}
	trouble := 0.0
	if s.client.Trouble() != "" {
		trouble = 1
	}
	ch <- prometheus.MustNewConstMetric(redisTrouble, prometheus.GaugeValue, trouble)
	for name, n := range s.client.Alone() {
		ch <- prometheus.MustNewConstMetric(redisAlone, prometheus.CounterValue, float64(n), name)
	}
}
