package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/internal/filecopy"
	"github.com/rapporteur-project/rapporteur/migrate"
)

const (
	inServers = "esdb" // as --from and --to call it

	movedFile = ".moved" // what a record that was moved away is called after its name
	newFile   = ".new"   // what is made and not in its place yet
)

// migrating moves the record from one kind of store to another.
type migrating struct {
	folder
	place
	witnesses
	From string `required:"" enum:"sqlite,esdb" placeholder:"sqlite|esdb" help:"Where the events are: in the data folder, or on servers."`
	To   string `required:"" enum:"sqlite,esdb" placeholder:"sqlite|esdb" help:"Where they shall be."`
}

// Help implements kong.HelpProvider.
func (*migrating) Help() string {
	return `Copies every event with its id, moment and salt, in the same order, so that the log stays the same log: receipts, the published log, certificates and read models stay good. At the end it numbers the copy from the beginning, and compares the root with that of the original and with what was published. Only then does the data folder change: the original is left where it was, under a name that no server opens.

Stop all servers first. Interrupted, run it again: it goes on where it was.

Examples:

    rapporteur backup --out before.tar
    RAPPORTEUR_ESDB='esdb://rapporteur:PASSWORD@db1.example:2113' rapporteur migrate --from sqlite --to esdb
    RAPPORTEUR_ESDB='esdb://rapporteur:PASSWORD@db1.example:2113' rapporteur migrate --from esdb --to sqlite`
}

// Validate implements kong.Validatable.
func (c *migrating) Validate() error {
	errs := []error{c.place.validate()}
	if c.From == c.To {
		errs = append(errs, errors.New("--from and --to must not be the same"))
	}
	if c.Esdb == "" {
		errs = append(errs, fmt.Errorf("say where the servers are, by --esdb or %s", variable("esdb")))
	}
	return errors.Join(errs...)
}

func (c *migrating) run(ctx context.Context, s streams) (code int, err error) {
	i, err := openInstallation(c.Data, "migrate")
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	servers, err := esdbstore.Open(ctx, esdbstore.Config{URL: c.Esdb, Name: c.EsdbName})
	if err != nil {
		return unknown, err
	}
	defer func() { err = errors.Join(err, servers.Close()) }()
	m := &migration{installation: i, servers: servers, nodes: newNodes(servers.Register()), witnesses: c.witnesses}
	defer func() { err = errors.Join(err, m.nodes.release(context.WithoutCancel(ctx))) }()
	var done string
	if c.To == inServers {
		done, err = m.toServers(ctx, s)
	} else {
		done, err = m.toSQLite(ctx, s)
	}
	if err != nil {
		return unknown, fmt.Errorf("migrate: %w", err)
	}
	_, err = fmt.Fprintln(s.out, done)
	return yes, err
}

// A migration is a move of one installation's record.
type migration struct {
	*installation
	servers *esdbstore.Store
	nodes   *nodes
	witnesses
}

// toServers moves the record out of the data folder. Every step may be the last
// before a crash; the same steps again finish it.
func (m *migration) toServers(ctx context.Context, s streams) (string, error) {
	path := m.path(eventsFile)
	if !m.exists(eventsFile) {
		path += movedFile // cut off after it was put aside
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("data folder %s: there is no record in it: %w", m.dir, err)
	}
	local, err := sqlitestore.Open(ctx, path)
	if err != nil {
		return "", err
	}
	is, err := m.copy(ctx, s, &events{Store: local}, &events{Store: m.servers})
	if err = errors.Join(err, local.Close()); err != nil {
		return "", err
	}
	if err := m.nodes.open(ctx); err != nil {
		return "", err
	}
	if m.exists(eventsFile) {
		if err := os.Rename(m.path(eventsFile), m.path(eventsFile+movedFile)); err != nil {
			return "", err
		}
	}
	if err := m.settle(logFile); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s\nThe record is on the servers: start with --esdb. What was in the data folder is %s now: keep it until there is a backup of the servers.", is, eventsFile+movedFile), nil
}

// toSQLite moves the record into the data folder.
func (m *migration) toSQLite(ctx context.Context, s streams) (string, error) {
	if err := m.nodes.alone(ctx); err != nil {
		return "", err
	}
	name := eventsFile + newFile
	if m.exists(eventsFile) {
		name = eventsFile // cut off after it was put in its place
	}
	local, err := sqlitestore.Open(ctx, m.path(name))
	if err != nil {
		return "", err
	}
	is, err := m.copy(ctx, s, &events{Store: m.servers}, &events{Store: local})
	if err = errors.Join(err, local.Close()); err != nil {
		return "", err
	}
	if err := m.nodes.moved(ctx, time.Now()); err != nil {
		return "", err
	}
	if m.exists(guardFile) {
		if err := os.Rename(m.path(guardFile), m.path(guardFile+movedFile)); err != nil {
			return "", err
		}
	}
	if name != eventsFile {
		if err := m.settle(eventsFile); err != nil {
			return "", err
		}
	}
	if err := m.settle(logFile); err != nil {
		return "", err
	}
	return is + "\nThe record is in the data folder: start without --esdb. No node starts on the servers any more: what is there may be removed once there is a backup.", nil
}

// copy copies all events, and numbers the copy in a new log.db. It returns what
// it then has, and fails if that is not what the original has.
func (m *migration) copy(ctx context.Context, s streams, from, to *events) (string, error) {
	original := m.path(logFile + ".original")
	was, err := m.number(ctx, s, "read the original", from, original, m.known(ctx, from))
	if err != nil {
		return "", err
	}
	size, root := was.Head()
	if err := errors.Join(was.Close(), removeDB(original)); err != nil {
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
	// Open compares with what was published.
	_, err = m.openLog(ctx, &stores{events: to, log: log}, "", m.witnesses)
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
	if err := removeDB(path); err != nil {
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
	if err := errors.Join(removeDB(path), os.Rename(path+newFile, path)); err != nil {
		return err
	}
	return filecopy.SyncFolder(filepath.Dir(path))
}

func removeDB(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
