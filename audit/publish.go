package audit

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/internal/durable"
)

const (
	checkpointFile = "checkpoint"
	witnessedFile  = "witnessed" // the newest checkpoint that enough witnesses have cosigned
	publishEvery   = 10 * time.Second
	numberTime     = 10 * time.Second // that the first publication waits for what is stored to be numbered
	lookEvery      = time.Second      // between looks at what other nodes published
)

// Run publishes the log once all is numbered that is stored when it begins, then
// now and then, and a last time when ctx ends. What cannot be written is logged,
// shown by Trouble, and tried again. Between, a node takes over what the others
// have published, so that all show the same head.
func (l *Log) Run(ctx context.Context) error {
	every := cmp.Or(max(l.Every, 0), publishEvery)
	tick := time.NewTicker(every)
	defer tick.Stop()
	var look <-chan time.Time // nil: never
	if l.Shared != nil && every > lookEvery {
		looking := time.NewTicker(lookEvery)
		defer looking.Stop()
		look = looking.C
	}
	numbering, cancel := context.WithTimeout(ctx, numberTime)
	if err := l.Follower.ReachAll(numbering); err != nil && ctx.Err() == nil {
		slog.WarnContext(ctx, "the log is published before all of it is numbered", slog.Any("err", err))
	}
	cancel()
	l.attempt(ctx)
	for {
		select {
		case <-ctx.Done():
			// Receipts were given for what this covers.
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*askTime/5)
			defer cancel()
			published := l.Publish(last)
			if err := l.release(last); err != nil {
				slog.WarnContext(ctx, "another node waits a moment before it publishes", slog.Any("err", err))
			}
			return published
		case <-tick.C:
			l.attempt(ctx)
		case <-look:
			l.look(ctx)
		}
	}
}

func (l *Log) attempt(ctx context.Context) {
	if err := l.Publish(ctx); err != nil && ctx.Err() == nil {
		slog.ErrorContext(ctx, "the log was not published; it is tried again", slog.Any("err", err))
	}
	if l.Tried != nil {
		l.Tried()
	}
}

// Publish writes what is new: first the entries and the tiles, and when they
// are on disk, the checkpoint that needs them. A crash between leaves files
// that the next publication writes again, the same.
func (l *Log) Publish(ctx context.Context) error {
	err := l.publish(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trouble = err
	return err
}

func (l *Log) publish(ctx context.Context) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.Shared != nil {
		return l.publishShared(ctx)
	}
	h, err := l.sign(ctx)
	if err != nil {
		return err
	}
	was, _ := l.Published()
	if was.Note == nil || was.Size != h.Size {
		if err := l.publishHead(ctx, was, h); err != nil {
			return fmt.Errorf("publish the log at %d: %w", h.Size, err)
		}
		was = h
	}
	if was.Witnessed {
		return nil
	}
	return l.cosign(ctx, was)
}

// publishHead publishes h, which comes after was.
func (l *Log) publishHead(ctx context.Context, was, h Head) error {
	from := max(was.Size, l.before.Size) // what is there was written under whatever key
	if err := l.WriteTiles(ctx, l.Dir, from, h.Size); err != nil {
		return err
	}
	if err := l.putCheckpoint(h.Note); err != nil {
		return err
	}
	l.mu.Lock()
	l.show(h)
	l.mu.Unlock()
	return l.prune(from, h.Size)
}

// putCheckpoint writes the published checkpoint, in place of the one that this Log
// found or wrote there and of no other.
func (l *Log) putCheckpoint(text []byte) error {
	is, err := os.ReadFile(filepath.Join(l.Dir, checkpointFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !l.mayShow(is):
		return fmt.Errorf("%s is not what was published: it is not overwritten. Find out who changed it, and remove it: it is written again: %w", checkpointFile, ErrDamaged)
	}
	l.attempted = text // which may be there though the answer is an error
	if err := l.put(l.Dir, checkpointFile, text); err != nil {
		return err
	}
	l.stands = text
	return nil
}

// mayShow reports whether this Log put text into the published checkpoint, or found
// it there. It is called while writing is held.
func (l *Log) mayShow(text []byte) bool {
	return bytes.Equal(text, l.stands) || bytes.Equal(text, l.attempted)
}

// WriteTiles writes to dir the tiles and bundles of entries that a log of size
// to has and one of size from has not.
func (l *Log) WriteTiles(ctx context.Context, dir string, from, to int64) error {
	for _, t := range format.NewTiles(from, to) {
		b, err := tile(ctx, l.Follower, t)
		if err != nil {
			return fmt.Errorf("%s: %w", t.Path(), err)
		}
		if was, err := readTile(dir, t); err == nil && !bytes.Equal(was, b) {
			return fmt.Errorf("%s is there, and is not what the log makes it: it is not overwritten: %w", t.Path(), ErrDamaged)
		}
		if err := l.put(dir, filepath.FromSlash(t.Path()), b); err != nil {
			return err
		}
	}
	return nil
}

// tile returns the bytes of t.
func tile(ctx context.Context, of Tree, t format.Tile) ([]byte, error) {
	if t.Level > 0 {
		return tlog.ReadTileData(tlog.Tile{H: 8, L: t.Level, N: t.N, W: t.Width}, of.Hashes(ctx))
	}
	entries, err := of.Entries(ctx, t.N*format.TileWidth, t.Width)
	if err != nil {
		return nil, err
	}
	if len(entries) != t.Width {
		return nil, fmt.Errorf("the log has %d entries there of %d", len(entries), t.Width)
	}
	var b []byte
	for _, e := range entries {
		if t.Level == format.Entries {
			b = format.AppendEntry(b, e)
			continue
		}
		leaf := e.Leaf()
		b = append(b, leaf[:]...)
	}
	return b, nil
}

// prune removes the partial tiles that a whole one has taken the place of.
func (l *Log) prune(from, to int64) error {
	for _, t := range format.NewTiles(from, to) {
		if t.Width < format.TileWidth {
			continue
		}
		if err := os.RemoveAll(filepath.Join(l.Dir, filepath.FromSlash(t.Path())+".p")); err != nil {
			return fmt.Errorf("remove partial tiles: %w", err)
		}
	}
	return nil
}

// put writes a file below dir, or does what a test has it do instead.
func (l *Log) put(dir, name string, text []byte) error {
	if l.fail != nil {
		if stored, err := l.fail(name); err != nil && !stored {
			return err
		} else if err != nil {
			return errors.Join(writeFile(dir, name, text), err)
		}
	}
	return writeFile(dir, name, text)
}

const newFile = ".new-*" // files under way, in the published folder itself

// writeFile puts a file in its place below dir, whole and durable, or leaves
// what was there.
func writeFile(dir, name string, text []byte) error {
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, newFile)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return durable.SyncFolder(filepath.Dir(path))
}

// tidy removes what a crash left of files under way.
func tidy(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, newFile))
	if err != nil {
		return err
	}
	for _, path := range left {
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("remove what a crash left: %w", err)
		}
	}
	return nil
}
