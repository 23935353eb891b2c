package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/lease"
)

// nodes are what several servers over one record agree on, in a register beside
// it. A nil one is of a server that is alone.
type nodes struct {
	register   eventstore.Register
	publishing *lease.Lease // whose turn it is to publish the log
	timing     *lease.Lease // whose turn it is to act by the clock
	fault      func() error // why nothing can be set, or nil; nil: always nil
}

// newNodes is this process's part in what nodes agree on by r.
func newNodes(r eventstore.Register) *nodes {
	if r == nil {
		return nil
	}
	name := rand.Text() // unlike any other's
	turn := func(of string) *lease.Lease { return &lease.Lease{Register: r, Name: of, Node: name} }
	return &nodes{register: r, publishing: turn("publish"), timing: turn("timers")}
}

// shared is where the nodes agree on what is published.
func (n *nodes) shared() *audit.Shared {
	if n == nil {
		return nil
	}
	return &audit.Shared{Register: n.register, Lease: n.publishing}
}

// acting says whether it is this node's turn to act by the clock; nil: always.
func (n *nodes) acting() func(context.Context) (bool, error) {
	if n == nil {
		return nil
	}
	return n.timing.Hold
}

// release lets another node act at once.
func (n *nodes) release(ctx context.Context) error {
	if n == nil {
		return nil
	}
	return errors.Join(n.timing.Release(ctx), n.publishing.Release(ctx))
}

// quiet is for how long no node took or kept a turn if none runs: each asks for
// the clock's every five seconds.
const quiet = 6 * time.Second

// alone waits until this process has all turns, and no other node runs. A turn
// that is free is not enough: it may have been given back just now, and another
// node is about to take it.
func (n *nodes) alone(ctx context.Context) error {
	if n == nil {
		return nil
	}
	enough := time.NewTimer(3 * lease.Lasts)
	defer enough.Stop()
	look := time.NewTicker(lease.Lasts / 20)
	defer look.Stop()
	var was [2]int64
	since := time.Now()
	for first := true; ; first = false {
		is, err := n.turns(ctx)
		if err != nil {
			return err
		}
		if first || is != was {
			was, since = is, time.Now()
		}
		if time.Since(since) >= quiet {
			publishing, err := n.publishing.Hold(ctx)
			timing, err2 := n.timing.Hold(ctx)
			if err := errors.Join(err, err2); err != nil || publishing && timing {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-enough.C:
			return errors.New("other nodes run on this record: stop them first")
		case <-look.C:
		}
	}
}

// turns returns how often each turn was taken, kept or given back.
func (n *nodes) turns(ctx context.Context) (versions [2]int64, err error) {
	for i, l := range []*lease.Lease{n.publishing, n.timing} {
		if _, versions[i], err = n.register.Get(ctx, l.Name); err != nil {
			return versions, fmt.Errorf("whose turn it is: %w", err)
		}
	}
	return versions, nil
}
