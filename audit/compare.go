package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/follower"
)

const (
	compareEvery = 10 * time.Second // at least, between two comparisons
	compareShare = 20               // a comparison is followed by so many times its own duration of rest
)

// Compare compares the published log with log.db, and log.db with itself, at once
// and then again and again, until ctx ends. A file that is missing is written again.
// One that differs is neither overwritten nor served, and shown by Flawed.
func (l *Log) Compare(ctx context.Context) error {
	for {
		began := time.Now()
		if err := l.compare(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "the published log could not be compared; trying again", slog.Any("err", err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(max(compareEvery, compareShare*time.Since(began))):
		}
	}
}

// compare does it once.
func (l *Log) compare(ctx context.Context) error {
	if err := l.Follower.CheckTree(ctx); errors.Is(err, follower.ErrAltered) {
		// What it would make of the files is no measure for them.
		l.found(ctx, []Flaw{{File: hashesFile, Said: err.Error()}})
		return nil
	} else if err != nil {
		return err
	}
	var all []Flaw
	if _, ok := l.Published(); ok {
		flaw, err := l.checkCheckpoint()
		if err != nil {
			return err
		}
		if flaw.Said != "" {
			all = append(all, flaw)
		}
		for flaw, err := range Flaws(ctx, l.Follower, l.Dir) {
			switch {
			case err != nil:
				return err
			case flaw.Missing && !l.needed(flaw.File): // a whole one took its place meanwhile
			case flaw.Missing && l.restoreTile(ctx, flaw.File) == nil:
			case slices.ContainsFunc(all, func(f Flaw) bool { return f.File == flaw.File }):
			default:
				all = append(all, flaw)
			}
		}
	}
	l.found(ctx, all)
	return nil
}

// checkCheckpoint says whether the published checkpoint is another than was
// published, and writes one again that is missing.
func (l *Log) checkCheckpoint() (Flaw, error) {
	l.writing.Lock()
	defer l.writing.Unlock()
	h, _ := l.Published()
	is, err := os.ReadFile(filepath.Join(l.Dir, checkpointFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		slog.Warn("the published checkpoint is missing: it is written again")
		return Flaw{}, l.putCheckpoint(h.Note)
	case err != nil:
		return Flaw{}, err
	case !l.mayShow(is):
		return Flaw{File: checkpointFile, Said: "it is not the one that was published"}, nil
	}
	return Flaw{}, nil
}

// restoreTile writes a tile again that is missing. The stored hashes are sound.
func (l *Log) restoreTile(ctx context.Context, path string) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	t, err := format.ParseTilePath(path)
	if err != nil {
		return err
	}
	text, err := tile(ctx, l.Follower, t)
	if err != nil {
		return err
	}
	slog.WarnContext(ctx, "a published file is missing: it is written again", slog.String("file", path))
	return l.put(l.Dir, path, text)
}

// needed reports whether the published log has a tile there now.
func (l *Log) needed(path string) bool {
	h, _ := l.Published()
	return slices.ContainsFunc(format.NewTiles(0, h.Size), func(t format.Tile) bool { return t.Path() == path })
}

// found keeps what a comparison found, and logs what is new.
func (l *Log) found(ctx context.Context, all []Flaw) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range all {
		if !slices.Contains(l.flaws, f) {
			slog.ErrorContext(ctx, "the log is damaged", slog.String("file", f.File), slog.String("what", f.Said))
		}
	}
	if len(l.flaws) > 0 && len(all) == 0 {
		slog.InfoContext(ctx, "the log is whole again")
	}
	l.flaws = all
}

// note adds a flaw that was come across between two comparisons.
func (l *Log) note(f Flaw) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.ContainsFunc(l.flaws, func(o Flaw) bool { return o.File == f.File }) {
		slog.Error("the log is damaged", slog.String("file", f.File), slog.String("what", f.Said))
		l.flaws = append(slices.Clone(l.flaws), f)
	}
}

// Flawed returns what is damaged of log.db and of the published log, as far as it
// was compared.
func (l *Log) Flawed() []Flaw {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.flaws
}

// flawed says that a published file is damaged, or returns nil.
func (l *Log) flawed(name string) error {
	for _, f := range l.Flawed() {
		if f.File == name {
			return fmt.Errorf("%s: %s: %w", name, f.Said, ErrDamaged)
		}
	}
	return nil
}
