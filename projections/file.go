package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"

	"golang.org/x/mod/sumdb/tlog"
)

// connections is how many there are to a file: one writes, the others read.
const connections = 9

// openSQLite opens a file of read models. With synchronous OFF a power failure
// may tear it: use that only for a file that is not live yet.
func openSQLite(path, synchronous string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+
		"?_pragma=page_size(8192)&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous("+synchronous+")&_pragma=cache_size(-65536)&_pragma=temp_store(MEMORY)")
	if err != nil {
		return nil, err
	}
	// Opening one costs more than most reads, so all stay open.
	db.SetMaxIdleConns(connections)
	db.SetMaxOpenConns(connections)
	return db, nil
}

const certificateSchema = `CREATE TABLE certificates (
	n       INTEGER PRIMARY KEY, -- order of the projections
	name    TEXT    NOT NULL UNIQUE,
	version INTEGER NOT NULL,
	next    INTEGER NOT NULL,
	root    BLOB    NOT NULL,
	fold    BLOB    NOT NULL,
	failed  TEXT    NOT NULL,
	withheld INTEGER NOT NULL,
	reached  INTEGER NOT NULL
) STRICT;`

func readCertificates(ctx context.Context, db *sql.DB) ([]Certificate, error) {
	rows, err := db.QueryContext(ctx, `SELECT name, version, next, root, fold, failed, withheld, reached FROM certificates ORDER BY n`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Certificate
	for rows.Next() {
		var c Certificate
		var root, fold []byte
		if err := rows.Scan(&c.Name, &c.Version, &c.Next, &root, &fold, &c.Failed, &c.Withheld, &c.Reached); err != nil {
			return nil, err
		}
		copy(c.Root[:], root)
		copy(c.Fold[:], fold)
		all = append(all, c)
	}
	return all, rows.Err()
}

func writeCertificate(ctx context.Context, tx *Tx, c Certificate) error {
	_, err := tx.Exec(ctx, `UPDATE certificates SET next = ?, root = ?, fold = ?, failed = ?, withheld = ?, reached = ? WHERE name = ?`,
		c.Next, c.Root[:], c.Fold[:], c.Failed, c.Withheld, c.Reached, c.Name)
	return err
}

// create makes an empty file of read models at path.
func (e *Engine) create(ctx context.Context, path string) error {
	db, err := openSQLite(path, "OFF")
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, certificateSchema+textSchema); err != nil {
		return err
	}
	empty, err := tlog.TreeHash(0, nil)
	if err != nil {
		return err
	}
	for i, p := range e.All {
		if _, err := db.ExecContext(ctx, p.Schema); err != nil {
			return fmt.Errorf("projection %s: %w", p.Name, err)
		}
		if _, err := db.ExecContext(ctx, `INSERT INTO certificates (n, name, version, next, root, fold, failed, withheld, reached) VALUES (?, ?, ?, 0, ?, ?, '', 0, 0)`,
			i, p.Name, p.Version, empty[:], make([]byte, 32)); err != nil {
			return err
		}
	}
	return nil
}

// rebuild makes the read models anew beside the live file and puts them in its
// place. A crash at any moment leaves the live file, or none, and the next
// start begins again.
func (e *Engine) rebuild(ctx context.Context) error {
	aside := e.Path + ".building"
	if err := removeSQLite(aside); err != nil {
		return err
	}
	if err := e.Build(ctx, aside, -1); err != nil {
		return err
	}
	if err := removeSQLite(e.Path); err != nil {
		return err
	}
	return os.Rename(aside, e.Path)
}

// Build makes read models of the records below limit, or of all for -1, at
// path. It leaves one file, synced, without a journal beside it.
func (e *Engine) Build(ctx context.Context, path string, limit int64) (err error) {
	e.decode = newDecoders()
	if err := e.create(ctx, path); err != nil {
		return err
	}
	if err := e.attach(ctx, path, "OFF"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.close()) }()
	if err := e.each(ctx, func(p Projection) string { return p.Bulk }); err != nil {
		return err
	}
	for facts, err := range e.Log.From(ctx, 0) {
		if err != nil {
			return err
		}
		if limit >= 0 {
			facts = facts[:min(int64(len(facts)), max(0, limit-facts[0].Index))]
		}
		if len(facts) == 0 {
			break
		}
		if err := e.apply(ctx, facts); err != nil {
			return err
		}
		e.progress()
	}
	if err := e.each(ctx, func(p Projection) string { return p.Ready }); err != nil {
		return err
	}
	return e.seal(ctx, path)
}

// each runs the statements that every projection brings.
func (e *Engine) each(ctx context.Context, of func(Projection) string) error {
	for _, p := range e.All {
		if s := of(p); s != "" {
			if _, err := e.conn.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("projection %s: %w", p.Name, err)
			}
		}
	}
	return nil
}

func (e *Engine) progress() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.done, e.of = nextOf(e.certs), e.Log.Size()
}

// seal moves the journal into the file and syncs it.
func (e *Engine) seal(ctx context.Context, path string) error {
	if _, err := e.conn.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func removeSQLite(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
