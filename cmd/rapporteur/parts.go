package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

// stopTime bounds how long one part of the server may take to stop. The
// slowest is the last batch of the read models, well under a second.
const stopTime = 10 * time.Second

// A part is something that runs beside others until it is stopped, so that
// parts can be stopped in order.
type part struct {
	name     string
	stopping chan struct{} // closed to ask for the end
	over     chan struct{} // closed at the end, or when that took too long
}

// start runs a part in g. It outlives ctx: only stop ends it.
func start(ctx context.Context, g *errgroup.Group, name string, run func(context.Context) error) *part {
	p := &part{name, make(chan struct{}), make(chan struct{})}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	g.Go(func() error {
		defer close(p.over)
		defer cancel()
		select {
		case err := <-ended:
			return p.wrap(err)
		case <-p.stopping:
		}
		cancel()
		select {
		case err := <-ended:
			return p.wrap(err)
		case <-time.After(stopTime):
			return fmt.Errorf("%s: did not stop within %s", p.name, stopTime)
		}
	})
	return p
}

func (p *part) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", p.name, err)
}

// stop asks the part to end and waits until it has, or has taken too long.
// Call it once.
func (p *part) stop() {
	close(p.stopping)
	<-p.over
}
