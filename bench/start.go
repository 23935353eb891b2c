package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"github.com/rapporteur-project/rapporteur/projections"
)

// startRow compares opening all that there is, with the checks of a start, with
// opening the same files.
var startRow = row{
	name: "start", unit: "starts", target: "<= 2 s",
	sizes: func(s scale) string {
		return fmt.Sprintf("%s records, until read models answer; bare opens the same SQLite files and reads the last row of each, 2 x %d", thousands(int64(s.archived)), s.rounds)
	},
	prepare: prepareStart,
}

func prepareStart(ctx context.Context, b *bench) (*contest, error) {
	if err := b.readModels(ctx, "readmodel.db", projections.All()); err != nil {
		return nil, err
	}
	dir := b.kept.dir
	return &contest{
		ours: func(ctx context.Context) (figure, error) {
			begin := time.Now()
			i, err := openInstallation(ctx, dir)
			if err != nil {
				return figure{}, err
			}
			if err := errors.Join(i.engine.Open(ctx), i.engine.CatchUp(ctx)); err != nil {
				return figure{}, errors.Join(err, i.close())
			}
			f := once(begin)
			return f, errors.Join(i.engine.Close(), i.close())
		},
		bare: func(ctx context.Context) (figure, error) {
			begin := time.Now()
			for file, query := range map[string]string{
				"events.db":    `SELECT position FROM events ORDER BY position DESC LIMIT 1`,
				"log.db":       `SELECT idx FROM entries ORDER BY idx DESC LIMIT 1`,
				"readmodel.db": `SELECT idx FROM moments ORDER BY idx DESC LIMIT 1`,
			} {
				if err := lastRow(ctx, filepath.Join(dir, file), query); err != nil {
					return figure{}, fmt.Errorf("%s: %w", file, err)
				}
			}
			return once(begin), nil
		},
		close: func() error { return nil },
	}, nil
}

// once is the figure of one operation.
func once(begin time.Time) figure {
	took := time.Since(begin)
	return figure{rate: 1 / took.Seconds(), p50: took}
}

func lastRow(ctx context.Context, path, query string) (err error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var last int64
	return db.QueryRowContext(ctx, query).Scan(&last)
}
