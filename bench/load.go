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

// drive has every client do one operation after the other for a time.
func drive(ctx context.Context, d time.Duration, do func(ctx context.Context, client int) error) (figure, error) {
	took, errs := make([][]time.Duration, clients), make([]error, clients)
	begin := time.Now()
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for time.Since(begin) < d && errs[c] == nil {
				at := time.Now()
				errs[c] = do(ctx, c)
				took[c] = append(took[c], time.Since(at))
			}
		})
	}
	wg.Wait()
	elapsed := time.Since(begin)
	all := slices.Concat(took...)
	slices.Sort(all)
	return figure{float64(len(all)) / elapsed.Seconds(), all[len(all)/2], all[len(all)*99/100]}, errors.Join(errs...)
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
