package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/projections"
)

// An archive is the record of years, numbered and published, in a data folder
// that rapporteur serve can serve.
type archive struct {
	dir   string
	calls []domain.ID
	size  int64 // records
}

// archive records the archive on first use: its beginning by the commands that
// a person sends, and the rest as copies of what those recorded.
func (b *bench) archive(ctx context.Context) (_ *archive, err error) {
	if b.kept != nil {
		return b.kept, nil
	}
	a := &archive{dir: filepath.Join(b.dir, "archive")}
	if err := a.found(); err != nil {
		return nil, err
	}
	i, err := openInstallation(ctx, a.dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	if a.calls, err = i.begin(ctx); err != nil {
		return nil, err
	}
	if err := i.contribute(ctx, a.calls, clients); err != nil {
		return nil, err
	}
	if err := b.copyTurns(ctx, i, a.calls); err != nil {
		return nil, err
	}
	if err := b.timed("number the records", func() error { return i.log.CatchUp(ctx) }); err != nil {
		return nil, err
	}
	if err := b.timed("publish the log", func() error { return i.proofs.Publish(ctx) }); err != nil {
		return nil, err
	}
	a.size = i.log.Size()
	b.kept = a
	return a, nil
}

// found makes the folder, under the secret of an installation here.
func (a *archive) found() error {
	keys := filepath.Join(a.dir, "keys")
	if err := os.MkdirAll(keys, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(keys, "installation"), fmt.Appendln(nil, hex.EncodeToString(secret)), 0o600)
}

// timed does one part of getting ready, and says how long it took.
func (b *bench) timed(what string, do func() error) error {
	fmt.Fprintf(b.progress, "the archive: %s\n", what)
	begin := time.Now()
	if err := do(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	fmt.Fprintf(b.progress, "the archive: %s: done in %s\n", what, time.Since(begin).Round(time.Millisecond))
	return nil
}

// readModels builds the read models in file if they are not there.
func (b *bench) readModels(ctx context.Context, file string, all []projections.Projection) (err error) {
	a, err := b.archive(ctx)
	if err != nil {
		return err
	}
	path := filepath.Join(a.dir, file)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	i, err := openInstallation(ctx, a.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.close()) }()
	e := &projections.Engine{Log: i.log, Path: path, All: all}
	return b.timed("build "+file, func() error { return e.Build(ctx, path, -1) })
}

// grows returns a folder with a copy of the archive's record, for what adds to
// it, made on first use. It has no read models, and nothing of it is published.
func (b *bench) grows(ctx context.Context) (string, error) {
	if b.grown != "" {
		return b.grown, nil
	}
	a, err := b.archive(ctx)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(b.dir, "growing")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	err = b.timed("copy the record", func() error {
		return errors.Join(copyFile(a.dir, dir, "events.db"), copyFile(a.dir, dir, "log.db"))
	})
	b.grown = dir
	return dir, err
}

func copyFile(from, to, name string) (err error) {
	in, err := os.Open(filepath.Join(from, name))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(filepath.Join(to, name))
	if err != nil {
		return err
	}
	_, err = out.ReadFrom(in)
	return errors.Join(err, out.Sync(), out.Close())
}
