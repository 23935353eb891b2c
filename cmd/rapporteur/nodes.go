package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
}

// newNodes is this process's part in what nodes agree on by r.
func newNodes(r eventstore.Register) *nodes {
	if r == nil {
		return nil
	}
	name := rand.Text() // unlike any other's
	turn := func(of string) *lease.Lease { return &lease.Lease{Register: r, Name: of, Node: name} }
	return &nodes{r, turn("publish"), turn("timers")}
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

// alone waits until this process has all turns, so that no other node runs.
func (n *nodes) alone(ctx context.Context) error {
	if n == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 2*lease.Lasts)
	defer cancel()
	look := time.NewTicker(lease.Lasts / 20)
	defer look.Stop()
	for {
		publishing, err := n.publishing.Hold(ctx)
		timing, err2 := n.timing.Hold(ctx)
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		if publishing && timing {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.New("other nodes run on this record: stop them first")
		case <-look.C:
		}
	}
}

// staysEvery is how often a node looks whether the record is still here.
const staysEvery = 2 * time.Second

// agreementName is what the agreement stands under in the register.
const agreementName = "agreement"

// An agreement is what all nodes over one record must have alike: under another
// secret, a repeated command would not meet its first self, and under another
// origin receipts would name another log.
type agreement struct {
	Secret string `json:"secret"` // a hash that tells nothing of it
	Origin string `json:"origin"` // of the log; where it is compared, empty for any

	// Moved says when the record was moved away, or began to be moved, here or
	// away. Then no node starts on it.
	Moved *time.Time `json:"moved,omitempty"`
}

// agree refuses a node that has not the keys of those that came before it. The
// first one says what they are.
func (n *nodes) agree(ctx context.Context, s secret, origin string) error {
	if n == nil {
		return nil
	}
	is := agreement{Secret: identityOf(s), Origin: origin}
	text, err := json.Marshal(is)
	if err != nil {
		return err
	}
	for {
		was, version, err := n.register.Get(ctx, agreementName)
		if err != nil {
			return fmt.Errorf("what nodes agree on: %w", err)
		}
		if len(was) > 0 {
			return is.like(was)
		}
		if err := n.register.Set(ctx, agreementName, version, text); err != nil && !errors.Is(err, eventstore.ErrConflict) {
			return fmt.Errorf("what nodes agree on: %w", err)
		}
	}
}

// admits refuses what agree would, whatever the log is called, and leaves
// nothing for others. It is for whoever appends and needs no log.
func (n *nodes) admits(ctx context.Context, s secret) error {
	was, _, err := n.register.Get(ctx, agreementName)
	if err != nil {
		return fmt.Errorf("what nodes agree on: %w", err)
	}
	if len(was) == 0 {
		return nil
	}
	return agreement{Secret: identityOf(s)}.like(was)
}

// identityOf tells one secret from another, and nothing of it.
func identityOf(s secret) string {
	h := hmac.New(sha256.New, s)
	h.Write([]byte("identity of an installation"))
	return hex.EncodeToString(h.Sum(nil))
}

// stays looks now and then, until ctx ends, whether the record is moved away,
// and then fails: a node that was suspended when all were stopped would go on
// recording where nobody looks any more. Servers that are away say nothing.
func (n *nodes) stays(ctx context.Context) error {
	tick := time.NewTicker(staysEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if at, err := n.movedAt(ctx); err == nil && at != nil {
			return movedAway(*at)
		}
	}
}

// movedAt says when the record was moved away, or began to be; nil: it was not.
func (n *nodes) movedAt(ctx context.Context) (*time.Time, error) {
	text, _, err := n.register.Get(ctx, agreementName)
	if err != nil || len(text) == 0 {
		return nil, err
	}
	var is agreement
	if err := json.Unmarshal(text, &is); err != nil {
		return nil, fmt.Errorf("what nodes agree on: %w", err)
	}
	return is.Moved, nil
}

func movedAway(at time.Time) error {
	return fmt.Errorf("this record was moved away from these servers on %s, and goes on elsewhere; a move that was cut off goes on when rapporteur migrate is run again", at.Format(time.DateOnly))
}

// moved keeps every node from starting on this record.
func (n *nodes) moved(ctx context.Context, at time.Time) error {
	at = at.UTC().Truncate(time.Second)
	text, err := json.Marshal(agreement{Moved: &at})
	if err != nil {
		return err
	}
	return n.put(ctx, agreementName, text)
}

// open lets nodes start again on a record that was moved away, and back. The
// first of them says what all must have. What was published last is known from
// the published log.
func (n *nodes) open(ctx context.Context) error {
	return n.put(ctx, agreementName, nil)
}

// put sets what stands under name, whatever it was.
func (n *nodes) put(ctx context.Context, name string, value []byte) error {
	for {
		was, version, err := n.register.Get(ctx, name)
		if err == nil && bytes.Equal(was, value) {
			return nil
		}
		if err == nil {
			err = n.register.Set(ctx, name, version, value)
		}
		if err != nil && !errors.Is(err, eventstore.ErrConflict) {
			return fmt.Errorf("what nodes agree on: %w", err)
		}
		if err == nil {
			return nil
		}
	}
}

// like compares what this node has with what the nodes agreed on.
func (a agreement) like(text []byte) error {
	var was agreement
	if err := json.Unmarshal(text, &was); err != nil {
		return fmt.Errorf("what nodes agree on: %w", err)
	}
	if was.Moved != nil {
		return movedAway(*was.Moved)
	}
	if a.Secret != was.Secret {
		return errors.New("keys/installation is not the one that this record was made under: mount the same keys/ on all nodes")
	}
	if a.Origin != "" && a.Origin != was.Origin {
		return fmt.Errorf("the log of this node is called %s, and the other nodes call it %s: mount the same keys/ on all nodes", a.Origin, was.Origin)
	}
	return nil
}
