package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/audit"
	onrecord "github.com/rapporteur-project/rapporteur/domain/installation"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/internal/keyfile"
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
	checkpoint = logFolder + "/checkpoint"

	firstLogKey = logKey + ".first" // the key of a log until it is published for the first time

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
	st := &stores{events, log, n}
	if err := i.madeWith(ctx, i.app(st)); err != nil {
		return nil, errors.Join(err, st.close())
	}
	return st, nil
}

// openLog opens what signs and publishes the log of st, and makes its key for a
// log that nothing was published of. Under another key no receipt would verify.
// A rotation of the key that was cut off is finished. A log that was published
// and of which nothing is left is a loss.
//
// The key of a new log gets its name once the log was published: a key under
// that name says that there was something, whatever became of it.
func (i *installation) openLog(ctx context.Context, st *stores, origin string, w witnesses) (*audit.Log, error) {
	policy, err := w.read()
	if err != nil {
		return nil, err
	}
	is, err := commitment(ctx, i.app(st))
	if err != nil {
		return nil, err
	}
	rotations, err := rotations(ctx, i.app(st))
	if err != nil {
		return nil, err
	}
	name, first := logKey, st.nodes == nil && !i.exists(logKey) && len(rotations) == 0
	if first {
		name = firstLogKey
	}
	if !i.exists(name) && (i.exists(checkpoint) || is.LogKey != "") {
		return nil, fmt.Errorf("%s is missing, and a log was published under it: put it back from a backup", i.path(logKey))
	}
	begun := i.exists(logKey)
	key, err := audit.OpenRotatedKey(i.path(name), origin, rotations)
	if err != nil {
		return nil, err
	}
	if err := i.begunWith(is, key, rotations); err != nil {
		return nil, err
	}
	agreed := agreement{Secret: identityOf(i.secret), Origin: key.Origin, Key: firstKey(key, rotations)}
	if err := st.nodes.agree(ctx, agreed); err != nil {
		return nil, err
	}
	if err := i.publishedStill(ctx, st, is.LogKey != "" || begun && st.events.register == nil); err != nil {
		return nil, err
	}
	l := &audit.Log{Follower: st.log, Key: key, Dir: i.path(logFolder), Policy: policy, Shared: st.nodes.shared(), Rotations: rotations}
	if err := l.Open(ctx); err != nil || st.nodes != nil || i.lacks(onrecord.PublishedLog) {
		return l, err
	}
	if !i.exists(checkpoint) {
		if err := l.Publish(ctx); err != nil {
			return l, err
		}
	}
	if first {
		err = keyfile.Move(i.path(firstLogKey), i.path(logKey))
	}
	return l, err
}

// publishedStill refuses a log that was published and of which nothing is left,
// neither here nor where nodes agree.
func (i *installation) publishedStill(ctx context.Context, st *stores, was bool) error {
	if !was || i.exists(checkpoint) {
		return nil
	}
	if published, err := st.published(ctx); err != nil || published {
		return err
	}
	return i.lose(onrecord.PublishedLog, checkpoint+" is missing, and the log was published before: what it would be compared with is gone")
}

// published reports whether nodes agreed on a head of the log.
func (s *stores) published(ctx context.Context) (bool, error) {
	if s.events.register == nil {
		return false, nil
	}
	return (&audit.Shared{Register: s.events.register}).Published(ctx)
}

// app binds the aggregates to st.
func (i *installation) app(st *stores) *app.App { return i.appOver(st.events, st, nil) }

// appOver binds the aggregates to what appends to st.
func (i *installation) appOver(events eventstore.Store, st *stores, c app.Contributors) *app.App {
	return app.New(app.Config{Store: events, Secret: i.secret, Keys: st.log, Contributors: c})
}

// close closes the record. Nothing may use it any more.
func (s *stores) close() error { return errors.Join(s.log.Close(), s.events.close()) }
