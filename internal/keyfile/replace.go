package keyfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rapporteur-project/rapporteur/internal/durable"
)

// To replace a key, Keep the old one aside, Move the new one into its place,
// and Destroy the old one. Each is durable when it returns and may be repeated
// after a crash; there is a whole key at path at every moment.

// Keep gives the file at path a second name. What stood there is destroyed.
func Keep(path, aside string) error {
	if err := Destroy(aside, path); err != nil {
		return err
	}
	if err := os.Link(path, aside); err != nil {
		return err
	}
	return durable.SyncFolder(filepath.Dir(aside))
}

// Move puts the file at next in the place of that at path.
func Move(next, path string) error {
	if _, err := Read(next); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	return durable.SyncFolder(filepath.Dir(path))
}

// Destroy overwrites the file at path and removes it, if there is one. If it is
// the very file at keep, only the name at path goes. A disk that keeps old
// blocks, and a backup, still have what was in it.
func Destroy(path, keep string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if kept, err := os.Stat(keep); err == nil && os.SameFile(kept, info) {
		return remove(path)
	}
	if info.Mode().IsRegular() {
		if err := blank(path, info.Size()); err != nil {
			return fmt.Errorf("overwrite %s: %w", path, err)
		}
	}
	return remove(path)
}

func blank(path string, size int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, size))
	return errors.Join(err, f.Sync(), f.Close())
}

func remove(path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return durable.SyncFolder(filepath.Dir(path))
}
