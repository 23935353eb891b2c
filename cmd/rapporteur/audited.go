package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/internal/keyfile"
	"github.com/rapporteur-project/rapporteur/internal/sqlitefile"
)

// working is the flag of commands that only read what they are about.
type working struct {
	Work string `placeholder:"DIR" help:"Where to make what is removed at the end; it takes as much space as the record and its read models. Default: the system's folder for temporary files."`
}

// An audited is a data folder that is read and left as it is. What is made on the
// way lies in a scratch folder.
type audited struct {
	*installation
	scratch *scratch
	locked  bool
}

// openAudited opens the data folder dir, in which a record was begun, and keeps
// servers out meanwhile. A folder that nobody ever locked may be a copy, on a disk
// that only reads: it stays unlocked.
func openAudited(dir string, at place, purpose string, w working) (_ *audited, err error) {
	a := &audited{installation: &installation{dir: dir, place: at}}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("data folder %s: not a folder", dir)
	}
	if err := errors.Join(a.recorded(), a.placed()); err != nil {
		return nil, err
	}
	a.lock, err = lockShared(a.path(sqlitefile.LockFile))
	if a.locked = err == nil; err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("data folder %s: %w", dir, err)
	}
	path := a.path("keys", "installation")
	text, err := keyfile.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing, and the record was made under it: put it back from a backup", path)
	}
	if err == nil {
		a.secret, err = parseSecret(path, text)
	}
	if err != nil {
		return nil, fmt.Errorf("installation secret: %w", err)
	}
	a.scratch, err = newScratch(w.Work, purpose)
	return a, err
}

// close removes the scratch folder, and lets others have the data folder.
func (a *audited) close() error {
	var errs []error
	if a.scratch != nil {
		errs = append(errs, a.scratch.remove())
	}
	if a.locked {
		errs = append(errs, a.lock.Close())
	}
	return errors.Join(errs...)
}

// lockShared takes the lock at path together with other readers, or says who
// has it. It writes nothing.
func lockShared(path string) (folderLock, error) {
	f, err := os.Open(path)
	if err != nil {
		return folderLock{}, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return folderLock{}, errors.Join(fmt.Errorf("in use by %s", holder(path)), f.Close())
	}
	if err != nil {
		return folderLock{}, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return folderLock{f}, nil
}

// openCopies opens copies of the record and its numbering in dir, for a reader
// whom no server minds. What servers hold is read from there.
func (i *installation) openCopies(ctx context.Context, dir string) (*stores, error) {
	// The numbering first: it is never ahead of the events.
	numbering := filepath.Join(dir, logFile)
	if err := sqlitefile.Copy(ctx, i.path(logFile), numbering); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	store, closeStore, err := i.copiedEvents(ctx, dir)
	if err != nil {
		return nil, err
	}
	log, err := follower.Open(ctx, numbering, store)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("log: %w", err), closeStore())
	}
	return &stores{&events{Store: store, fault: func() error { return nil }, close: closeStore}, log, nil}, nil
}

// openCopies opens copies, and refuses a record that was made with other keys.
func (a *audited) openCopies(ctx context.Context, dir string) (*stores, error) {
	st, err := a.installation.openCopies(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := a.madeWith(ctx, a.app(st)); err != nil {
		return nil, errors.Join(err, st.close())
	}
	return st, nil
}

// readLog opens what signed the log, to read what was published and to sign, and
// publishes nothing.
func (a *audited) readLog(ctx context.Context, st *stores, w witnesses) (*audit.Log, error) {
	policy, err := w.read()
	if err != nil {
		return nil, err
	}
	rotations, err := rotations(ctx, a.app(st))
	if err != nil {
		return nil, err
	}
	name := logKey
	if !a.exists(name) && a.exists(firstLogKey) {
		name = firstLogKey
	}
	key, err := audit.ReadRotatedKey(a.path(name), rotations)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing, and the log is signed with it: put it back from a backup; the first start of rapporteur serve makes it", a.path(logKey))
	}
	if err != nil {
		return nil, err
	}
	is, err := commitment(ctx, a.app(st))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(a.begunWith(is, key, rotations), a.publishedStill(ctx, st, is.LogKey != "" || a.exists(logKey))); err != nil {
		return nil, err
	}
	l := &audit.Log{Follower: st.log, Key: key, Dir: a.path(logFolder), Policy: policy, Rotations: rotations, ReadOnly: true}
	return l, l.Open(ctx)
}

// still returns the path of a database as one whole file: itself, or a copy where
// it was not closed and a journal lies beside it.
func (s *scratch) still(ctx context.Context, path string) (string, error) {
	if is, err := os.Stat(path); err != nil || !is.Mode().IsRegular() || sqlitefile.Still(path) {
		return path, nil // the caller judges a file that is absent
	}
	to := s.path("still-" + filepath.Base(path))
	return to, sqlitefile.Copy(ctx, path, to)
}

// A scratch is a folder that is removed at the end.
type scratch struct {
	dir  string
	lock *os.File // the folder, locked: a later run removes one that is unlocked
}

// newScratch makes a folder in work, or where the system has what is temporary,
// and removes those that an earlier run was kept from removing.
func newScratch(work, purpose string) (*scratch, error) {
	if work == "" {
		work = os.TempDir()
	} else if err := os.MkdirAll(work, 0o700); err != nil {
		return nil, fmt.Errorf("--work: %w", err)
	}
	begins := "rapporteur-" + purpose + "-"
	left, err := filepath.Glob(filepath.Join(work, begins+"*"))
	if err != nil {
		return nil, err
	}
	for _, dir := range left {
		if s, err := lockScratch(dir); err == nil { // else another's, or in use
			if err := s.remove(); err != nil {
				return nil, err
			}
		}
	}
	dir, err := os.MkdirTemp(work, begins)
	if err != nil {
		return nil, fmt.Errorf("name a folder with --work that can be written to: %w", err)
	}
	return lockScratch(dir)
}

func lockScratch(dir string) (*scratch, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &scratch{dir, f}, nil
}

func (s *scratch) path(name string) string { return filepath.Join(s.dir, name) }

func (s *scratch) remove() error { return errors.Join(os.RemoveAll(s.dir), s.lock.Close()) }

// inside reports whether path is in dir, or would be once it is made.
func inside(path, dir string) (bool, error) {
	of, err := os.Stat(dir)
	if err != nil {
		return false, err
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return false, err
	}
	for {
		real, err := filepath.EvalSymlinks(path)
		if err == nil {
			path = real
		}
		if is, err := os.Stat(path); err == nil && os.SameFile(is, of) {
			return true, nil
		}
		if path == filepath.Dir(path) {
			return false, nil
		}
		path = filepath.Dir(path)
	}
}
