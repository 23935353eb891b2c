package follower

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// ErrBehind reports that records are not numbered now, because the store cannot
// be read or log.db cannot be written. The follower goes on by itself.
var ErrBehind = errors.New("records are not numbered now")

// settle finds out what the Order holds after an Add failed: all of it, or
// nothing.
func (f *Follower) settle(ctx context.Context) error {
	if !f.unsettled {
		return nil
	}
	if err := f.log.Settle(ctx); err != nil {
		return fmt.Errorf("settle the log: %w", err)
	}
	size, root, pos, err := f.log.End(ctx)
	if err != nil {
		return fmt.Errorf("read the end of the log again: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if size < f.size || size == f.size && root != f.root {
		return fmt.Errorf("the log had %d records with the root %s, and now has %d with the root %s: %w", f.size, f.root, size, root, ErrAltered)
	}
	f.unsettled = false
	if size > f.size {
		f.size, f.root, f.pos, f.tail = size, root, pos, nil
		f.signal()
	}
	return nil
}

// note keeps why nothing is numbered, or nil, and logs what is new.
func (f *Follower) note(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case err != nil && f.fault == nil:
		slog.Error("records are not numbered; trying again", slog.Any("err", err))
	case err == nil && f.fault != nil:
		slog.Info("records are numbered again", slog.Int64("size", f.size))
	}
	was := f.fault
	if f.fault = err; err != nil && was == nil {
		f.signal()
	}
}

// signal tells those who wait that something changed. It is called while f.mu is
// held.
func (f *Follower) signal() {
	close(f.news)
	f.news = make(chan struct{})
}

// Fault returns why records are not numbered now, or nil.
func (f *Follower) Fault() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fault
}
