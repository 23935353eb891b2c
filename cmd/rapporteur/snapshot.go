package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/rapporteur-project/rapporteur/projections"
)

const (
	snapshotFile   = "snapshot.json"
	snapshotFormat = "rapporteur-snapshot/1"
)

// snapshotting copies the read models.
type snapshotting struct {
	folder
	Out string `required:"" placeholder:"DIR" help:"The folder to write to: a new one."`
}

// Help implements kong.HelpProvider.
func (*snapshotting) Help() string {
	return `Copies the read models, as they are at one moment, with a digest of every table, so that another node over the same record can begin with them and need not build them. A server may run meanwhile. It writes nothing in the data folder.

The other node computes the digests again, and compares what the copy has seen with its own log. That finds damage. It does not find rows that were changed before the copy was made: rapporteur replay --verify does.

A snapshot holds everything that the read models hold, also what is confidential: carry it as you would the data folder.

Examples:

    rapporteur snapshot --data ./data --out ./snapshot
    rapporteur serve --data ./other --join ./snapshot`
}

// A snapshotted is the file snapshot.json. Documented for programs.
type snapshotted struct {
	Format string            `json:"format"`
	Files  []snapshottedFile `json:"files"`
}

// A snapshottedFile says what is in one file of a snapshot.
type snapshottedFile struct {
	File   string               `json:"file"`
	Next   int64                `json:"next"` // how many records it has seen
	Root   string               `json:"root"` // of the log's tree over them
	Tables []projections.Digest `json:"tables"`
}

func (c *snapshotting) run(ctx context.Context, s streams) (int, error) {
	if err := os.Mkdir(c.Out, 0o700); err != nil {
		return unknown, fmt.Errorf("snapshot: %w", err)
	}
	all := snapshotted{Format: snapshotFormat}
	for _, m := range models {
		f, err := m.snapshot(ctx, c.Data, c.Out)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("data folder %s: there is no %s: the server makes it", c.Data, m.file)
		}
		if err != nil {
			return unknown, errors.Join(err, os.RemoveAll(c.Out))
		}
		all.Files = append(all.Files, f)
		if _, err := fmt.Fprintf(s.out, "%s: %d records, root %s\n", f.File, f.Next, f.Root); err != nil {
			return unknown, err
		}
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return unknown, err
	}
	return yes, os.WriteFile(filepath.Join(c.Out, snapshotFile), append(text, '\n'), 0o600)
}

// snapshot copies the read models of one file from a data folder to another folder.
func (m readModels) snapshot(ctx context.Context, data, out string) (snapshottedFile, error) {
	f, to := snapshottedFile{File: m.file}, filepath.Join(out, m.file)
	var err error
	if f.Tables, err = projections.Snapshot(ctx, filepath.Join(data, m.file), to, m.all); err != nil {
		return f, err
	}
	certs, err := projections.ReadCertificates(ctx, to)
	if err != nil {
		return f, err
	}
	for _, c := range certs {
		if c.Next >= f.Next {
			f.Next, f.Root = c.Next, hex.EncodeToString(c.Root[:])
		}
	}
	return f, nil
}

// join has engines that have no read models yet begin with those of a snapshot.
func join(ctx context.Context, s streams, dir string, engines ...*projections.Engine) error {
	text, err := os.ReadFile(filepath.Join(dir, snapshotFile))
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	var all snapshotted
	if err := json.Unmarshal(text, &all); err != nil || all.Format != snapshotFormat {
		return fmt.Errorf("snapshot %s: %s is not what rapporteur snapshot writes in this release", dir, snapshotFile)
	}
	for _, e := range engines {
		name := filepath.Base(e.Path)
		n := slices.IndexFunc(all.Files, func(f snapshottedFile) bool { return f.File == name })
		if n < 0 {
			return fmt.Errorf("snapshot %s: %s names no %s: make another one", dir, snapshotFile, name)
		}
		joined, err := e.Join(ctx, filepath.Join(dir, name), all.Files[n].Tables)
		switch {
		case err != nil:
			return err
		case joined:
			fmt.Fprintf(s.err, "%s: begins with the snapshot, at %d records\n", name, all.Files[n].Next)
		default:
			fmt.Fprintf(s.err, "%s: there are read models already, so the snapshot is not needed\n", name)
		}
	}
	return nil
}
