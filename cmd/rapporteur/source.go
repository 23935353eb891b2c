package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/rapporteur-project/rapporteur/app/rules"
	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/audit/bundle"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/projections"
)

// A source is a record to replay, and the folder in which its read models lie.
type source struct {
	log     projections.Log
	dir     string
	came    string                          // the bundle's own folder
	bundle  *bundle.Bundle                  // nil for a data folder
	ids     rules.IDs                       // as the secret gives them; nil where it is not here
	catchUp func(ctx context.Context) error // numbers what is not numbered yet
	close   func() error
}

// source opens the bundle or the data folder that is to be replayed.
func (c *replay) source(ctx context.Context) (*source, error) {
	if c.Bundle != "" {
		return openBundle(ctx, c.Bundle, c.Data, "replay")
	}
	i, err := openInstallation(c.Data, "replay")
	if err != nil {
		return nil, err
	}
	i.place = c.place
	if err := i.recorded(); err != nil {
		return nil, errors.Join(err, i.close())
	}
	st, err := i.openStores(ctx)
	if err != nil {
		return nil, errors.Join(err, i.close())
	}
	ids, err := i.ids(ctx, st)
	if err != nil {
		return nil, errors.Join(err, st.close(), i.close())
	}
	return &source{
		log: st.log, dir: i.dir, ids: ids, catchUp: func(ctx context.Context) error { return i.catchUp(ctx, st) },
		close: func() error { return errors.Join(st.close(), i.close()) },
	}, nil
}

// catchUp numbers what is not numbered, and checks that the log is the tree that
// was signed, and a continuation of what was published.
func (i *installation) catchUp(ctx context.Context, st *stores) error {
	if err := st.log.CatchUp(ctx); err != nil {
		return err
	}
	if err := st.log.CheckTree(ctx); err != nil {
		return err
	}
	if !i.exists(checkpoint) && !i.exists(logKey) {
		return nil // nothing was published yet
	}
	_, err := i.openLog(ctx, st, "", witnesses{})
	if errors.Is(err, audit.ErrForked) {
		return fmt.Errorf("%w: %w", follower.ErrAltered, err)
	}
	return err
}

// openBundle opens a bundle. Its read models are made below the data folder and
// not in the bundle: whoever made that could have put forged ones there.
func openBundle(ctx context.Context, dir, data, purpose string) (*source, error) {
	b, err := bundle.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	work := filepath.Join(data, "bundles", fmt.Sprintf("%.16s-%d-%d", b.RootHex(), b.WithheldData, b.WithheldMeta))
	if err := createFolder(work); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	lock, err := lockFolder(filepath.Join(work, "lock"), purpose)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bundle %s: its read models are made in %s: %w", dir, work, err), b.Close())
	}
	return &source{
		log: b, dir: work, came: dir, bundle: b, catchUp: func(context.Context) error { return nil },
		close: func() error { return errors.Join(b.Close(), lock.Close()) },
	}, nil
}
