package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/internal/sqlitefile"
	"github.com/rapporteur-project/rapporteur/projections"
)

const (
	prepareLock   = "prepare.lock" // one prepares, and a server may run
	prepareFolder = "prepare-"     // what the folder with the copies begins with
)

// prepare makes the read models of this release beside those of another.
func (c *replay) prepare(ctx context.Context, s streams) (code int, err error) {
	i := &installation{dir: c.Data, place: c.place}
	if err := errors.Join(i.recorded(), i.placed()); err != nil {
		return unknown, err
	}
	lock, err := lockFolder(i.path(prepareLock), "replay --prepare")
	if err != nil {
		return unknown, fmt.Errorf("data folder %s: %w", c.Data, err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	dir, err := freshFolder(c.Data, prepareFolder)
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	log, done, err := i.copied(ctx, s, dir)
	if err != nil {
		return unknown, fmt.Errorf("replay: %w", err)
	}
	defer func() { err = errors.Join(err, done()) }()
	for _, m := range models {
		e := &projections.Engine{Log: log, Path: i.path(m.file), All: m.all}
		stop := watch(s.err, "prepare "+m.file, e.Progress)
		made, err := e.Prepare(ctx)
		stop()
		if err != nil {
			return unknown, fmt.Errorf("replay: %w", err)
		}
		said := fmt.Sprintf("%d records are in what the next start goes on with", log.Size())
		if !made {
			said = "it is of this release already"
		}
		if _, err := fmt.Fprintf(s.out, "%s: %s\n", m.file, said); err != nil {
			return unknown, err
		}
	}
	return yes, nil
}

// copied numbers a copy of the record in dir, up to now.
func (i *installation) copied(ctx context.Context, s streams, dir string) (*follower.Follower, func() error, error) {
	st, err := i.openCopies(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	stop := watch(s.err, "number what is new", func() (int64, int64) { return st.log.Size(), st.log.Size() })
	err = st.log.CatchUp(ctx)
	stop()
	if err != nil {
		return nil, nil, errors.Join(err, st.close())
	}
	return st.log, st.close, nil
}

// copiedEvents opens the events to be read.
func (i *installation) copiedEvents(ctx context.Context, dir string) (eventstore.Store, func() error, error) {
	if i.place.Esdb != "" {
		st, err := esdbstore.Open(ctx, esdbstore.Config{URL: i.place.Esdb, Name: i.place.EsdbName, Unguarded: true})
		if err != nil {
			return nil, nil, err
		}
		return st, st.Close, nil
	}
	path := filepath.Join(dir, eventsFile)
	if err := sqlitefile.Copy(ctx, i.path(eventsFile), path); err != nil {
		return nil, nil, err
	}
	db, err := sqlitestore.Open(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	return db, db.Close, nil
}
