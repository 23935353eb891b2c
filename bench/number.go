package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
	"github.com/rapporteur-project/rapporteur/follower"
)

// numberRow compares appends that are numbered and hashed meanwhile with
// appends to the same store alone.
var numberRow = row{
	name: "append with the Merkle log", unit: "records", target: ">= 0.8",
	sizes: func(s scale) string {
		return fmt.Sprintf("%d writers, records of 1 KiB in %s streams, after %s records, until the last is numbered; bare is the same store, not followed, 2 x %d x %s",
			clients, thousands(streams), thousands(int64(s.archived)), s.rounds, s.round)
	},
	prepare: prepareNumber,
}

func prepareNumber(ctx context.Context, b *bench) (*contest, error) {
	dir, err := b.grows(ctx)
	if err != nil {
		return nil, err
	}
	db, err := sqlitestore.Open(ctx, filepath.Join(dir, "events.db"))
	if err != nil {
		return nil, err
	}
	log, err := follower.Open(ctx, filepath.Join(dir, "log.db"), db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	all := newWriters()
	appends := func(ctx context.Context) (figure, error) {
		return drive(ctx, b.round, func(ctx context.Context, client int) error {
			stream, version, r := all[client].next()
			return db.Append(ctx, stream, version, r)
		})
	}
	return &contest{
		ours: func(ctx context.Context) (figure, error) {
			if err := log.CatchUp(ctx); err != nil { // with what bare appended
				return figure{}, err
			}
			return followed(ctx, log, db, appends)
		},
		bare:  appends,
		close: func() error { return errors.Join(log.Close(), db.Close()) },
	}, nil
}

// followed measures appends while log runs, until it has got to their end.
func followed(ctx context.Context, log *follower.Follower, db *sqlitestore.DB, appends func(context.Context) (figure, error)) (f figure, err error) {
	running, stop := context.WithCancel(ctx)
	var ended error
	var wg sync.WaitGroup
	wg.Go(func() { ended = log.Run(running) })
	defer func() {
		stop()
		wg.Wait()
		err = errors.Join(err, ended)
	}()
	before, begin := log.Size(), time.Now()
	if f, err = appends(ctx); err != nil {
		return f, err
	}
	head, err := db.Head(ctx) // its positions are dense
	if err != nil {
		return f, err
	}
	if err := log.Wait(ctx, int64(head)); err != nil {
		return f, err
	}
	f.rate = perSecond(int64(head)-before, begin).rate
	return f, nil
}
