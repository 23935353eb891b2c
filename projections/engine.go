package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/internal/sqlitefile"
)

// A Certificate proves what a projection has seen: every record below Next, in
// order, and no other.
type Certificate struct {
	Name    string
	Version int
	Next    int64     // the index it will see next
	Root    tlog.Hash // of the log's tree over the records below Next
	Fold    [32]byte  // SHA-256 over the fold before and the leaf, record by record
	Failed  string    // why it was set aside; empty when it follows

	// Of the records below Next, how many were withheld from the log that was
	// followed, and how many of those the projection reads: from the first of
	// these on its tables stand still, and nothing can be told from them. What
	// was seen is proven all the same.
	Withheld, Reached int64
}

// An Engine feeds the log to projections. Run it once; everything else is safe
// for concurrent use.
type Engine struct {
	Log     Log
	Path    string // of the read models' file
	All     []Projection
	Connect func(dsn string) (*sql.DB, error) // the live file; nil: with the driver named sqlite

	decode decoders
	db     *sql.DB // of the live file
	heavy  *sql.DB // likewise, for what goes through much
	reads  *statements
	conn   *sql.Conn // the one that writes
	tx     *Tx

	mu       sync.Mutex
	certs    []Certificate // one per projection, in the order of All; replaced, never changed
	ready    bool          // the live file may be read
	done, of int64         // progress of a rebuild, while not ready
	news     chan struct{} // closed, then replaced, when certs or ready change
	fault    error         // why Run stopped, if it did
}

// idle reports whether every projection is set aside.
func (e *Engine) idle() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return allAside(e.certs)
}

func allAside(certs []Certificate) bool {
	return !slices.ContainsFunc(certs, func(c Certificate) bool { return c.Failed == "" })
}

// Open makes the live file ready to be read and followed: it rebuilds it first
// if it is missing or of another version. Run calls it; call it yourself only
// where the engine is not run.
func (e *Engine) Open(ctx context.Context) error {
	e.decode = newDecoders()
	certs, err := e.usable(ctx, e.Path)
	if err != nil {
		return fmt.Errorf("open %s: %w", e.Path, err)
	}
	if certs == nil {
		err = e.Build(ctx, e.Path, -1)
	} else {
		for _, left := range []string{building, paused, prepared + building, prepared + paused} { // of another release
			err = errors.Join(err, sqlitefile.Remove(e.Path+left))
		}
	}
	if err != nil {
		return fmt.Errorf("rebuild %s: %w", e.Path, err)
	}
	if err := e.attach(ctx, e.Path, "NORMAL"); err != nil {
		return fmt.Errorf("open %s: %w", e.Path, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ready = true
	e.signal()
	return nil
}

// usable returns the certificates of the file at path if it is there, of
// today's versions, and of a beginning of the log; nil if it has to be made anew.
func (e *Engine) usable(ctx context.Context, path string) ([]Certificate, error) {
	certs, err := e.ofToday(ctx, path)
	if err != nil || nextOf(certs) > e.Log.Size() {
		return nil, err
	}
	for _, c := range certs {
		if root, err := e.Log.Root(ctx, c.Next); err != nil || root != c.Root {
			slog.WarnContext(ctx, "the read models are of another log: they are rebuilt", slog.String("projection", c.Name))
			return nil, err
		}
	}
	return certs, nil
}

// ofToday returns the certificates of the file at path if it is there and of
// today's versions, whatever it has seen.
func (e *Engine) ofToday(ctx context.Context, path string) ([]Certificate, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, nil
	}
	db, err := openSQLite(path, "NORMAL")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	certs, err := readCertificates(ctx, db)
	if ofMachine(err) {
		return nil, err // it may be whole
	}
	if err != nil || len(certs) != len(e.All) {
		return nil, ctx.Err() // not ours, or half made
	}
	for i, p := range e.All {
		if certs[i].Name != p.Name || certs[i].Version != p.Version {
			return nil, nil
		}
	}
	return certs, nil
}

// attach opens the file at path for reading and writing, and reads its
// certificates.
func (e *Engine) attach(ctx context.Context, path, synchronous string) (err error) {
	open := e.Connect
	if open == nil {
		open = openDriver
	}
	db, err := connect(open, path, synchronous, connections)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	conn, err := writer(ctx, db)
	if err != nil {
		return err
	}
	certs, err := readCertificates(ctx, db)
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	heavy, err := connect(open, path, synchronous, HeavyConnections())
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	reads := newStatements(db, owners(e.All), e.told)
	reads.heavy = newStatements(heavy, reads.owners, e.told)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.db, e.heavy, e.reads, e.conn, e.tx, e.certs = db, heavy, reads, conn, newTx(conn, e.past), certs
	return nil
}

// writer takes the connection of db that writes.
func writer(ctx context.Context, db *sql.DB) (*sql.Conn, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA cache_size = -%d`, writeCache)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func (e *Engine) close() error {
	if e.db == nil {
		return nil
	}
	for _, s := range e.tx.stmts {
		s.Close()
	}
	err := errors.Join(e.heavy.Close(), e.conn.Close(), e.db.Close())
	e.db = nil
	return err
}

// Close closes the file. Run does it by itself.
func (e *Engine) Close() error { return e.close() }

// CatchUp applies every fact that is numbered, while any projection follows.
// Only Run, or a caller that does not run the engine, may call it.
func (e *Engine) CatchUp(ctx context.Context) error {
	for facts, err := range e.Log.From(ctx, e.next()) {
		if err != nil {
			return err
		}
		if e.idle() {
			return nil
		}
		if err := e.apply(ctx, facts); err != nil {
			return err
		}
	}
	return nil
}

// next is the index that the projections that follow will see next.
func (e *Engine) next() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return nextOf(e.certs)
}

func nextOf(certs []Certificate) int64 {
	var next int64
	for _, c := range certs {
		next = max(next, c.Next)
	}
	return next
}

func (e *Engine) signal() {
	if e.news != nil {
		close(e.news)
	}
	e.news = make(chan struct{})
}
