package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// clients is how many work at the same time.
const clients = 64

// drive has every client do one operation after the other for a time, and one
// even if that is over before it has begun.
func drive(ctx context.Context, d time.Duration, do func(ctx context.Context, client int) error) (figure, error) {
	took, errs := make([][]time.Duration, clients), make([]error, clients)
	begin := time.Now()
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for len(took[c]) == 0 || time.Since(begin) < d && errs[c] == nil {
				at := time.Now()
				errs[c] = do(ctx, c)
				took[c] = append(took[c], time.Since(at))
			}
		})
	}
	wg.Wait()
	return figureOf(slices.Concat(took...), time.Since(begin)), errors.Join(errs...)
}

// alone has one client do one operation after the other for a time. What it
// does before each does not count.
func alone(ctx context.Context, d time.Duration, before, do func(context.Context) error) (figure, error) {
	var took []time.Duration
	var sum time.Duration
	for begin := time.Now(); len(took) == 0 || time.Since(begin) < d; {
		if before != nil {
			if err := before(ctx); err != nil {
				return figure{}, err
			}
		}
		at := time.Now()
		if err := do(ctx); err != nil {
			return figure{}, err
		}
		took = append(took, time.Since(at))
		sum += took[len(took)-1]
	}
	return figureOf(took, sum), nil
}

// figureOf is what operations that took so long each come to in a time.
func figureOf(took []time.Duration, elapsed time.Duration) figure {
	slices.Sort(took)
	return figure{rate: float64(len(took)) / elapsed.Seconds(), p50: took[len(took)/2], p99: took[len(took)*99/100]}
}

// A site is a handler that is served on this machine, and who asks it.
type site struct {
	url    string
	server *http.Server
	client *http.Client
	ended  chan error
}

func serve(h http.Handler) (*site, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &site{
		url:    "http://" + l.Addr().String(),
		server: &http.Server{Handler: h},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}},
		ended:  make(chan error, 1),
	}
	var wg sync.WaitGroup
	wg.Go(func() { s.ended <- s.server.Serve(l) })
	return s, nil
}

func (s *site) close() error {
	s.client.CloseIdleConnections()
	err := s.server.Close()
	if ended := <-s.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// ask posts body and returns the answer. No token is sent if it is empty.
func (s *site) ask(ctx context.Context, token string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, answer)
	}
	return answer, err
}
