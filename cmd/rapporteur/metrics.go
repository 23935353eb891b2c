package main

import (
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// What metrics say of a node. Indexes are -1 for none.
var (
	logIndex         = prometheus.NewDesc("rapporteur_log_index", "Index of the newest record that is numbered.", nil, nil)
	publishedSize    = prometheus.NewDesc("rapporteur_log_published_size", "Records in the published log.", nil, nil)
	signerStopped    = prometheus.NewDesc("rapporteur_log_signer_stopped", "1 once the signer has stopped as an incident: nothing more is signed or accepted.", nil, nil)
	eventsStopped    = prometheus.NewDesc("rapporteur_events_stopped", "1 while nothing is recorded: the events cannot be written, or somebody touched the record on the servers that hold it.", nil, nil)
	numberingStopped = prometheus.NewDesc("rapporteur_log_stopped", "1 while records cannot be numbered: nothing is recorded.", nil, nil)
	logDamaged       = prometheus.NewDesc("rapporteur_log_damaged", "Files of the published log, and log.db, that are not what the record makes them.", nil, nil)
	projectionIndex  = prometheus.NewDesc("rapporteur_projection_index", "Index of the newest record that a read model has seen.", []string{"name"}, nil)
	witnessSize      = prometheus.NewDesc("rapporteur_witness_size", "Records in the largest log that a witness has cosigned.", []string{"name"}, nil)
	witnessFailing   = prometheus.NewDesc("rapporteur_witness_failing", "1 if the last attempt to have a witness cosign failed.", []string{"name"}, nil)
)

// newRefused counts what limits refuse.
func newRefused() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "rapporteur_refused_total", Help: "What was refused because of a limit, by which.",
	}, []string{"limit"})
}

// registry has all metrics, with indexes as known shows them.
func (n *node) registry(known func(index, published int64) int64) *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(nodeMetrics{n, known}, &n.health, n.refused, n.identity, n.shares, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// exposition serves metrics as Prometheus reads them.
func exposition(g prometheus.Gatherer) http.Handler {
	return promhttp.HandlerFor(g, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn)})
}

// exact shows an index as it is, to operators.
func exact(index, _ int64) int64 { return index }

// visible shows an index as far as everybody may know of it.
func visible(index, published int64) int64 { return min(index, published) }

// nodeMetrics collects what a node says of itself.
type nodeMetrics struct {
	*node
	known func(index, published int64) int64
}

// Describe implements prometheus.Collector.
func (n nodeMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{logIndex, publishedSize, logDamaged, signerStopped, eventsStopped, numberingStopped, projectionIndex, witnessSize, witnessFailing} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (n nodeMetrics) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	published := n.proofs.PublishedSize()
	gauge(logIndex, n.known(n.log.Size()-1, published-1))
	gauge(publishedSize, published)
	gauge(logDamaged, int64(len(n.proofs.Flawed())))
	gauge(signerStopped, one(n.proofs.Fault()))
	gauge(numberingStopped, one(n.log.Fault()))
	gauge(eventsStopped, one(n.events.fault()))
	for _, c := range append(n.engine.Certificates(), n.search.Certificates()...) {
		gauge(projectionIndex, n.known(c.Next-1, published-1), c.Name)
	}
	for _, w := range n.proofs.Witnesses() {
		gauge(witnessSize, w.Size, w.Name)
		gauge(witnessFailing, one(w.Err), w.Name)
	}
}

// one is 1 for an error.
func one(err error) int64 {
	if err != nil {
		return 1
	}
	return 0
}
