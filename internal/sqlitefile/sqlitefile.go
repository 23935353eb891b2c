// Package sqlitefile copies and removes SQLite databases as files.
package sqlitefile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"syscall"

	"github.com/rapporteur-project/rapporteur/internal/durable"
)

// LockFile is the file beside databases that a process which writes to them has locked.
const LockFile = "lock"

// journals are what SQLite keeps beside a database that was not closed.
var journals = []string{"-wal", "-journal"}

// Copy copies the database at from, which others may use meanwhile, as it is at
// one moment, to a new file that its owner alone can use. The copy is one durable
// file, without a journal. Nothing is written beside from: where nobody uses it,
// also a folder that can only be read will do. The driver "sqlite" must be
// registered.
func Copy(ctx context.Context, from, to string) (err error) {
	if _, err := os.Stat(from); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) // SQLite writes into an empty file
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(fmt.Errorf("copy %s: %w", from, err), Remove(to))
		}
	}()
	switch copied, err := copyUnused(ctx, from, to, f); {
	case err != nil:
		return err
	case !copied:
		if err := errors.Join(removeBeside(to), f.Truncate(0), copyUsed(ctx, from, to)); err != nil {
			return err
		}
	}
	return errors.Join(f.Sync(), durable.SyncFolder(filepath.Dir(to)))
}

// copyUsed copies a database that another process may be writing to. That keeps
// the index of its journal beside it, so a connection that only reads makes none.
func copyUsed(ctx context.Context, from, to string) (err error) {
	db, err := sql.Open("sqlite", name(from)+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, to)
	return err
}

// copyUnused copies a database with its journal byte by byte, and then has SQLite
// write the journal into the copy. It reports false where somebody uses the
// database, or did before the copy was whole.
func copyUnused(ctx context.Context, from, to string, f *os.File) (bool, error) {
	before, unused, err := look(from)
	if err != nil || !unused {
		return false, err
	}
	if err := copyBytes(from, f); err != nil {
		return false, err
	}
	for _, j := range journals {
		beside, err := os.OpenFile(to+j, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return false, err
		}
		err = copyBytes(from+j, beside)
		if errors.Is(err, fs.ErrNotExist) {
			err = os.Remove(to + j)
		}
		if err := errors.Join(err, beside.Close()); err != nil {
			return false, err
		}
	}
	after, unused, err := look(from)
	if err != nil {
		return false, err
	}
	if !unused || after != before {
		return false, nil
	}
	return true, settle(ctx, to)
}

// settle writes the journal of a database that nobody uses into it.
func settle(ctx context.Context, path string) (err error) {
	db, err := sql.Open("sqlite", name(path))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	var mode string
	if err := db.QueryRowContext(ctx, `PRAGMA journal_mode = DELETE`).Scan(&mode); err != nil {
		return err
	}
	if mode != "delete" {
		return fmt.Errorf("its journal is left: %s", mode)
	}
	var objects int // a file that is no database is told from an empty one
	return db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&objects)
}

// A looked is what tells a database that was written to from one that was not.
type looked struct{ file, wal, journal stamp }

type stamp struct {
	size  int64
	nanos int64
	inode uint64
}

// look reports whether nobody uses the database at path, and how it is. Somebody
// does who has the folder's lock or, where there is none, keeps the index of a
// journal beside it.
func look(path string) (is looked, unused bool, err error) {
	if unused, err = free(filepath.Join(filepath.Dir(path), LockFile)); errors.Is(err, fs.ErrNotExist) {
		_, err = os.Stat(path + "-shm")
		unused = errors.Is(err, fs.ErrNotExist)
		if unused {
			err = nil
		}
	}
	for _, of := range []struct {
		path string
		is   *stamp
	}{{path, &is.file}, {path + journals[0], &is.wal}, {path + journals[1], &is.journal}} {
		info, statErr := os.Stat(of.path)
		if statErr != nil {
			if !errors.Is(statErr, fs.ErrNotExist) {
				err = errors.Join(err, statErr)
			}
			continue
		}
		*of.is = stamp{info.Size(), info.ModTime().UnixNano(), info.Sys().(*syscall.Stat_t).Ino}
	}
	return is, unused, err
}

// free reports whether nobody has the lock at path for writing.
func free(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close() // and gives the lock back
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

func copyBytes(from string, to *os.File) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, src)
	return errors.Join(err, src.Close())
}

// ReadOnly names the database at path to SQLite, to be read and nothing else.
// Where nothing lies beside it, nobody uses it, and SQLite makes no files there.
func ReadOnly(path string) string {
	if Still(path) {
		return name(path) + "?mode=ro&immutable=1"
	}
	return name(path) + "?mode=ro"
}

// Still reports whether the database at path is one whole file, so that nobody
// has it open for writing.
func Still(path string) bool {
	for _, j := range append([]string{"-shm"}, journals...) {
		if info, err := os.Stat(path + j); err == nil && (j == "-shm" || info.Size() > 0) {
			return false
		}
	}
	return true
}

func name(path string) string { return "file:" + (&url.URL{Path: path}).EscapedPath() }

// Remove removes the database at path with its journals, if there is one. Nobody
// may have it open.
func Remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return removeBeside(path)
}

func removeBeside(path string) error {
	for _, j := range append([]string{"-shm"}, journals...) {
		if err := os.Remove(path + j); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
