package memory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// A journal is a file of lines that several processes add to. Its lock is on
// the folder, as the file itself is replaced now and then. Only locked may be
// called without the owner's lock.
type journal struct {
	path  string
	dir   *os.File // locked while somebody writes
	f     *os.File // open for reading and adding
	read  int64    // up to where lines have been read
	lines int      // read so far

	// doubt is why nobody knows what the end of the file holds on the disk: adding a
	// line failed. Then the file is made anew before anything is added.
	doubt error
}

// openJournal opens the file at path, and makes it when there is none. It is
// for its owner alone.
func openJournal(path string) (_ *journal, err error) {
	j := &journal{path: path}
	if j.dir, err = os.Open(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if err := j.open(); err != nil {
		return nil, errors.Join(err, j.dir.Close())
	}
	return j, nil
}

func (j *journal) open() error {
	f, err := os.OpenFile(j.path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && (!info.Mode().IsRegular() || info.Mode().Perm()&0o022 != 0) {
		err = fmt.Errorf("%s: must be a file that its owner alone can write", j.path)
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	if j.f != nil {
		_ = j.f.Close() // nothing of it is unwritten
	}
	j.f, j.read, j.lines = f, 0, 0
	return nil
}

func (j *journal) close() error { return errors.Join(j.f.Close(), j.dir.Close()) }

// locked runs do while no other process writes.
func (j *journal) locked(do func() error) error {
	if err := syscall.Flock(int(j.dir.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock %s: %w", j.dir.Name(), err)
	}
	defer syscall.Flock(int(j.dir.Fd()), syscall.LOCK_UN) // which closing would do as well
	return do()
}

// errGone says that somebody removed the file.
var errGone = errors.New("the file is gone")

// fresh returns the whole lines that were added since it was last called: all
// of them when the file has been replaced. A line that is still being written,
// or never was finished, is left for later.
func (j *journal) fresh() ([][]byte, error) {
	there, err := os.Lstat(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	here, err := j.f.Stat()
	if err != nil {
		return nil, err
	}
	if !os.SameFile(there, here) || there.Size() < j.read {
		if err := j.open(); err != nil {
			return nil, err
		}
	} else if there.Size() == j.read {
		return nil, nil
	}
	text, err := io.ReadAll(io.NewSectionReader(j.f, j.read, 1<<40))
	if err != nil {
		return nil, err
	}
	text = text[:bytes.LastIndexByte(text, '\n')+1]
	if len(text) == 0 {
		return nil, nil
	}
	lines := bytes.Split(text[:len(text)-1], []byte("\n"))
	j.read += int64(len(text))
	j.lines += len(lines)
	return lines, nil
}

// append adds a line, durably, after everything that fresh has returned: what
// follows that was never finished. Call it in locked, after fresh.
func (j *journal) append(line []byte) (err error) {
	defer func() { j.doubt = err }()
	if err := j.f.Truncate(j.read); err != nil {
		return err
	}
	line = append(line, '\n')
	if _, err := j.f.WriteAt(line, j.read); err != nil {
		return err
	}
	if err := j.f.Sync(); err != nil {
		return err
	}
	j.read += int64(len(line))
	j.lines++
	return nil
}

// replace makes the file anew from lines, whole or not at all.
func (j *journal) replace(lines [][]byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(j.path), ".revoked-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // no longer there once it has its name
	text := bytes.Join(lines, []byte("\n"))
	if len(lines) > 0 {
		text = append(text, '\n')
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), j.path); err != nil {
		return err
	}
	if err := j.open(); err != nil {
		return err
	}
	j.read, j.lines = int64(len(text)), len(lines)
	if err := j.dir.Sync(); err != nil {
		return err
	}
	j.doubt = nil
	return nil
}
