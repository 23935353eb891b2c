package main

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rapporteur-project/rapporteur/auth"
)

// What /metrics says of who signs in.
var (
	tokensRefused = prometheus.CounterOpts{Name: "rapporteur_token_refused_total", Help: "Tokens that were not accepted, by reason; unverifiable is no fault of the token's."}
	issuerKeys    = prometheus.NewDesc("rapporteur_issuer_keys", "Keys of an issuer that tokens can be verified with.", []string{"issuer"}, nil)
	issuerFailing = prometheus.NewDesc("rapporteur_issuer_failing", "1 if the last attempt to read an issuer's keys failed; its last ones stay.", []string{"issuer"}, nil)
)

// count counts a token that was refused, and by its reason alone.
func (id *identity) count(why error) {
	reason := "unverifiable"
	if r, ok := errors.AsType[auth.Refusal](why); ok {
		reason = string(r)
	}
	id.refusals.WithLabelValues(reason).Inc()
}

// Describe implements prometheus.Collector.
func (id *identity) Describe(ch chan<- *prometheus.Desc) {
	id.refusals.Describe(ch)
	ch <- issuerKeys
	ch <- issuerFailing
}

// Collect implements prometheus.Collector.
func (id *identity) Collect(ch chan<- prometheus.Metric) {
	id.refusals.Collect(ch)
	for _, p := range id.providers {
		h := p.Health()
		ch <- prometheus.MustNewConstMetric(issuerKeys, prometheus.GaugeValue, float64(h.Keys), p.Address())
		ch <- prometheus.MustNewConstMetric(issuerFailing, prometheus.GaugeValue, float64(one(h.Fault)), p.Address())
	}
}
