package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/domain/logkey"
)

// keysRotate gives the log a new key.
type keysRotate struct {
	folder
	place
	witnesses
}

// Help implements kong.HelpProvider.
func (*keysRotate) Help() string {
	return `The log keeps its name and gets a new key, after somebody else may have had the old one, or because it is time. It takes the data folder for itself, so stop the server first, and give --policy if serve has it. Witnesses must know the new key before they cosign again.

It publishes the log with the old key once more, records the old key, the new one and that last head as an event, destroys the old private key, and publishes with the new key. Interrupted, it is finished by the next start of anything that uses the log. A copy in a backup it cannot destroy.

Receipts from before still verify with the old verifier key, which is on the record. Give the new one, which it prints, to everybody who has the old one.

Example:

    rapporteur keys rotate --data ./data > log.vkey`
}

// Validate implements kong.Validatable.
func (c *keysRotate) Validate() error { return c.place.validate() }

func (c *keysRotate) run(ctx context.Context, s streams) (code int, err error) {
	i, err := openInstallation(c.Data, "keys rotate")
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	i.place = c.place
	if i.recorded() != nil || !i.exists(logKey) {
		return unknown, fmt.Errorf("data folder %s: there is no log in it whose key could be replaced: rapporteur serve makes both at its first start", c.Data)
	}
	st, err := i.openStores(ctx)
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	log, err := i.openLog(ctx, st, "", c.witnesses)
	if err != nil {
		return unknown, err
	}
	if err := st.nodes.alone(ctx); err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, st.nodes.release(context.WithoutCancel(ctx))) }()
	rotation, cutOff := log.Unfinished()
	if cutOff {
		err = log.Publish(ctx)
	} else {
		a := i.app(st)
		log, err = log.Rotate(ctx, i.path(logKey), func(ctx context.Context, r audit.Rotation) error { return recordRotation(ctx, a, r) })
	}
	if err != nil {
		return unknown, err
	}
	if !cutOff {
		rotation = log.Rotations[len(log.Rotations)-1]
	}
	if _, err := fmt.Fprintln(s.out, rotation.New); err != nil {
		return unknown, fmt.Errorf("print the new key: %w", err)
	}
	said := "the log has a new key"
	if cutOff {
		said = "an interrupted rotation is finished, and no other was begun: the log has a new key"
	}
	h, _ := log.Published()
	_, err = fmt.Fprintf(s.err, "%s, which signed a head of %d records; receipts from before verify with the old one, %s\n", said, h.Size, rotation.Old)
	return yes, err
}

// recordRotation stores a rotation. Each new key is one command, so that
// repeating it stores nothing.
func recordRotation(ctx context.Context, to *app.App, r audit.Rotation) error {
	c := logkey.Rotate{Old: r.Old, New: r.New, Checkpoint: string(r.Checkpoint)}
	_, err := to.LogKeys.Do(ctx, to.LogKeyTarget(), c, app.Caller{System: true, Key: "rotate to " + r.New})
	return err
}

// rotations returns all rotations that the record names.
func rotations(ctx context.Context, from *app.App) ([]audit.Rotation, error) {
	s, err := from.LogKeys.State(ctx, from.LogKeyTarget())
	if err != nil {
		return nil, fmt.Errorf("read the rotations of the log's key: %w", err)
	}
	var all []audit.Rotation
	for _, r := range s.Rotations {
		all = append(all, audit.Rotation{Old: r.Old, New: r.New, Checkpoint: []byte(r.Checkpoint)})
	}
	return all, nil
}

var errRotated = errors.New("the log has a new key since this node started, and it has the old one: start it again")

// keepKey has a node over servers look whether its key is still the log's. One
// that was suspended while the key was replaced would go on signing receipts with
// the old one, which nobody should have any more.
func (i *installation) keepKey(st *stores, log *audit.Log) {
	if st.events.stay == nil {
		return
	}
	a, had := i.app(st), len(log.Rotations)
	st.events.stay.key = func(ctx context.Context) error {
		all, err := rotations(ctx, a)
		if err == nil && len(all) > had {
			err = errRotated
		}
		return err
	}
}
