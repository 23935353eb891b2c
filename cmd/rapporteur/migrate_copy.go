package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/internal/durable"
	"github.com/rapporteur-project/rapporteur/internal/sqlitefile"
	"github.com/rapporteur-project/rapporteur/migrate"
)

// copy copies all events, and numbers the copy in a new log.db. It returns what
// it then has, and fails if that is not what the original has.
func (m *migration) copy(ctx context.Context, s streams, from, to *events) (string, error) {
	original := m.path(logFile + ".original")
	was, err := m.number(ctx, s, "read the original", from, original, m.known(ctx, from))
	if err != nil {
		return "", err
	}
	size, root := was.Head()
	if err := errors.Join(was.Close(), sqlitefile.Remove(original)); err != nil {
		return "", err
	}
	var done atomic.Int64
	stop := watch(s.err, "copy", func() (int64, int64) { return done.Load(), size })
	_, err = (&migrate.Move{From: from.Store, To: to.Store, Done: done.Store}).Run(ctx)
	stop()
	if err != nil {
		return "", err
	}
	log, err := m.number(ctx, s, "verify the copy", to, m.path(logFile+newFile), size)
	if err != nil {
		return "", err
	}
	is, got := log.Head()
	if is != size || got != root {
		return "", errors.Join(fmt.Errorf("the copy has %d records with the root %s, and the original %d with the root %s", is, hash(got), size, hash(root)), log.Close())
	}
	// Open compares with what was published, and nodes go on from there.
	l, err := m.openLog(ctx, &stores{events: &events{Store: to.Store, register: m.servers.Register()}, log: log}, "", m.witnesses)
	if err == nil && to.Store == m.servers {
		err = l.BeginShared(ctx, m.servers.Register())
	}
	return fmt.Sprintf("%d records, root %s", size, hash(root)), errors.Join(err, log.Close())
}

// known is how many records the data folder's log has, for showing progress.
func (m *migration) known(ctx context.Context, e *events) int64 {
	if !m.exists(logFile) {
		return 0
	}
	f, err := follower.Open(ctx, m.path(logFile), e.Store)
	if err != nil {
		return 0
	}
	defer f.Close()
	return f.Size()
}

// number numbers all events from the beginning, of which there are so many as
// far as is known.
func (m *migration) number(ctx context.Context, s streams, what string, e *events, path string, of int64) (*follower.Follower, error) {
	if err := sqlitefile.Remove(path); err != nil {
		return nil, err
	}
	f, err := follower.Open(ctx, path, e.Store)
	if err != nil {
		return nil, err
	}
	stop := watch(s.err, what, func() (int64, int64) { return f.Size(), max(of, f.Size()) })
	err = f.CatchUp(ctx)
	stop()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// settle puts what was made in the place of name, and what was there away.
func (m *migration) settle(name string) error {
	path := m.path(name)
	if _, err := os.Stat(path + newFile); errors.Is(err, os.ErrNotExist) {
		return nil // it is there already
	}
	if err := errors.Join(sqlitefile.Remove(path), os.Rename(path+newFile, path)); err != nil {
		return err
	}
	return durable.SyncFolder(filepath.Dir(path))
}

// putAside renames what no server shall open any more, durably.
func (m *migration) putAside(name string) error {
	if !m.exists(name) {
		return nil
	}
	if err := os.Rename(m.path(name), m.path(name+movedFile)); err != nil {
		return err
	}
	return durable.SyncFolder(m.dir)
}
