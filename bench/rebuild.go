package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/projections"
)

// rebuildRow compares building all read models from the log, every record
// hashed again on its way, with inserting the rows that come of it.
var rebuildRow = row{
	name: "rebuild", unit: "records", target: ">= 0.6",
	sizes: func(s scale) string {
		return fmt.Sprintf("%s records, texts of %d bytes, a third of the submissions amended; bare inserts the same rows in batches of %s with the same indexes, 2 x %d",
			thousands(int64(s.events)), len(essay), thousands(bulk), s.rounds)
	},
	prepare: prepareRebuild,
}

func prepareRebuild(ctx context.Context, b *bench) (*contest, error) {
	s, err := b.story(ctx)
	if err != nil {
		return nil, err
	}
	store, err := sqlitestore.Open(ctx, filepath.Join(s.dir, "events.db"))
	if err != nil {
		return nil, err
	}
	// Opened anew, so that it holds no records in memory.
	log, err := follower.Open(ctx, filepath.Join(s.dir, "log.db"), store)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	built, copied := filepath.Join(b.dir, "built.db"), filepath.Join(b.dir, "copied.db")
	return &contest{
		ours: func(ctx context.Context) (figure, error) {
			if err := remove(built); err != nil {
				return figure{}, err
			}
			e := &projections.Engine{Log: log, Path: built, All: projections.All()}
			begin := time.Now()
			err := e.Build(ctx, built, -1)
			return perSecond(s.size, begin), err
		},
		bare: func(ctx context.Context) (figure, error) {
			all, err := readTables(ctx, built)
			if err == nil {
				err = remove(copied)
			}
			if err != nil {
				return figure{}, err
			}
			begin := time.Now()
			err = insertTables(ctx, copied, all)
			return perSecond(s.size, begin), err
		},
		close: func() error { return errors.Join(log.Close(), store.Close(), remove(built), remove(copied)) },
	}, nil
}

func perSecond(n int64, begin time.Time) figure {
	return figure{rate: float64(n) / time.Since(begin).Seconds()}
}

// remove removes an SQLite file, if it is there.
func remove(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
