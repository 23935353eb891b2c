package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
	"github.com/rapporteur-project/rapporteur/internal/keyfile"
	"github.com/rapporteur-project/rapporteur/migrate"
)

const (
	inServers = "esdb" // as --from and --to call it
	inFolder  = "sqlite"

	movedFile = ".moved" // what a record that was moved away is called after its name
	newFile   = ".new"   // what is made and not in its place yet
	moverFile = "mover"  // by what name a data folder moves a record
)

// migrating moves the record from one kind of store to another.
type migrating struct {
	folder
	place
	witnesses
	From string `required:"" enum:"sqlite,esdb" placeholder:"sqlite|esdb" help:"Where the events are: in the data folder, or on servers."`
	To   string `required:"" enum:"sqlite,esdb" placeholder:"sqlite|esdb" help:"Where they shall be."`
	Undo string `placeholder:"NAME" help:"Give up this move, which the data folder of that name began, as a start on the servers says."`
}

// Help implements kong.HelpProvider.
func (*migrating) Help() string {
	return `Copies every event with its id, moment and salt, in the same order, so that the log stays the same log: receipts, the published log, certificates and read models stay good. At the end it numbers the copy from the beginning, and compares the root with that of the original and with what was published. Only then does the data folder change: the original is left where it was, under a name that no server opens.

Stop all servers first. Interrupted, run it again: it goes on where it was. Or give it up with --undo, as long as the record cannot have gone on where it went. Where the data folder that moved it is lost, only you know whether it did, and --undo takes your word for it.

Examples:

    rapporteur backup --out before.tar
    RAPPORTEUR_ESDB='esdb://rapporteur:PASSWORD@db1.example:2113' rapporteur migrate --from sqlite --to esdb
    RAPPORTEUR_ESDB='esdb://rapporteur:PASSWORD@db1.example:2113' rapporteur migrate --from esdb --to sqlite
    RAPPORTEUR_ESDB='esdb://rapporteur:PASSWORD@db1.example:2113' rapporteur migrate --from esdb --to sqlite --undo QH5TZ3…`
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
	i.place = c.place
	mover, err := i.mover()
	if err != nil {
		return unknown, fmt.Errorf("migrate: %w", err)
	}
	m := &migration{installation: i, mover: mover, witnesses: c.witnesses}
	if err := m.connect(ctx); err != nil {
		return unknown, err
	}
	defer func() {
		err = errors.Join(err, m.nodes.release(context.WithoutCancel(ctx)), m.servers.Close())
	}()
	var done string
	switch {
	case c.Undo != "":
		done, err = m.undo(ctx, c.To, c.Undo)
	case c.To == inServers:
		done, err = m.toServers(ctx, s)
	default:
		done, err = m.toSQLite(ctx, s)
	}
	if err != nil {
		return unknown, fmt.Errorf("migrate: %w", err)
	}
	_, err = fmt.Fprintln(s.out, done)
	return yes, err
}

// mover returns the data folder's name, by which it moves a record, and makes one
// for a folder that has none. A server makes it already, so that a backup from
// before the move can give it up.
func (i *installation) mover() (string, error) {
	name, err := keyfile.Open(i.path(moverFile), func() ([]byte, error) { return fmt.Appendln(nil, rand.Text()), nil })
	if err != nil {
		return "", fmt.Errorf("name of the data folder: %w", err)
	}
	return strings.TrimSpace(string(name)), nil
}

// A migration is a move of one installation's record.
type migration struct {
	*installation
	servers *esdbstore.Store
	nodes   *nodes
	mover   string // the data folder's name
	witnesses
}

// connect opens the servers.
func (m *migration) connect(ctx context.Context) error {
	s, err := esdbstore.Open(ctx, esdbstore.Config{URL: m.place.Esdb, Name: m.place.EsdbName})
	if err == nil {
		m.servers, m.nodes = s, newNodes(s.Register())
	}
	return err
}

// toServers moves the record out of the data folder. Every step may be the last
// before a crash; the same steps again finish it.
func (m *migration) toServers(ctx context.Context, s streams) (string, error) {
	away, err := m.away(ctx)
	if err != nil {
		return "", err
	}
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
	if err := m.reserve(ctx, away != ""); err != nil {
		return "", errors.Join(err, local.Close())
	}
	is, err := m.copy(ctx, s, &events{Store: local}, &events{Store: m.servers})
	if err = errors.Join(err, local.Close()); err != nil {
		return "", err
	}
	if err := m.putAside(eventsFile); err != nil {
		return "", err
	}
	if err := m.settle(logFile); err != nil {
		return "", err
	}
	if err := m.nodes.open(ctx); err != nil { // last: until then no server starts at either place
		return "", err
	}
	return fmt.Sprintf("%s\nThe record is on the servers: start with --esdb. What was in the data folder is %s now: keep it until there is a backup of the servers.", is, eventsFile+movedFile), nil
}

// reserve keeps nodes from servers that have nothing yet: on a part of a record
// none may go on. What stands there already is compared when it is copied, and may
// be another installation's, so it is not shut; but nodes must not run on it.
func (m *migration) reserve(ctx context.Context, again bool) error {
	if again {
		return m.shut(ctx, inServers) // also where it went the other way before
	}
	if err := m.nodes.alone(ctx); err != nil {
		return err
	}
	if head, err := m.servers.Head(ctx); err != nil || head != 0 {
		return err
	}
	return m.shut(ctx, inServers)
}

// away says where this data folder moved the record, or was moving it, for which
// nodes are kept from the servers; or nothing. Another folder's move it refuses:
// the record may go on there.
func (m *migration) away(ctx context.Context) (string, error) {
	is, _, err := m.nodes.agreed(ctx)
	if err == nil && !is.Moved.IsZero() && is.Mover != m.mover {
		err = is.movedAway()
	}
	return is.MovedTo, err
}

// toSQLite moves the record into the data folder. No node starts on the servers
// from before the copy on, and those that run after all stop by themselves.
func (m *migration) toSQLite(ctx context.Context, s streams) (string, error) {
	away, err := m.away(ctx)
	if err != nil {
		return "", err
	}
	if away == inServers {
		return "", errors.New("a move to the servers is under way: run that again, or give it up with --undo")
	}
	kept := away != "" // nodes from the servers
	switch fault := m.servers.Fault(); {
	case errors.Is(fault, esdbstore.ErrGone):
		kept = true // for good
	case fault != nil:
		return "", fault
	default:
		if err := m.alone(ctx); err != nil {
			return "", err
		}
	}
	name := eventsFile + newFile
	if m.exists(eventsFile) {
		name = eventsFile // cut off after it was put in its place
	}
	local, err := sqlitestore.Open(ctx, m.path(name))
	if err != nil {
		return "", err
	}
	is, err := m.fetch(ctx, s, local, kept)
	if errors.Is(err, migrate.ErrOther) && name == eventsFile && away == inFolder {
		err = fmt.Errorf("%s is in its place since an earlier run: if the record went on there, nothing is left to move: start without --esdb: %w", eventsFile, err)
	}
	if err = errors.Join(err, local.Close()); err != nil {
		return "", err
	}
	// The log first: events.db is never beside one that was made over servers.
	if err := m.settle(logFile); err != nil {
		return "", err
	}
	if name != eventsFile {
		if err := m.settle(eventsFile); err != nil {
			return "", err
		}
	}
	if err := m.putAside(guardFile); err != nil {
		return "", err
	}
	return is + "\nThe record is in the data folder: start without --esdb. No node starts on the servers any more: what is there may be removed once there is a backup.", nil
}

// alone waits until no node runs. Where it was deleted for good whose turn it is,
// nobody can tell, and what has seen that sets nothing any more: after another
// connection has set the mark, nodes that still run end.
func (m *migration) alone(ctx context.Context) error {
	stopped, err := m.servers, m.nodes.alone(ctx)
	if !errors.Is(err, esdbstore.ErrGone) {
		return err
	}
	if err := m.connect(ctx); err != nil {
		return err
	}
	return stopped.Close()
}

// fetch copies the record from the servers, which no node uses from here on. If
// it cannot be moved after all, nodes may start there again, unless they were kept
// from there already: then it may have gone on here.
func (m *migration) fetch(ctx context.Context, s streams, local *sqlitestore.DB, kept bool) (_ string, err error) {
	if !kept {
		if err := m.shut(ctx, inFolder); err != nil {
			return "", err
		}
	}
	defer func() {
		if err != nil && ctx.Err() == nil && !kept {
			err = errors.Join(err, m.nodes.open(ctx))
		}
	}()
	seen := time.NewTimer(staysOver) // by then nodes that still ran have looked
	defer seen.Stop()
	before, err := m.servers.Head(ctx)
	if err != nil {
		return "", err
	}
	is, err := m.copy(ctx, s, &events{Store: m.servers}, &events{Store: local})
	if err != nil {
		return "", err
	}
	select {
	case <-seen.C:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	after, err := m.servers.Head(ctx)
	if err == nil && after != before {
		err = errors.New("a node recorded something during the move: stop all nodes, and run it again")
	}
	return is, err
}
