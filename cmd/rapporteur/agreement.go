package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

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
