package projections

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"runtime"

	"golang.org/x/mod/sumdb/tlog"
)

// connections is how many there are to a file: one writes, the others read. What
// goes through much has others of its own, so that nothing small waits for it.
const connections = 9

const (
	readCache  = 8 << 10  // KiB of pages that a connection keeps
	writeCache = 64 << 10 // likewise, of the one that writes
)

// HeavyConnections is how many reads that go through much are under way at a
// time: half of the processors are left for everything else.
func HeavyConnections() int { return max(1, runtime.GOMAXPROCS(0)/2) }

type contextKey int

const heavyKey contextKey = iota

// Heavy returns a context whose reads go through much: they have connections of
// their own.
func Heavy(ctx context.Context) context.Context { return context.WithValue(ctx, heavyKey, true) }

func isHeavy(ctx context.Context) bool {
	heavy, _ := ctx.Value(heavyKey).(bool)
	return heavy
}

// openSQLite opens a file of read models. With synchronous OFF a power failure
// may tear it: use that only for a file that is not live yet.
func openSQLite(path, synchronous string) (*sql.DB, error) {
	return connect(openDriver, path, synchronous, connections)
}

func openDriver(dsn string) (*sql.DB, error) { return sql.Open("sqlite", dsn) }

func connect(open func(dsn string) (*sql.DB, error), path, synchronous string, connections int) (*sql.DB, error) {
	// The driver sets pragmas in the order of their names, and the journal's mode
	// after them, when it is no pragma: it would fix the size of pages.
	db, err := open("file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_journal_mode=WAL&_pragma=page_size(8192)&_pragma=busy_timeout(5000)&_pragma=synchronous(" + synchronous + fmt.Sprintf(")&_pragma=cache_size(-%d)&_pragma=temp_store(MEMORY)", readCache))
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

// readCertificates reads the certificates of a file. One of an older release,
// which kept less in them, has none that this one can judge.
func readCertificates(ctx context.Context, db *sql.DB) ([]Certificate, error) {
	var columns int
	if err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM pragma_table_info('certificates') WHERE name IN ('withheld', 'reached')`).Scan(&columns); err != nil {
		return nil, err
	}
	if columns != 2 {
		return nil, nil
	}
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
