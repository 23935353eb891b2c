package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
)

const bulk = 2000 // rows in a transaction

// A table is a table's rows, held in memory.
type table struct {
	schema  []string // of it and its indexes
	insert  string
	columns int
	rows    [][]any
}

func openBuilt(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+
		"?_journal_mode=WAL&_pragma=page_size(8192)&_pragma=synchronous(OFF)&_pragma=cache_size(-65536)&_pragma=temp_store(MEMORY)")
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// readTables reads the tables of read models as they were built.
func readTables(ctx context.Context, path string) (_ []*table, err error) {
	db, err := openBuilt(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	schemas := map[string][]string{}
	var names []string
	if err := eachRow(ctx, db, `SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, rowid`, func(v []any) {
		name := v[0].(string)
		if schemas[name] == nil {
			names = append(names, name)
		}
		schemas[name] = append(schemas[name], v[1].(string))
	}); err != nil {
		return nil, err
	}
	var all []*table
	for _, name := range names {
		t := &table{schema: schemas[name]}
		if err := eachRow(ctx, db, `SELECT * FROM `+name+` ORDER BY rowid`, func(v []any) {
			t.columns, t.rows = len(v), append(t.rows, v)
		}); err != nil {
			return nil, err
		}
		t.insert = `INSERT INTO ` + name + ` VALUES (?` + strings.Repeat(", ?", max(0, t.columns-1)) + `)`
		all = append(all, t)
	}
	return all, nil
}

func eachRow(ctx context.Context, db *sql.DB, query string, use func([]any)) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		v, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range v {
			to[i] = &v[i]
		}
		if err := rows.Scan(to...); err != nil {
			return err
		}
		use(v)
	}
	return rows.Err()
}

// insertTables makes the same file anew, and leaves it as a rebuild does: one
// file, synced.
func insertTables(ctx context.Context, path string, all []*table) (err error) {
	db, err := openBuilt(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, t := range all {
		for _, text := range t.schema {
			if _, err := db.ExecContext(ctx, text); err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
		}
		if err := t.insertInto(ctx, db); err != nil {
			return fmt.Errorf("%s: %w", t.insert, err)
		}
	}
	if _, err := db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (t *table) insertInto(ctx context.Context, db *sql.DB) error {
	if len(t.rows) == 0 {
		return nil
	}
	stmt, err := db.PrepareContext(ctx, t.insert)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for i := 0; i < len(t.rows); i += bulk {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		in := tx.StmtContext(ctx, stmt)
		for _, v := range t.rows[i:min(i+bulk, len(t.rows))] {
			if _, err := in.ExecContext(ctx, v...); err != nil {
				return errors.Join(err, tx.Rollback())
			}
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}
