package main

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// TestCheckMetrics keeps metrics of this moment off the address that everybody
// reaches.
func TestCheckMetrics(t *testing.T) {
	for _, tt := range []struct {
		metrics, listen string
		ok              bool
	}{
		{"127.0.0.1:9090", "127.0.0.1:8080", true},
		{"127.0.0.1:0", "127.0.0.1:0", true},
		{"10.0.0.1:8080", "127.0.0.1:8080", true},
		{":9090", "0.0.0.0:8080", true},
		{"127.0.0.1:8080", "127.0.0.1:8080", false},
		{":8080", "127.0.0.1:8080", false},
		{"9090", "127.0.0.1:8080", false},
		{"127.0.0.1", "127.0.0.1:8080", false},
	} {
		if err := checkMetrics(tt.metrics, tt.listen); (err == nil) != tt.ok {
			t.Errorf("--metrics %s with --listen %s: %v", tt.metrics, tt.listen, err)
		}
	}
}

// TestSnapshot shows everything as it was when the snapshot was taken.
func TestSnapshot(t *testing.T) {
	r := prometheus.NewRegistry()
	c := newRefused()
	r.MustRegister(c)
	s := &snapshot{of: r}
	count := func(want int) {
		t.Helper()
		all, err := s.Gather()
		n := 0
		for _, f := range all {
			n += len(f.Metric)
		}
		if err != nil || n != want {
			t.Errorf("%d series, %v; want %d", n, err, want)
		}
	}
	c.WithLabelValues("depth").Inc()
	count(1) // the first to ask has it taken
	c.WithLabelValues("cost").Inc()
	count(1)
	s.take()
	count(2)
}
