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
	came    string         // the bundle's own folder
	bundle  *bundle.Bundle // nil for a data folder
	ids     rules.IDs      // as the secret gives them; nil where it is not here
	scratch *scratch       // nil where what is made stays

	// catchUp numbers what is not numbered yet, in a copy, and says so.
	catchUp func(ctx context.Context) (notes []string, err error)
	close   func() error
}

// source opens the bundle or the data folder that is to be replayed.
func (c *replay) source(ctx context.Context) (*source, error) {
	switch {
	case c.Bundle != "" && c.keeps():
		return openBundle(ctx, c.Bundle, c.Data, "replay")
	case c.Bundle != "":
		return readBundle(ctx, c.Bundle, c.working)
	}
	a, err := openAudited(c.Data, c.place, "replay", c.working)
	if err != nil {
		return nil, err
	}
	st, err := a.openCopies(ctx, a.scratch.dir)
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	ids, err := a.ids(ctx, st)
	if err != nil {
		return nil, errors.Join(err, st.close(), a.close())
	}
	return &source{
		log: st.log, dir: a.dir, ids: ids, scratch: a.scratch, catchUp: func(ctx context.Context) ([]string, error) { return a.catchUp(ctx, st) },
		close: func() error { return errors.Join(st.close(), a.close()) },
	}, nil
}

// keeps reports whether what is replayed is to stay: the read models that a
// bundle is served from.
func (c *replay) keeps() bool { return c.Bundle != "" && !c.Verify && c.To < 0 }

// catchUp numbers what is not numbered, and checks that the log is the tree that
// was signed, and a continuation of what was published.
func (a *audited) catchUp(ctx context.Context, st *stores) (notes []string, err error) {
	before := st.log.Size()
	if err := st.log.CatchUp(ctx); err != nil {
		return nil, err
	}
	if after := st.log.Size(); after > before {
		notes = append(notes, fmt.Sprintf("%s numbers %d of %d records; the others were numbered in a copy, and what they were when they were recorded is not known from it", logFile, before, after))
	}
	if err := st.log.CheckTree(ctx); err != nil {
		return notes, err
	}
	if !a.exists(checkpoint) && !a.exists(logKey) {
		return append(notes, "nothing was published of the log, so the record was not compared with that"), nil
	}
	_, err = a.readLog(ctx, st, witnesses{})
	if errors.Is(err, audit.ErrForked) {
		return notes, fmt.Errorf("%w: %w", follower.ErrAltered, err)
	}
	return notes, err
}

// readBundle opens a bundle to be read and left as it is.
func readBundle(ctx context.Context, dir string, w working) (*source, error) {
	b, err := bundle.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	s, err := newScratch(w.Work, "replay")
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return &source{
		log: b, dir: dir, came: dir, bundle: b, scratch: s, catchUp: numbered,
		close: func() error { return errors.Join(b.Close(), s.remove()) },
	}, nil
}

// numbered is the catchUp of a bundle.
func numbered(context.Context) ([]string, error) { return nil, nil }

// openBundle opens a bundle. Its read models are made below the data folder and
// not in the bundle: whoever made that could have put forged ones there.
func openBundle(ctx context.Context, dir, data, purpose string) (*source, error) {
	b, err := bundle.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	if within, err := inside(data, dir); err != nil || within {
		return nil, errors.Join(fmt.Errorf("bundle %s: its read models would be made in it, and whoever made it could have put some there: name another folder with --data", dir), err, b.Close())
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
		log: b, dir: work, came: dir, bundle: b, catchUp: numbered,
		close: func() error { return errors.Join(b.Close(), lock.Close()) },
	}, nil
}
