package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

const (
	firstPause   = 50 * time.Millisecond // between attempts to settle the file; doubled
	longestPause = 2 * time.Second
	room         = 2 * eventstore.MaxAppend // bytes that the disk must have free
	checkEvery   = 5 * time.Second          // how often the journal is written back, and so the file itself is tried
)

// Run settles the file anew after a fault, until ctx ends. While that does not
// succeed it tries again.
func (d *DB) Run(ctx context.Context) error {
	tick := time.NewTicker(checkEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			d.check(ctx)
		case <-d.faults:
			d.settleUntil(ctx)
		}
	}
}

// settleUntil settles the file, however often it takes, until ctx ends.
func (d *DB) settleUntil(ctx context.Context) {
	for wait := firstPause; d.Settle(ctx) != nil; wait = min(2*wait, longestPause) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// check writes the journal back into the file. A commit does so too when the
// journal is long, and SQLite says nothing of it if that fails.
func (d *DB) check(ctx context.Context) {
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return
	}
	if d.Fault() != nil {
		return
	}
	if _, err := d.writer.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil && ctx.Err() == nil {
		_ = d.failed(fmt.Errorf("checkpoint: %w", err))
	}
}

// Fault returns why no append is taken now, or nil.
func (d *DB) Fault() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended != nil {
		return d.ended
	}
	return d.fault
}

// refuses is what an append is told without being tried, or nil. It is called
// while d.mu is held.
func (d *DB) refuses() error {
	switch {
	case d.ended != nil:
		return d.ended
	case d.fault != nil:
		return fmt.Errorf("%w: %w", eventstore.ErrUnavailable, d.fault)
	}
	return nil
}

// failed notes a fault, and returns what the appends in it are told: nobody knows
// yet whether they were stored.
func (d *DB) failed(err error) error {
	slog.Error("nothing is recorded until the events file can be written again", slog.String("file", d.path), slog.Any("err", err))
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = err
	select {
	case d.faults <- struct{}{}:
	default: // Run has not yet taken the last one
	}
	return d.refuses()
}

// Settle makes the DB take appends again after a fault, if it can: what the file
// holds is then durable, and is what it says. Without a fault it is a no-op.
func (d *DB) Settle(ctx context.Context) error {
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	d.mu.Lock()
	fault, ended := d.fault, d.ended
	d.mu.Unlock()
	if ended != nil || fault == nil {
		return ended
	}
	if err := d.reopen(ctx); err != nil {
		return fmt.Errorf("settle events %s: %w", d.path, err)
	}
	slog.InfoContext(ctx, "the events file can be written again", slog.String("file", d.path))
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = nil
	d.bell.Ring() // a commit that failed may be there after all
	return nil
}

// reopen opens a new connection that commits, in place of the one that failed.
// The connections that read stay: they hold the index of the journal, so that
// nothing that was not committed comes to be seen.
func (d *DB) reopen(ctx context.Context) error {
	if err := d.closeWriter(); err != nil {
		slog.WarnContext(ctx, "the connection that failed did not close well", slog.Any("err", err))
	}
	if err := d.openWriter(ctx); err != nil {
		return errors.Join(err, d.closeWriter())
	}
	if err := tryRoom(filepath.Dir(d.path)); err != nil {
		return errors.Join(fmt.Errorf("try whether there is room: %w", err), d.closeWriter())
	}
	return nil
}

// tryRoom writes as much as an append may, durably, to a file beside the events.
func tryRoom(dir string) error {
	f, err := os.CreateTemp(dir, ".room-*")
	if err != nil {
		return err
	}
	removed := os.Remove(f.Name()) // at once, so that a crash leaves nothing
	_, err = f.Write(make([]byte, room))
	return errors.Join(removed, err, f.Sync(), f.Close())
}
