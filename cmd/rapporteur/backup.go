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
	"time"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/internal/durable"
	"github.com/rapporteur-project/rapporteur/internal/sqlitefile"
)

const (
	backupFormat   = "rapporteur-backup/1"
	backupManifest = "backup.json" // the archive's first file
)

// backup copies what cannot be made again.
type backup struct {
	folder
	Out string `required:"" placeholder:"FILE" help:"The archive to write: a new file."`
}

// Help implements kong.HelpProvider.
func (*backup) Help() string {
	return `Writes what cannot be made again into one archive (tar): the record, its numbering, the published log and the keys; read models are left out, since the server makes them. A server may run meanwhile. It writes nothing in the data folder, which may be on a disk that only reads. The archive appears under its name once it is whole and on disk.

It holds everything that is confidential, and the keys: keep it as safe as the data folder itself.

Examples:

    rapporteur backup --data ./data --out /backup/$(date +%F).tar
    rapporteur restore /backup/2026-11-25.tar --data ./data`
}

// A backedUp is the file backup.json. Documented for programs.
type backedUp struct {
	Format string         `json:"format"`
	MadeAt time.Time      `json:"madeAt"`
	Files  []backedUpFile `json:"files"` // in the order of the archive
}

// A backedUpFile is one file of an archive.
type backedUpFile struct {
	Name   string `json:"name"` // below the data folder, with slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // hexadecimal
}

func (c *backup) run(ctx context.Context, s streams) (code int, err error) {
	if _, err := audit.ReadKey(filepath.Join(c.Data, filepath.FromSlash(logKey))); err != nil {
		return unknown, fmt.Errorf("data folder %s: there is nothing to back up: %w", c.Data, err)
	}
	if _, err := os.Stat(c.Out); !errors.Is(err, fs.ErrNotExist) {
		return unknown, errors.Join(fmt.Errorf("%s is there already", c.Out), err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(c.Out), ".backup-*")
	if err != nil {
		return unknown, fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	files, err := gather(ctx, c.Data, dir)
	if err != nil {
		return unknown, fmt.Errorf("backup: %w", err)
	}
	if err := checkKeys(ctx, dir); err != nil {
		return unknown, fmt.Errorf("backup: %w", err)
	}
	whole := filepath.Join(dir, ".archive")
	if err := writeArchive(whole, dir, files, time.Now()); err != nil {
		return unknown, fmt.Errorf("backup: %w", err)
	}
	// A link, unlike a rename, never takes the place of another file.
	if err := errors.Join(os.Link(whole, c.Out), durable.SyncFolder(filepath.Dir(c.Out))); err != nil {
		return unknown, fmt.Errorf("backup: %w", err)
	}
	var size int64
	for _, f := range files {
		size += f.Size
	}
	if _, err := fmt.Fprintf(s.out, "%s: %d files, %d bytes\n", c.Out, len(files), size); err != nil {
		return unknown, err
	}
	return sayFlawsOfCopy(ctx, s.err, dir)
}

// kept are what a backup keeps of a data folder, in the order in which they are
// copied: nothing may be ahead of what comes after it. A folder is kept whole.
// What is not there is left out: where servers have the record, events.db; and
// where they have not, what the guard has seen.
var kept = []string{logFolder + "/checkpoint", logFolder, logFile, "work.db", guardFile, eventsFile, keysFolder, revokedFile, moverFile}

// gather copies what is kept of the data folder to dir.
func gather(ctx context.Context, data, dir string) ([]backedUpFile, error) {
	var files []backedUpFile
	for _, name := range kept {
		names, err := below(data, name)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if slices.ContainsFunc(files, func(f backedUpFile) bool { return f.Name == name }) {
				continue
			}
			f, err := copyOne(ctx, data, dir, name)
			if errors.Is(err, fs.ErrNotExist) && strings.Contains(name, ".p/") {
				continue // a part of a tile, whose whole took its place meanwhile
			}
			if err != nil {
				return nil, err
			}
			files = append(files, f)
		}
	}
	return files, nil
}

// below lists the file that is called name, or the files in a folder so called,
// also where a link stands for one: so some mount their keys. What is under way,
// and what is no file, is left out.
func below(data, name string) ([]string, error) {
	var names []string
	root := os.DirFS(data)
	isFile := func(path string) bool {
		info, err := fs.Stat(root, path)
		return err == nil && info.Mode().IsRegular()
	}
	err := fs.WalkDir(root, name, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !strings.HasPrefix(d.Name(), ".") && isFile(path) {
			names = append(names, path)
		}
		return err
	})
	return names, err
}

// copyOne copies one file, and a database as it is at one moment.
func copyOne(ctx context.Context, data, dir, name string) (backedUpFile, error) {
	from, to := filepath.Join(data, filepath.FromSlash(name)), filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return backedUpFile{}, err
	}
	if strings.HasSuffix(name, ".db") {
		if err := sqlitefile.Copy(ctx, from, to); err != nil {
			return backedUpFile{}, err
		}
		return sum(to, name)
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return backedUpFile{}, err
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		return backedUpFile{}, err
	}
	return sum(to, name)
}

func sum(path, name string) (backedUpFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return backedUpFile{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return backedUpFile{name, n, hex.EncodeToString(h.Sum(nil))}, err
}

// writeArchive writes the files below dir to path, durably.
func writeArchive(path, dir string, files []backedUpFile, at time.Time) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	manifest, err := json.MarshalIndent(backedUp{backupFormat, at.UTC().Truncate(time.Second), files}, "", "  ")
	if err != nil {
		return err
	}
	w := tar.NewWriter(f)
	head := func(name string, size int64) error {
		return w.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: at})
	}
	if err := head(backupManifest, int64(len(manifest))); err != nil {
		return err
	}
	if _, err := w.Write(manifest); err != nil {
		return err
	}
	for _, of := range files {
		if err := errors.Join(head(of.Name, of.Size), appendFile(w, filepath.Join(dir, filepath.FromSlash(of.Name)))); err != nil {
			return fmt.Errorf("%s: %w", of.Name, err)
		}
	}
	return errors.Join(w.Close(), f.Sync())
}

func appendFile(w io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return errors.Join(err, f.Close())
}
