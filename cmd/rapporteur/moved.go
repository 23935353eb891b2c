package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

var errMoved = errors.New("the record is not here")

// movedAway says where a record is that was moved, or is being moved.
func (a agreement) movedAway() error {
	done := "this record was moved away from these servers on"
	if a.MovedTo == inServers {
		done = "this record is being moved to these servers, since"
	}
	return fmt.Errorf("%w: %s %s, by the data folder that is called %s. A move that was cut off goes on when rapporteur migrate is run there again, and is given up with --undo %s", errMoved, done, a.Moved.Format(time.DateOnly), a.Mover, a.Mover)
}

// shut keeps nodes from the servers for as long as the record moves. What they
// agreed on is kept for when it does not go away after all; where it comes to, it
// may have been of another record.
func (m *migration) shut(ctx context.Context, to string) error {
	is, _, err := m.nodes.agreed(ctx)
	if err != nil {
		return err
	}
	if to == inServers {
		is = agreement{}
	}
	is.Moved, is.MovedTo, is.Mover = time.Now().UTC().Truncate(time.Second), to, m.mover
	return m.nodes.put(ctx, is)
}

// open lets nodes start again on a record that was moved away, and back, or that
// stays after all. What the mark does not say that all must have, the first of
// them says. What was published last is known from the published log.
func (n *nodes) open(ctx context.Context) error {
	is, _, err := n.agreed(ctx)
	if err != nil {
		return err
	}
	is.Moved, is.MovedTo, is.Mover = time.Time{}, "", ""
	return n.put(ctx, is)
}

// put has the nodes agree on something, whatever they agreed on.
func (n *nodes) put(ctx context.Context, is agreement) error {
	var text []byte // none, for nothing
	if is != (agreement{}) {
		var err error
		if text, err = json.Marshal(is); err != nil {
			return err
		}
	}
	for {
		was, version, err := n.register.Get(ctx, agreementName)
		if err == nil && bytes.Equal(was, text) {
			return nil
		}
		if err == nil {
			err = n.register.Set(ctx, agreementName, version, text)
		}
		if err != nil && !errors.Is(err, eventstore.ErrConflict) {
			return fmt.Errorf("what nodes agree on: %w", err)
		}
		if err == nil {
			return nil
		}
	}
}
