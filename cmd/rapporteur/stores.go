package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/projections"
)

// The files of a data folder.
const (
	eventsFile = "events.db"
	logFile    = "log.db"
	readFile   = "readmodel.db"
	searchFile = "search.db"
	logFolder  = "log" // what is published
	logKey     = "keys/log"

	revokedFile = "revoked.jsonl" // tokens that were taken back
)

// readModels are projections that share a file.
type readModels struct {
	file string
	all  []projections.Projection
}

var models = []readModels{{readFile, projections.All()}, {searchFile, projections.SearchProjections()}}

// stores are the record of an installation, open.
type stores struct {
	events *events
	log    *follower.Follower // of events
	nodes  *nodes             // over the same events; nil: there is one server alone
}

// openStores opens the record, and begins one if there is none.
func (i *installation) openStores(ctx context.Context) (*stores, error) {
	events, err := i.openEvents(ctx)
	if err != nil {
		return nil, err
	}
	log, err := follower.Open(ctx, i.path(logFile), events)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("log: %w", err), events.close())
	}
	n := newNodes(events.register)
	if n != nil {
		n.fault = events.fault
	}
	return &stores{events, log, n}, nil
}

// openLog opens what signs and publishes the log of st, and makes its key for a
// log that nothing was published of. Under another key no receipt would verify.
// A rotation of the key that was cut off is finished.
func (i *installation) openLog(ctx context.Context, st *stores, origin string, w witnesses) (*audit.Log, error) {
	policy, err := w.read()
	if err != nil {
		return nil, err
	}
	if i.exists(logFolder+"/checkpoint") && !i.exists(logKey) {
		return nil, fmt.Errorf("%s is missing, and a log was published under it: put it back from a backup", i.path(logKey))
	}
	rotations, err := rotations(ctx, i.app(st))
	if err != nil {
		return nil, err
	}
	key, err := audit.OpenRotatedKey(i.path(logKey), origin, rotations)
	if err != nil {
		return nil, err
	}
	is := agreement{Secret: identityOf(i.secret), Origin: key.Origin, Key: key.VKey}
	if len(rotations) > 0 {
		is.Key = rotations[0].Old
	}
	if err := st.nodes.agree(ctx, is); err != nil {
		return nil, err
	}
	l := &audit.Log{Follower: st.log, Key: key, Dir: i.path(logFolder), Policy: policy, Shared: st.nodes.shared(), Rotations: rotations}
	return l, l.Open(ctx)
}

// app binds the aggregates to st.
func (i *installation) app(st *stores) *app.App { return i.appOver(st.events, st, nil) }

// appOver binds the aggregates to what appends to st.
func (i *installation) appOver(events eventstore.Store, st *stores, c app.Contributors) *app.App {
	return app.New(app.Config{Store: events, Secret: i.secret, Keys: st.log, Contributors: c})
}

// close closes the record. Nothing may use it any more.
func (s *stores) close() error { return errors.Join(s.log.Close(), s.events.close()) }
