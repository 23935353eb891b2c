package main

import (
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// What /metrics says of a node. Indexes are -1 for none.
var (
	logIndex        = prometheus.NewDesc("rapporteur_log_index", "Index of the newest record that is numbered.", nil, nil)
	publishedSize   = prometheus.NewDesc("rapporteur_log_published_size", "Records in the published log.", nil, nil)
	signerStopped   = prometheus.NewDesc("rapporteur_log_signer_stopped", "1 once the signer has stopped as an incident: nothing more is signed or accepted.", nil, nil)
	eventsStopped   = prometheus.NewDesc("rapporteur_events_stopped", "1 once somebody touched the record where it is stored: nothing more is recorded.", nil, nil)
	projectionIndex = prometheus.NewDesc("rapporteur_projection_index", "Index of the newest record that a read model has seen.", []string{"name"}, nil)
	witnessSize     = prometheus.NewDesc("rapporteur_witness_size", "Records in the largest log that a witness has cosigned.", []string{"name"}, nil)
	witnessFailing  = prometheus.NewDesc("rapporteur_witness_failing", "1 if the last attempt to have a witness cosign failed.", []string{"name"}, nil)
)

// newRefused counts what limits refuse.
func newRefused() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "rapporteur_refused_total", Help: "What was refused because of a limit, by which.",
	}, []string{"limit"})
}

// metrics serves what Prometheus reads.
func (n *node) metrics() http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(n, n.refused, n.identity, n.shares, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn)})
}

// Describe implements prometheus.Collector.
func (n *node) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{logIndex, publishedSize, signerStopped, eventsStopped, projectionIndex, witnessSize, witnessFailing} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (n *node) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v int64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	gauge(logIndex, n.log.Size()-1)
	h, _ := n.proofs.Published()
	gauge(publishedSize, h.Size)
	gauge(signerStopped, one(n.proofs.Fault()))
	gauge(eventsStopped, one(n.events.fault()))
	for _, c := range append(n.engine.Certificates(), n.search.Certificates()...) {
		gauge(projectionIndex, c.Next-1, c.Name)
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
