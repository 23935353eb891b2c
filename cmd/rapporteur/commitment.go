package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"slices"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/app/rules"
	"github.com/rapporteur-project/rapporteur/audit"
	onrecord "github.com/rapporteur-project/rapporteur/domain/installation"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
)

// commitment returns which keys the record says that it was made with; none for
// a record of a release that did not say it.
func commitment(ctx context.Context, from *app.App) (onrecord.State, error) {
	is, err := from.Installation.State(ctx, onrecord.ID)
	if err != nil {
		return is, fmt.Errorf("read which keys the record was made with: %w", err)
	}
	return is, nil
}

// madeWith refuses a record that was made with another secret: everybody would
// be somebody else, and a repeated command would be recorded again.
func (i *installation) madeWith(ctx context.Context, a *app.App) error {
	is, err := commitment(ctx, a)
	if err != nil || is.Secret == "" || is.Secret == identityOf(i.secret) {
		return err
	}
	return i.lose(onrecord.Secret, "keys/installation is not the secret that this record was made with")
}

// commitSecret has the record name the secret that it is made with. Where it
// names another one, that is an accepted loss.
func (i *installation) commitSecret(ctx context.Context, st *stores) error {
	is, err := commitment(ctx, i.app(st))
	if err != nil || is.Secret != "" {
		return err
	}
	return i.commit(ctx, st, onrecord.CommitKeys{Secret: identityOf(i.secret)})
}

// commitLogKey has the record name the key that its log was begun with, once the
// log was published. From then on a log without what was published is refused.
func (i *installation) commitLogKey(ctx context.Context, st *stores, log *audit.Log) error {
	if st.nodes != nil {
		switch published, err := st.published(ctx); {
		case err != nil:
			return err
		case !published && st.events.fault() == nil:
			if err := log.Publish(ctx); err != nil { // by another node, if it is not this one's turn
				return err
			}
		}
		if published, err := st.published(ctx); err != nil || !published {
			return err
		}
	}
	return i.commit(ctx, st, onrecord.CommitKeys{Secret: identityOf(i.secret), LogKey: firstKey(log.Key, log.Rotations)})
}

// commit records c, unless the record says it already or takes nothing more.
func (i *installation) commit(ctx context.Context, st *stores, c onrecord.CommitKeys) error {
	a := i.app(st)
	switch is, err := commitment(ctx, a); {
	case err != nil:
		return err
	case is.Secret == c.Secret && (c.LogKey == "" || c.LogKey == is.LogKey), st.events.fault() != nil:
		return nil
	}
	by := app.Caller{System: true, Key: "configuration: commit to the keys " + c.Secret + " " + c.LogKey}
	if _, err := a.Installation.Do(ctx, onrecord.ID, c, by); err != nil {
		return fmt.Errorf("record which keys the record is made with: %w", err)
	}
	return nil
}

// firstKey returns the verifier key that a log was begun with.
func firstKey(k *audit.Key, rotations []audit.Rotation) string {
	if len(rotations) > 0 {
		return rotations[0].Old
	}
	return k.VKey
}

// begunWith refuses another key of the log than the one that the record names,
// or than what took its place since.
func (i *installation) begunWith(is onrecord.State, k *audit.Key, rotations []audit.Rotation) error {
	signs := is.LogKey
	ok := signs == "" || signs == k.VKey
	if n := len(rotations); n > 0 {
		last := rotations[n-1]
		signs = last.New
		ok = (is.LogKey == "" || is.LogKey == rotations[0].Old) && (k.VKey == last.New || k.VKey == last.Old) // the old one where it was cut off
	}
	if !ok {
		return fmt.Errorf("%s is not the key that signs the log of this record, %s: put that one back, from a backup", i.path(logKey), signs)
	}
	return nil
}

// checkKeys refuses the keys of a data folder that are not those of its record.
// A server may run meanwhile. What is on servers is checked by those who open it.
func checkKeys(ctx context.Context, dir string) (err error) {
	i := &installation{dir: dir}
	if !i.exists(eventsFile) || !i.exists("keys/installation") {
		return nil
	}
	if i.secret, err = readSecret(dir); err != nil {
		return err
	}
	events := i.path(eventsFile)
	if !i.exists(eventsFile + "-shm") { // no server runs, so a journal is one that it left
		s, err := newScratch("", "keys")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.remove()) }()
		if events, err = s.still(ctx, events); err != nil {
			return err
		}
	}
	a := app.New(app.Config{Store: peeked{path: events}, Secret: i.secret})
	if err := i.madeWith(ctx, a); err != nil {
		return err
	}
	is, err := commitment(ctx, a)
	if err != nil {
		return err
	}
	k, err := audit.ReadKey(filepath.Join(dir, filepath.FromSlash(logKey)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the command that needs the key refuses
	}
	if err != nil {
		return err
	}
	all, err := rotations(ctx, a)
	if err != nil {
		return err
	}
	return i.begunWith(is, k, all)
}

// peeked is a store of which single streams can be read while a server runs.
type peeked struct {
	eventstore.Store // nil: nothing else is asked
	path             string
}

// Stream implements eventstore.Store.
func (p peeked) Stream(ctx context.Context, stream string, after int64) iter.Seq2[eventstore.Record, error] {
	return func(yield func(eventstore.Record, error) bool) {
		all, err := sqlitestore.Peek(ctx, p.path, stream)
		for _, r := range all {
			if r.Version > after && !yield(r, nil) {
				return
			}
		}
		if err != nil {
			yield(eventstore.Record{}, err)
		}
	}
}

// admitted refuses a node that has another secret than those before it. Where
// the operator accepts that the secret is lost, nodes agree on this one's, once
// no other runs.
func (i *installation) admitted(ctx context.Context, n *nodes) error {
	err := n.admits(ctx, i.secret)
	if err == nil || !errors.Is(err, errOtherSecret) || !slices.Contains(i.accepts, onrecord.Secret) {
		return err
	}
	if err := n.alone(ctx); err != nil {
		return err
	}
	return n.replaceSecret(ctx, identityOf(i.secret))
}

// ids returns what derives ids as the record's were, or nil if an earlier secret
// was lost: then there are some of each.
func (i *installation) ids(ctx context.Context, st *stores) (rules.IDs, error) {
	for r, err := range st.events.Stream(ctx, onrecord.Decider.Category+"-"+string(onrecord.ID), 0) {
		if err != nil {
			return nil, fmt.Errorf("read which keys the record was made with: %w", err)
		}
		e, err := onrecord.Decider.Codec.Decode(r.Type, r.Data)
		if l, ok := e.(onrecord.LossAccepted); err != nil || ok && l.Loss == onrecord.Secret {
			return nil, err
		}
	}
	return app.IDs{Secret: i.secret}, nil
}
