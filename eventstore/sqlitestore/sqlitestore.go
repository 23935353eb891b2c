// Package sqlitestore keeps events in one SQLite file, for one process at a time.
//
// Appends that arrive together share one transaction and one fsync. The first
// of them to come commits for all, so the store has no goroutine of its own.
// Reads have connections of their own and never wait for an append, nor an
// append for them.
package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/internal/bell"
)

var errClosed = errors.New("the store is closed")

// A DB is an eventstore.Store in an SQLite file, safe for concurrent use.
//
// Its positions are dense. An id must be a UUID in lower case. An id that it holds anywhere but in the place asked
// for is an error, and nothing is stored.
//
// When the file cannot be written, nobody can know what the disk holds, and a
// second attempt could seem to succeed without it. So the DB then takes nothing
// more: the appends of that commit and all later ones get ErrUnavailable at once,
// until the file is settled anew, which Run does by itself. Reads go on.
type DB struct {
	path   string      // set once
	file   os.FileInfo // of the file at path; set once
	read   *sql.DB     // a pool of connections that cannot write
	stream *sql.Stmt
	all    *sql.Stmt
	head   *sql.Stmt
	write  *sql.DB // one connection, which writer has
	bell   bell.Bell
	around func(commit func() error) error // of every writer, for tests; see there

	turn   chan struct{} // holds one token while somebody commits
	writer *writer       // belongs to who put the token into turn

	mu     sync.Mutex    // guards what follows, and taken of each queued append
	queue  []*pending    // what the next to commit will commit
	ended  error         // why no append is ever taken again
	fault  error         // why no append is taken until the file is settled anew
	faults chan struct{} // receives after a fault; Run reads it
}

var _ eventstore.Store = (*DB)(nil)

// Open opens the events in the file at path, and creates it if there is none.
// It refuses a file that something else wrote, or a newer release, and leaves
// it as it was.
func Open(ctx context.Context, path string) (*DB, error) {
	d := &DB{path: path, turn: make(chan struct{}, 1), faults: make(chan struct{}, 1)}
	if err := d.open(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("open events %s: %w", path, err), d.release())
	}
	return d, nil
}

func (d *DB) open(ctx context.Context, path string) (err error) {
	if err := d.openWriter(ctx); err != nil {
		return err
	}
	if d.read, err = connect(path, reading); err != nil {
		return err
	}
	d.read.SetMaxOpenConns(readers)
	d.read.SetMaxIdleConns(readers)
	return d.prepareReads(ctx)
}

// openWriter opens the connection that commits, and settles the file.
func (d *DB) openWriter(ctx context.Context) (err error) {
	if d.write, err = connect(d.path, writing); err != nil {
		return err
	}
	is, err := os.Stat(d.path)
	switch {
	case err != nil:
		return err
	case d.file == nil:
		d.file = is
	case !os.SameFile(d.file, is):
		return fmt.Errorf("%s is another file than the one that was opened: put that back, or restart", d.path)
	}
	conn, err := pin(ctx, d.write)
	if err != nil {
		return err
	}
	if err := prepareFile(ctx, conn); err != nil {
		return errors.Join(err, conn.Close())
	}
	if d.writer, err = newWriter(ctx, conn); err != nil {
		return errors.Join(err, conn.Close())
	}
	d.writer.around = d.around
	return nil
}

// Close waits for a commit under way and closes the file. Appends still
// waiting get an error, and were not stored. Reads must have ended.
func (d *DB) Close() error {
	d.end(errClosed)
	d.turn <- struct{}{}
	defer func() { <-d.turn }()
	return d.release()
}

// release gives back what open took. A second call is a no-op.
func (d *DB) release() error {
	var errs []error
	if d.read != nil {
		errs = append(errs, d.read.Close())
	}
	return errors.Join(append(errs, d.closeWriter())...)
}

func (d *DB) closeWriter() error {
	var errs []error
	if d.writer != nil {
		errs = append(errs, d.writer.close())
		d.writer = nil
	}
	if d.write != nil {
		errs = append(errs, d.write.Close())
		d.write = nil
	}
	return errors.Join(errs...)
}

// end makes every later append fail with err, unless an earlier call did.
func (d *DB) end(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended == nil {
		d.ended = err
	}
}

// Wake implements eventstore.Store. It wakes for appends of this process only.
func (d *DB) Wake(ctx context.Context) <-chan struct{} { return d.bell.Listen(ctx) }
