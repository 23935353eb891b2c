package main

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/internal/durable"
)

// restore makes a data folder of a backup.
type restore struct {
	folder
	witnesses
	File string `arg:"" placeholder:"FILE" help:"What rapporteur backup wrote."`
}

// Help implements kong.HelpProvider.
func (*restore) Help() string {
	return `Makes a new data folder of a backup. Every file is compared with what the backup says of it, and the record with the log: nothing appears under the data folder's name unless all of it agrees. The read models are made by the next start.

What was recorded after the backup is lost, and whoever holds a receipt for it can show that. Restore the newest backup there is, and only where the data folder itself is lost.

Example:

    rapporteur restore /backup/2026-11-25.tar --data ./data`
}

// maxManifest bounds what is read of backup.json: some 200 bytes a file, and a
// published log of ten million records has eighty thousand.
const maxManifest = 64 << 20

func (c *restore) run(ctx context.Context, s streams) (code int, err error) {
	if _, err := os.Stat(c.Data); !errors.Is(err, fs.ErrNotExist) {
		return unknown, errors.Join(fmt.Errorf("data folder %s is there already: a backup is restored to a new one", c.Data), err)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return unknown, fmt.Errorf("backup: %w", err)
	}
	defer f.Close()
	dir, err := os.MkdirTemp(filepath.Dir(filepath.Clean(c.Data)), ".restore-*")
	if err != nil {
		return unknown, fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }() // of no effect once it is renamed
	if err := unpack(f, dir); err != nil {
		return unknown, fmt.Errorf("backup %s: %w", c.File, err)
	}
	said, err := c.agree(ctx, dir)
	if err != nil {
		return unknown, fmt.Errorf("backup %s: %w", c.File, err)
	}
	if err := errors.Join(os.Rename(dir, c.Data), durable.SyncFolder(filepath.Dir(filepath.Clean(c.Data)))); err != nil {
		return unknown, fmt.Errorf("restore: %w", err)
	}
	if _, err := fmt.Fprintf(s.out, "%s: %s\n", c.Data, said); err != nil {
		return unknown, err
	}
	return sayFlawsOfCopy(ctx, s.err, c.Data)
}

// agree opens what was unpacked as a server would, and says what it holds.
func (c *restore) agree(ctx context.Context, dir string) (said string, err error) {
	i, err := openInstallation(dir, "restore")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, i.close(), os.Remove(i.path("lock"))) }()
	if !i.exists(eventsFile) {
		return "keys and published log; the record is where serve --esdb says. Mount blobs/ and vault/ there: a backup has neither", nil
	}
	st, err := i.openStores(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	if _, err := i.openLog(ctx, st, "", c.witnesses); err != nil {
		return "", err
	}
	if err := st.log.CheckTree(ctx); err != nil {
		return "", err
	}
	size, root := st.log.Head()
	return fmt.Sprintf("%d records, root %s", size, hash(root)), nil
}

// unpack writes the files of an archive below dir, durably, and compares each
// with what the archive says of it.
func unpack(from io.Reader, dir string) error {
	r := tar.NewReader(from)
	m, err := readManifest(r)
	if err != nil {
		return err
	}
	folders := map[string]bool{dir: true}
	for _, want := range m.Files {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%s is missing: the archive was cut off", want.Name)
		}
		if err != nil {
			return fmt.Errorf("before %s: %w", want.Name, err)
		}
		if h.Name != want.Name || h.Typeflag != tar.TypeReg || !isKept(want.Name) {
			return fmt.Errorf("it holds %q where %q should be", h.Name, want.Name)
		}
		path := filepath.Join(dir, filepath.FromSlash(want.Name))
		for d := filepath.Dir(path); !folders[d]; d = filepath.Dir(d) {
			folders[d] = true
		}
		if err := writeChecked(r, path, want); err != nil {
			return fmt.Errorf("%s: %w", want.Name, err)
		}
	}
	if h, err := r.Next(); !errors.Is(err, io.EOF) {
		return errors.Join(fmt.Errorf("it holds more than it says: %v", h), err)
	}
	for d := range folders {
		if err := durable.SyncFolder(d); err != nil {
			return err
		}
	}
	return nil
}

func readManifest(r *tar.Reader) (backedUp, error) {
	var m backedUp
	h, err := r.Next()
	if err != nil || h.Name != backupManifest || h.Size > maxManifest {
		return m, errors.Join(fmt.Errorf("it is not what rapporteur backup writes: it does not begin with %s", backupManifest), err)
	}
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return m, fmt.Errorf("%s: %w", backupManifest, err)
	}
	if m.Format != backupFormat {
		return m, fmt.Errorf("%s: its format is %q, and this release knows %q", backupManifest, m.Format, backupFormat)
	}
	return m, nil
}

// isKept reports whether a backup holds a file of that name: it says where one
// is written to.
func isKept(name string) bool {
	return filepath.IsLocal(filepath.FromSlash(name)) && slices.ContainsFunc(kept, func(k string) bool {
		return name == k || strings.HasPrefix(name, k+"/")
	})
}

func writeChecked(from io.Reader, path string, want backedUpFile) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), from)
	if err != nil {
		return err
	}
	if n != want.Size || hex.EncodeToString(h.Sum(nil)) != want.SHA256 {
		return errors.New("it is not what it was when the backup was made")
	}
	return f.Sync()
}
