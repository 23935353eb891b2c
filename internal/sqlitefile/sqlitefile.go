// Package sqlitefile copies and removes SQLite databases as files.
package sqlitefile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/rapporteur-project/rapporteur/internal/durable"
)

// Copy copies the database at from, which others may use meanwhile, as it is at
// one moment, to a new file that its owner alone can use. The copy is one durable
// file, without a journal. The driver "sqlite" must be registered.
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
			err = errors.Join(fmt.Errorf("copy %s: %w", from, err), os.Remove(to))
		}
	}()
	// Not a connection that only reads: that refuses to write even another file.
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: from}).EscapedPath()+"?_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, to); err != nil {
		return err
	}
	return errors.Join(f.Sync(), durable.SyncFolder(filepath.Dir(to)))
}

// Remove removes the database at path with its journals, if there is one. Nobody
// may have it open.
func Remove(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
