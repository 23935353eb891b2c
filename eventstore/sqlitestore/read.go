package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/internal/sqlitefile"
)

// A read asks page by page and holds no connection while its caller works, so
// that slow callers cannot keep the log from being written back, and a caller
// may use the store inside the loop.
const (
	readers   = 8       // connections at most
	pageRows  = 512     // records in a page at most
	pageBytes = 1 << 20 // after which a page ends early
)

func (d *DB) prepareReads(ctx context.Context) error {
	for query, stmt := range map[string]**sql.Stmt{
		`SELECT position, stream, version, id, type, at, salt, data, meta FROM events
			WHERE stream = ? AND version > ? ORDER BY version LIMIT ?`: &d.stream,
		`SELECT position, stream, version, id, type, at, salt, data, meta FROM events
			WHERE position > ? ORDER BY position LIMIT ?`: &d.all,
		"SELECT coalesce(max(position), 0) FROM events": &d.head,
	} {
		var err error
		if *stmt, err = d.read.PrepareContext(ctx, query); err != nil {
			return fmt.Errorf("prepare %q: %w", query, err)
		}
	}
	return nil
}

// Peek returns the records of one stream in the file at path, which another
// process may have open. It makes no file, and adds nothing.
func Peek(ctx context.Context, path, stream string) (all []eventstore.Record, err error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(whole); err != nil {
		return nil, err
	}
	d := &DB{}
	defer func() { err = errors.Join(err, d.release()) }()
	if d.read, err = sql.Open("sqlite", sqlitefile.ReadOnly(whole)+"&"+reading); err != nil {
		return nil, err
	}
	d.read.SetMaxOpenConns(1)
	if err := d.prepareReads(ctx); err != nil {
		return nil, fmt.Errorf("read events %s: %w", path, err)
	}
	for r, err := range d.Stream(ctx, stream, 0) {
		if err != nil {
			return nil, fmt.Errorf("read events %s: %w", path, err)
		}
		all = append(all, r)
	}
	return all, nil
}

// Stream implements eventstore.Store.
func (d *DB) Stream(ctx context.Context, stream string, after int64) iter.Seq2[eventstore.Record, error] {
	return pages(ctx, func(last eventstore.Record) (page, error) {
		return read(ctx, d.stream, stream, max(after, last.Version), pageRows)
	})
}

// All implements eventstore.Store.
func (d *DB) All(ctx context.Context, after eventstore.Position) iter.Seq2[eventstore.Record, error] {
	return pages(ctx, func(last eventstore.Record) (page, error) {
		return read(ctx, d.all, int64(max(after, last.Position)), pageRows)
	})
}

// Head implements eventstore.Store.
func (d *DB) Head(ctx context.Context) (eventstore.Position, error) {
	var position int64
	if err := d.head.QueryRowContext(ctx).Scan(&position); err != nil {
		return 0, fmt.Errorf("last position: %w", cause(ctx, err))
	}
	return eventstore.Position(position), nil
}

type page struct {
	recs []eventstore.Record
	last bool // nothing came after it when it was read
}

// pages yields the records of one page after the other. next is given the last
// record yielded, or the zero Record.
func pages(ctx context.Context, next func(last eventstore.Record) (page, error)) iter.Seq2[eventstore.Record, error] {
	return func(yield func(eventstore.Record, error) bool) {
		var last eventstore.Record
		for {
			p, err := next(last)
			for _, r := range p.recs {
				if err == nil {
					err = ctx.Err()
				}
				if err != nil {
					break
				}
				if !yield(r, nil) {
					return
				}
				last = r
			}
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(eventstore.Record{}, fmt.Errorf("read events: %w", cause(ctx, err)))
				return
			}
			if p.last {
				return
			}
		}
	}
}

func read(ctx context.Context, stmt *sql.Stmt, args ...any) (page, error) {
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return page{}, err
	}
	defer rows.Close()
	var p page
	for bytes := 0; rows.Next(); {
		var r eventstore.Record
		var id sql.RawBytes
		var at int64
		if err := rows.Scan(&r.Position, &r.Stream, &r.Version, &id, &r.Type, &at, &r.Salt, &r.Data, &r.Meta); err != nil {
			return page{}, err
		}
		r.ID, r.At = unpacked(id), time.UnixMilli(at).UTC()
		p.recs = append(p.recs, r)
		if bytes += len(r.Data) + len(r.Meta); bytes >= pageBytes || len(p.recs) == pageRows {
			return p, nil
		}
	}
	p.last = true
	return p, rows.Err()
}

// cause prefers the end of ctx to what the driver made of it.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
