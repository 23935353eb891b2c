package projections

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/durable"
	"github.com/rapporteur-project/rapporteur/internal/sqlitefile"
)

// While read models are built they stand beside the path they are for. With
// building nothing is synced, so that after a crash they are worth nothing; with
// paused they are whole as far as they go, and are gone on with. What is prepared
// becomes that.
const (
	building = ".building"
	paused   = ".paused"
	prepared = ".next"
)

// pauseWithin bounds how long a build that was interrupted takes to move its
// journal into the file.
const pauseWithin = 30 * time.Second

// Build makes read models of the records below limit, or of all for -1, and
// puts them at path in place of what is there. It leaves one file, synced,
// without a journal beside it.
//
// When ctx ends it keeps what it has, durably, and the next Build for the same
// path, of the same versions and log, goes on from there. After a crash, or any
// other error, the next one begins again.
func (e *Engine) Build(ctx context.Context, path string, limit int64) (err error) {
	e.decode = newDecoders()
	resumed, err := e.begin(ctx, path, limit)
	if err != nil {
		return err
	}
	if err := e.attach(ctx, path+building, "OFF"); err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, e.close()); err != nil && ctx.Err() != nil {
			err = errors.Join(err, pause(ctx, path))
		}
	}()
	if !resumed {
		if err := e.each(ctx, func(p Projection) string { return p.Bulk }); err != nil {
			return err
		}
	}
	e.progress()
	if err := e.applyBelow(ctx, limit); err != nil {
		return err
	}
	if err := e.each(ctx, func(p Projection) string { return p.Ready }); err != nil {
		return err
	}
	if err := e.close(); err != nil {
		return err
	}
	return place(ctx, path+building, path)
}

// Prepare makes read models for the next Open to go on from, and leaves those at
// Path, which a server of another release may be answering from. It reports false
// where those are of today's versions. Interrupted, it goes on as Build does.
func (e *Engine) Prepare(ctx context.Context) (made bool, err error) {
	certs, err := e.ofToday(ctx, e.Path)
	if err == nil && nextOf(certs) <= e.Log.Size() { // else a server adds to them that reads more than a copy of the log
		certs, err = e.usable(ctx, e.Path)
	}
	if err != nil || certs != nil {
		return false, err
	}
	if err := e.Build(ctx, e.Path+prepared, -1); err != nil {
		return false, fmt.Errorf("prepare %s: %w", e.Path, err)
	}
	if err := errors.Join(sqlitefile.Remove(e.Path+paused), os.Rename(e.Path+prepared, e.Path+paused)); err != nil {
		return false, fmt.Errorf("prepare %s: %w", e.Path, err)
	}
	return true, durable.SyncFolder(filepath.Dir(e.Path))
}

// begin makes the file to build in, and reports whether it goes on with one
// that was paused.
func (e *Engine) begin(ctx context.Context, path string, limit int64) (resumed bool, err error) {
	if err := sqlitefile.Remove(path + building); err != nil {
		return false, err
	}
	next, err := e.resumable(ctx, path+paused, limit)
	if err != nil {
		return false, err
	}
	if next > 0 {
		slog.InfoContext(ctx, "a build of read models goes on from what there is", slog.String("file", path), slog.Int64("records", next))
		if err := os.Rename(path+paused, path+building); err != nil {
			return false, err
		}
		return true, durable.SyncFolder(filepath.Dir(path)) // it is not whole from here on
	}
	if err := sqlitefile.Remove(path + paused); err != nil {
		return false, err
	}
	return false, e.create(ctx, path+building)
}

// resumable returns how many records the file at path was built of, if a build
// up to limit can go on from there, and else 0.
func (e *Engine) resumable(ctx context.Context, path string, limit int64) (int64, error) {
	certs, err := e.usable(ctx, path)
	if next := nextOf(certs); limit < 0 || next <= limit {
		return next, err
	}
	return 0, err
}

func (e *Engine) applyBelow(ctx context.Context, limit int64) error {
	for facts, err := range e.Log.From(ctx, e.next()) {
		if err != nil {
			return err
		}
		if limit >= 0 {
			facts = facts[:min(int64(len(facts)), max(0, limit-facts[0].Index))]
		}
		if len(facts) == 0 || e.idle() {
			return nil
		}
		if err := e.apply(ctx, facts); err != nil {
			return err
		}
		e.progress()
	}
	return nil
}

// each runs the statements that every projection brings.
func (e *Engine) each(ctx context.Context, of func(Projection) string) error {
	for _, p := range e.All {
		if s := of(p); s != "" {
			if _, err := e.conn.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("projection %s: %w", p.Name, err)
			}
		}
	}
	return nil
}

func (e *Engine) progress() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.done, e.of = nextOf(e.certs), e.Log.Size()
}

// pause keeps what an interrupted build came to.
func pause(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pauseWithin)
	defer cancel()
	if err := place(ctx, path+building, path+paused); err != nil {
		return fmt.Errorf("keep what was built: %w", err)
	}
	return nil
}

// place moves the journal of a file that nobody has open into it, syncs it, and
// gives it another name: only a whole file ever bears that.
func place(ctx context.Context, from, to string) error {
	if err := moveJournal(ctx, from); err != nil {
		return err
	}
	f, err := os.OpenFile(from, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := errors.Join(sqlitefile.Remove(to), os.Rename(from, to)); err != nil {
		return err
	}
	return durable.SyncFolder(filepath.Dir(to))
}

// moveJournal moves the journal into the file and removes it.
func moveJournal(ctx context.Context, path string) (err error) {
	db, err := openSQLite(path, "OFF")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var busy, frames, moved int
	if err := db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return fmt.Errorf("%s is still being read", filepath.Base(path))
	}
	return nil
}
