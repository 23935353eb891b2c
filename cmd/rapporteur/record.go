package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"

	"github.com/rapporteur-project/rapporteur/audit"
	onrecord "github.com/rapporteur-project/rapporteur/domain/installation"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
)

// guardFile is in the data folder of a record that servers hold: how far the
// guard has looked, and what it has found.
const guardFile = "esdb.json"

// A place is what every subcommand takes that opens the events: where they are.
type place struct {
	Esdb     esdbstore.URL `placeholder:"URL" help:"Keep the events on EventStoreDB or KurrentDB servers instead of in the data folder: esdb://USER:PASSWORD@HOST:PORT[,HOST:PORT], with the client's settings after a question mark. Others on the same machine see it here: better the variable, or the settings file."`
	EsdbName string        `default:"rapporteur" placeholder:"NAME" help:"What this installation's streams begin with, on servers that several share."`
}

// validate says what is wrong, and never quotes the password.
func (p place) validate() error {
	if p.Esdb == "" {
		return nil
	}
	var errs []error
	if err := p.Esdb.Validate(); err != nil {
		errs = append(errs, fmt.Errorf("--esdb: %w", err))
	}
	if err := esdbstore.CheckName(p.EsdbName); err != nil {
		errs = append(errs, fmt.Errorf("--esdb-name %w", err))
	}
	return errors.Join(errs...)
}

// An events is where the events are, open.
type events struct {
	eventstore.Store
	register eventstore.Register             // where nodes agree; nil where there is one alone
	stay     *stay                           // nil likewise
	fault    func() error                    // why nothing is recorded now, or nil
	faulty   string                          // what such a fault makes the node: isDegraded where it is no better elsewhere
	run      func(ctx context.Context) error // looks after it, until ctx ends; nil: it needs none
	close    func() error
}

// openEvents opens the events, and begins a record if there is none. What was
// begun in the one place is not gone on with in the other.
func (i *installation) openEvents(ctx context.Context) (*events, error) {
	if err := i.placed(); err != nil {
		return nil, err
	}
	if i.place.Esdb != "" {
		return i.openServers(ctx)
	}
	db, err := sqlitestore.Open(ctx, i.path(eventsFile))
	if err != nil {
		return nil, err
	}
	return &events{Store: db, fault: db.Fault, faulty: isStale, run: db.Run, close: db.Close}, nil
}

// placed refuses to look for the record in the other place than it is in.
func (i *installation) placed() error {
	switch {
	case i.place.Esdb == "" && i.onServers():
		return fmt.Errorf("data folder %s: its record is on servers: say where by --esdb or %s", i.dir, variable("esdb"))
	case i.place.Esdb != "" && i.exists(eventsFile):
		return fmt.Errorf("data folder %s: its record is in %s: leave out --esdb, or name another folder", i.dir, eventsFile)
	}
	return nil
}

// onServers reports whether the folder's record is on servers: it was begun
// there, or moved there.
func (i *installation) onServers() bool {
	return !i.exists(eventsFile) && (i.exists(guardFile) || i.exists(eventsFile+movedFile))
}

// openServers opens the events on servers, and guards them until they are closed.
func (i *installation) openServers(ctx context.Context) (*events, error) {
	s, err := esdbstore.Open(ctx, esdbstore.Config{URL: i.place.Esdb, Name: i.place.EsdbName, State: i.path(guardFile)})
	if err != nil {
		return nil, err
	}
	if err := i.knows(ctx, s); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	n := newNodes(s.Register())
	if err := i.admitted(ctx, n); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var guarding sync.WaitGroup
	guarding.Go(func() {
		if err := s.Run(ctx); err != nil {
			slog.ErrorContext(ctx, "the record is not guarded", slog.Any("err", err))
		}
	})
	stay := newStay(n)
	fault := func() error { return cmp.Or(s.Fault(), stay.Fault()) }
	return &events{Store: staying{s, stay}, register: s.Register(), stay: stay, fault: fault, faulty: isDegraded, run: stay.Run, close: func() error {
		cancel()
		guarding.Wait()
		return s.Close()
	}}, nil
}

// knows refuses a record that was made under another secret: this folder's was
// made just now.
func (i *installation) knows(ctx context.Context, s *esdbstore.Store) error {
	if !i.fresh || slices.Contains(i.accepts, onrecord.Secret) {
		return nil
	}
	switch head, err := s.Head(ctx); {
	case err != nil:
		return err
	case head == 0:
		return nil
	}
	return errors.Join(errors.New("these servers hold a record already, and this data folder has no keys: put the keys/ of its installation there, or choose another --esdb-name"),
		os.Remove(i.path("keys", "installation")))
}

// recording is what proves the record, and says whether more can be recorded:
// for that the events must be sound, and what is recorded must be numbered.
type recording struct {
	*audit.Log
	stores *stores
}

// Fault returns why nothing may be recorded now, or nil.
func (r recording) Fault() error {
	return cmp.Or(r.Log.Fault(), r.stores.events.fault(), r.stores.log.Fault())
}

// recorded refuses a data folder that no record was begun in.
func (i *installation) recorded() error {
	if i.place.Esdb == "" && !i.exists(eventsFile) && !i.onServers() {
		return fmt.Errorf("data folder %s: there is no record in it", i.dir)
	}
	return nil
}
