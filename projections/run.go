package projections

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/rapporteur-project/rapporteur/internal/sqlitefile"
)

const (
	firstWait   = 200 * time.Millisecond // between attempts while there is a fault; doubled
	longestWait = 2 * time.Second
	checkEvery  = 5 * time.Second // how often the file is tried when nothing comes
)

// Run builds the read models if they are missing or of another version, then
// applies facts as they come, until ctx ends. What keeps it from that is shown by
// Fault, and tried again: it does not end for a fault, and reads go on from what
// was applied before.
func (e *Engine) Run(ctx context.Context) error {
	for wait := firstWait; ; {
		err := e.follow(ctx)
		if ctx.Err() != nil {
			break
		}
		e.note(err)
		if err == nil {
			wait = firstWait
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, longestWait)
		if e.db != nil {
			e.note(errors.Join(err, e.reattach(ctx, damaged(err))))
		}
	}
	e.mu.Lock()
	e.ready = false
	e.signal()
	e.mu.Unlock()
	return e.close()
}

// follow applies what there is, and waits a while for more. It returns nil when
// either succeeded.
func (e *Engine) follow(ctx context.Context) error {
	if e.db == nil {
		if err := e.Open(ctx); err != nil {
			return err
		}
	}
	if err := e.CatchUp(ctx); err != nil {
		return fmt.Errorf("read models: %w", err)
	}
	e.note(nil)
	if e.idle() {
		<-ctx.Done() // only another release can help
		return ctx.Err()
	}
	waiting, cancel := context.WithTimeout(ctx, checkEvery)
	defer cancel()
	if err := e.Log.Wait(waiting, e.next()+1); err == nil || waiting.Err() == nil {
		return err
	}
	if _, err := e.conn.ExecContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`); err != nil {
		return fmt.Errorf("write the read models back: %w", err)
	}
	return nil
}

// reattach opens the connection that writes anew, and reads what the file holds:
// a commit that failed may be there or not. A file that is damaged is given up,
// and the next Open makes another one.
func (e *Engine) reattach(ctx context.Context, damaged bool) error {
	if damaged {
		e.mu.Lock()
		e.ready, e.certs = false, nil
		e.signal()
		e.mu.Unlock()
		slog.ErrorContext(ctx, "the read models are damaged: they are built anew", slog.String("file", e.Path))
		return errors.Join(e.close(), sqlitefile.Remove(e.Path))
	}
	for _, s := range e.tx.stmts {
		s.Close()
	}
	_ = e.conn.Raw(func(any) error { return driver.ErrBadConn }) // so that it is not used again
	conn, err := writer(ctx, e.db)
	if err != nil {
		return err
	}
	certs, err := readCertificates(ctx, e.db)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.conn, e.tx = conn, newTx(conn, e.past)
	if err == nil {
		e.certs = certs
		e.signal()
	}
	return err
}

// note keeps why nothing is applied, or nil, and logs what is new.
func (e *Engine) note(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case err != nil && e.fault == nil:
		slog.Error("the read models are not brought up to date; trying again", slog.String("file", e.Path), slog.Any("err", err))
	case err == nil && e.fault != nil:
		slog.Info("the read models are brought up to date again", slog.String("file", e.Path))
	}
	e.fault = err
	e.signal()
}

// Fault returns why nothing is applied now, or nil.
func (e *Engine) Fault() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.fault
}
