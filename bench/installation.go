package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/projections"
)

// secret derives the ids of every installation here.
var secret = bytes.Repeat([]byte{7}, 32)

// An installation is put together as rapporteur serve does it.
type installation struct {
	store  *sqlitestore.DB
	log    *follower.Follower
	proofs *audit.Log
	engine *projections.Engine
	app    *app.App
	api    http.Handler
	dev    *auth.DevIssuer

	stop context.CancelFunc // of what runs
	runs *errgroup.Group
}

// openInstallation opens what is in dir, or begins there. Nothing runs yet.
func openInstallation(ctx context.Context, dir string) (*installation, error) {
	store, err := sqlitestore.Open(ctx, filepath.Join(dir, "events.db"))
	if err != nil {
		return nil, err
	}
	log, err := follower.Open(ctx, filepath.Join(dir, "log.db"), store)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	dev, err := auth.OpenDevIssuer(dir)
	if err != nil {
		return nil, errors.Join(err, log.Close(), store.Close())
	}
	i := &installation{store: store, log: log, dev: dev}
	i.engine = &projections.Engine{Log: log, Path: filepath.Join(dir, "readmodel.db"), All: projections.All()}
	i.app = app.New(app.Config{Store: store, Secret: secret, Keys: log})
	key, err := audit.OpenKey(filepath.Join(dir, "keys", "log"), "")
	if err != nil {
		return nil, errors.Join(err, log.Close(), store.Close())
	}
	i.proofs = &audit.Log{Follower: log, Key: key, Dir: filepath.Join(dir, "log")}
	if err := i.proofs.Open(ctx); err != nil {
		return nil, errors.Join(err, log.Close(), store.Close())
	}
	verifier := &auth.Verifier{Issuers: dev.Issuers("")}
	i.api = auth.Middleware(verifier, graph.Handler(graph.Config{App: i.app, Engine: i.engine, Log: log, Proofs: i.proofs, Verify: verifier}))
	return i, nil
}

// run numbers records and follows them, and returns once all there are can be read.
func (i *installation) run(ctx context.Context) error {
	ctx, i.stop = context.WithCancel(ctx)
	i.runs, ctx = errgroup.WithContext(ctx)
	i.runs.Go(func() error { return i.log.Run(ctx) })
	i.runs.Go(func() error { return i.engine.Run(ctx) })
	head, err := i.store.Head(ctx)
	if err != nil {
		return err
	}
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		err := i.engine.AwaitIndex(ctx, int64(head)-1)
		if _, building := errors.AsType[projections.Unavailable](err); !building {
			return err
		}
		select {
		case <-ctx.Done():
			return i.runs.Wait()
		case <-look.C:
		}
	}
}

func (i *installation) close() error {
	var err error
	if i.stop != nil {
		i.stop()
		err = i.runs.Wait()
	}
	return errors.Join(err, i.log.Close(), i.store.Close())
}

// newKey returns an idempotency key.
func newKey() string { return "bench-" + newUUID() }

// person returns the id of whoever is called name.
func (i *installation) person(name string) domain.ID { return i.app.PersonID(auth.DevName, name) }

// by is a person as a caller with a new key.
func (i *installation) by(name string) app.Caller {
	return app.Caller{Person: i.person(name), Key: newKey()}
}

const officer = "officer"

func clientName(client int) string { return fmt.Sprintf("client-%02d", client) }

// found records the officer, and for every client an entity to act for.
func (i *installation) found(ctx context.Context) error {
	if err := i.app.Bootstrap(ctx, i.person(officer)); err != nil {
		return err
	}
	for c := range clients {
		name := clientName(c)
		res, err := i.app.Entities.Do(ctx, "", entity.Propose{Kind: entity.Stakeholder, Name: inEnglish("Association of " + name)}, app.Caller{System: true, Key: newKey()})
		if err != nil {
			return fmt.Errorf("entity of %s: %w", name, err)
		}
		if err := i.app.Appoint(ctx, i.person(name), name, res.ID, domain.Stakeholder); err != nil {
			return err
		}
	}
	return nil
}

// call opens a consultation for a day.
func (i *installation) call(ctx context.Context, title string) (id domain.ID, err error) {
	closes := consultation.Closing{Local: time.Now().UTC().Add(24 * time.Hour).Format("2006-01-02T15:04:05"), Zone: "UTC", Inclusive: true}
	for _, c := range []consultation.Command{
		consultation.Plan{Title: inEnglish(title), Closes: closes, Late: consultation.WithReason}, consultation.Announce{}, consultation.Open{},
	} {
		res, err := i.app.Consultations.Do(ctx, id, c, i.by(officer))
		if err != nil {
			return "", fmt.Errorf("call %s: %w", title, err)
		}
		id = res.ID
	}
	return id, nil
}

func inEnglish(s string) domain.Text { return domain.Text{Language: "en", Value: s} }

// tokens returns a token for every client.
func (i *installation) tokens() ([]string, error) {
	all := make([]string, clients)
	for c := range all {
		var err error
		if all[c], err = i.dev.Token(clientName(c), clientName(c), time.Hour); err != nil {
			return nil, err
		}
	}
	return all, nil
}
