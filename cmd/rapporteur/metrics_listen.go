package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"

	dto "github.com/prometheus/client_model/go"

	"github.com/prometheus/client_golang/prometheus"
)

// A snapshot is the metrics of one moment, for everybody: where they moved at
// once they would tell when something is recorded.
type snapshot struct {
	of prometheus.Gatherer

	mu    sync.Mutex
	taken bool
	all   []*dto.MetricFamily // guarded by mu; never changed
	err   error               // guarded by mu
}

// take replaces the metrics with those of now.
func (s *snapshot) take() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all, s.err = s.of.Gather()
	s.taken = true
}

// Gather implements prometheus.Gatherer.
func (s *snapshot) Gather() ([]*dto.MetricFamily, error) {
	s.mu.Lock()
	taken := s.taken
	s.mu.Unlock()
	if !taken {
		s.take()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all, s.err
}

// checkMetrics refuses an address for metrics that is no other than listen.
func checkMetrics(metrics, listen string) error {
	host, port, err := net.SplitHostPort(metrics)
	if err != nil {
		return errors.New("must be a host and a port, such as 127.0.0.1:9090")
	}
	if h, p, err := net.SplitHostPort(listen); err == nil && p == port && port != "0" && (h == host || host == "" || h == "") {
		return errors.New("must be another address than --listen: who can reach it sees when something is recorded")
	}
	return nil
}

// operators is where operators read metrics of this moment; the zero one is
// nowhere.
type operators struct{ net.Listener }

func listenMetrics(address string) (operators, error) {
	if address == "" {
		return operators{}, nil
	}
	l, err := net.Listen("tcp", address)
	return operators{l}, err
}

// say prints where it is.
func (o operators) say(out io.Writer) error {
	if o.Listener == nil {
		return nil
	}
	if _, err := fmt.Fprintf(out, "metrics on http://%s/metrics\n", o.Addr()); err != nil {
		return fmt.Errorf("say where metrics are: %w", err)
	}
	return nil
}

// end lets the address go, also where nothing was served there.
func (o operators) end() {
	if o.Listener != nil {
		_ = o.Close() // it may be closed already
	}
}

// publicMetrics has everybody's metrics move with the published log.
func (n *node) publicMetrics() {
	n.public = &snapshot{of: n.registry(visible)}
	n.proofs.Tried = func() {
		n.public.take()
		n.tried.Store(true)
	}
}

// serveMetrics serves metrics to operators until ctx ends.
func (n *node) serveMetrics(ctx context.Context) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", exposition(n.registry(exact)))
	srv := newServer(mux)
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(n.metrics) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime/2)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests under way were cut off: %w", err), srv.Close())
	}
	return nil
}
