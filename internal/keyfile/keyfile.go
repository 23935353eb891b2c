// Package keyfile keeps a secret, or a name drawn by lot, in a file that its owner
// alone can use. The first to ask for it makes it; it is never replaced.
package keyfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/rapporteur-project/rapporteur/internal/durable"
)

// MaxSize is the most bytes that are read of a key file. A key takes few.
const MaxSize = 4 << 10

// Open returns what the file at path holds, and first writes there what fresh
// returns when there is no file. Of several that open it at once, in whatever
// process, one writes and all get the same. A file that others than its owner
// may use is refused.
func Open(path string, fresh func() ([]byte, error)) ([]byte, error) {
	text, err := Read(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	if err := create(path, fresh); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	return Read(path)
}

// Read returns what the file at path holds, and makes nothing: without a file
// the error is fs.ErrNotExist. A file that others than its owner may use is
// refused.
func Read(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // else a pipe is waited for, for ever
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat() // of the open file: the name may mean another one by now
	if err != nil {
		return nil, err
	}
	switch mode := info.Mode(); {
	case !mode.IsRegular():
		return nil, fmt.Errorf("%s: not a regular file", path)
	case mode.Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s: mode %04o lets others than its owner use it: chmod 600 it, and if they may have used a key, rotate or replace that", path, mode.Perm())
	}
	return io.ReadAll(io.LimitReader(f, MaxSize))
}

// create writes a new key to path, whole and durable or not at all. The error
// is fs.ErrExist when path is there already. A link never replaces a file,
// where a rename would.
func create(path string, fresh func() ([]byte, error)) error {
	text, err := fresh()
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	temp, err := writeTemp(dir, text)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	if err := os.Link(temp, path); err != nil {
		return err
	}
	return durable.SyncFolder(dir)
}

// writeTemp returns a new file in dir, mode 0600, with text on disk in it.
func writeTemp(dir string, text []byte) (name string, err error) {
	f, err := os.CreateTemp(dir, ".key-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}
