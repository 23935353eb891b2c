package sqlitestore

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// A writer is the connection that commits. One goroutine uses it at a time.
type writer struct {
	conn *sql.Conn
	stmt statements

	prepared []*sql.Stmt // those of stmt, to be closed

	position int64    // of the last record, in the transaction if there is one
	versions versions // likewise
	args     []any    // of the next insert, used over and over

	// around, if set, runs in place of each commit that stores records and is
	// given it. For tests of what follows when a commit's answer is an error.
	around func(commit func() error) error
}

type statements struct {
	begin, commit, rollback   *sql.Stmt
	save, forget, undo        *sql.Stmt // a savepoint, around appends of several records
	insert, version, ids, top *sql.Stmt
}

func newWriter(ctx context.Context, conn *sql.Conn) (*writer, error) {
	w := &writer{conn: conn, args: make([]any, 9)}
	for query, stmt := range map[string]**sql.Stmt{
		"BEGIN IMMEDIATE":    &w.stmt.begin,
		"COMMIT":             &w.stmt.commit,
		"ROLLBACK":           &w.stmt.rollback,
		"SAVEPOINT append":   &w.stmt.save,
		"RELEASE append":     &w.stmt.forget,
		"ROLLBACK TO append": &w.stmt.undo,
		`INSERT INTO events (position, stream, version, id, type, at, salt, data, meta)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`: &w.stmt.insert,
		"SELECT coalesce(max(version), 0) FROM events WHERE stream = ?":                   &w.stmt.version,
		"SELECT id FROM events WHERE stream = ? AND version > ? ORDER BY version LIMIT ?": &w.stmt.ids,
		"SELECT coalesce(max(position), 0) FROM events":                                   &w.stmt.top,
	} {
		var err error
		if *stmt, err = conn.PrepareContext(ctx, query); err != nil {
			return nil, fmt.Errorf("prepare %q: %w", query, err)
		}
		w.prepared = append(w.prepared, *stmt)
	}
	if err := w.stmt.top.QueryRowContext(ctx).Scan(&w.position); err != nil {
		return nil, fmt.Errorf("last position: %w", err)
	}
	return w, nil
}

// close closes the statements too: those of one connection are not closed with
// it, and it would stay open with them, and its journal beside the file.
func (w *writer) close() error {
	var errs []error
	for _, s := range w.prepared {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, w.conn.Close())...)
}

// commit stores what it can of group in one transaction. It returns each
// append's answer and whether any record was stored. After an error that it
// returns beside, nobody can know what is stored, and the answers are nil: the
// file is to be settled anew.
func (w *writer) commit(ctx context.Context, group []*pending) (answers []error, stored bool, err error) {
	before := w.position
	answers = make([]error, len(group))
	if _, err := w.stmt.begin.ExecContext(ctx); err != nil {
		return nil, false, fmt.Errorf("begin: %w", err)
	}
	for i, a := range group {
		if answers[i], err = w.store(ctx, a); err != nil {
			return nil, false, errors.Join(err, w.rollback(ctx, before))
		}
	}
	if w.position == before {
		return answers, false, w.rollback(ctx, before)
	}
	if err := w.end(ctx); err != nil {
		return nil, false, errors.Join(fmt.Errorf("commit: %w", err), w.rollback(ctx, before))
	}
	return answers, true, nil
}

func (w *writer) end(ctx context.Context) error {
	commit := func() error {
		_, err := w.stmt.commit.ExecContext(ctx)
		return err
	}
	if w.around != nil {
		return w.around(commit)
	}
	return commit()
}

func (w *writer) rollback(ctx context.Context, position int64) error {
	if w.position != position {
		w.position, w.versions = position, versions{}
	}
	if _, err := w.stmt.rollback.ExecContext(ctx); err != nil {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}

// store writes a into the transaction, or has an answer why not. The error
// beside means that the transaction cannot go on.
func (w *writer) store(ctx context.Context, a *pending) (answer, broken error) {
	version, known := w.versions.get(a.stream)
	// A stream that is expected to be new needs no look: UNIQUE finds out.
	if !known && (a.version != 0 || len(a.recs) == 0) {
		if version, broken = w.look(ctx, a.stream); broken != nil {
			return nil, broken
		}
		known = true
	}
	if known && version != a.version {
		return w.repeated(ctx, a)
	}
	if len(a.recs) == 0 {
		return nil, nil
	}
	refused, broken := w.insertAll(ctx, a)
	if refused == nil || broken != nil {
		return nil, broken
	}
	if version, broken = w.look(ctx, a.stream); broken != nil {
		return nil, broken
	}
	if version != a.version {
		return w.repeated(ctx, a)
	}
	return fmt.Errorf("an id is used already: %w", refused), nil
}

// insertAll writes a's records. If one is refused by a constraint, it leaves none.
func (w *writer) insertAll(ctx context.Context, a *pending) (refused, broken error) {
	before := w.position
	if len(a.recs) > 1 {
		if _, err := w.stmt.save.ExecContext(ctx); err != nil {
			return nil, fmt.Errorf("savepoint: %w", err)
		}
	}
	for i, r := range a.recs {
		w.position++
		if refused, broken = w.insert(ctx, a.stream, a.version+int64(i)+1, a.ids[i], r); refused != nil || broken != nil {
			break
		}
	}
	if broken != nil {
		return nil, broken
	}
	if refused != nil {
		w.position = before
		if len(a.recs) > 1 {
			if _, err := w.stmt.undo.ExecContext(ctx); err != nil {
				return nil, fmt.Errorf("roll back to savepoint: %w", err)
			}
		}
	} else {
		w.versions.set(a.stream, a.version+int64(len(a.recs)))
	}
	if len(a.recs) > 1 {
		if _, err := w.stmt.forget.ExecContext(ctx); err != nil {
			return nil, fmt.Errorf("release savepoint: %w", err)
		}
	}
	return refused, nil
}

func (w *writer) insert(ctx context.Context, stream string, version int64, id []byte, r eventstore.Record) (refused, broken error) {
	w.args = append(w.args[:0], w.position, stream, version, id, r.Type, r.At.UnixMilli(), blob(r.Salt), blob(r.Data), blob(r.Meta))
	_, err := w.stmt.insert.ExecContext(ctx, w.args...)
	clear(w.args)
	if e, ok := errors.AsType[*sqlite.Error](err); ok && e.Code()&0xff == sqlite3.SQLITE_CONSTRAINT {
		return err, nil
	}
	if err != nil {
		return nil, fmt.Errorf("insert: %w", err)
	}
	return nil, nil
}

// look asks the file how far stream is, and remembers it.
func (w *writer) look(ctx context.Context, stream string) (int64, error) {
	var version int64
	if err := w.stmt.version.QueryRowContext(ctx, stream).Scan(&version); err != nil {
		return 0, fmt.Errorf("version of %s: %w", stream, err)
	}
	w.versions.set(stream, version)
	return version, nil
}

// repeated answers an append to a stream that is not at its version: nil if
// its records are what stands there, ErrConflict if none of them is.
func (w *writer) repeated(ctx context.Context, a *pending) (answer, broken error) {
	rows, err := w.stmt.ids.QueryContext(ctx, a.stream, a.version, len(a.recs))
	if err != nil {
		return nil, fmt.Errorf("ids of %s: %w", a.stream, err)
	}
	defer rows.Close()
	same := 0
	for i := 0; rows.Next(); i++ {
		var id sql.RawBytes
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("ids of %s: %w", a.stream, err)
		}
		if bytes.Equal(id, a.ids[i]) {
			same++
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("ids of %s: %w", a.stream, err)
	}
	switch {
	case same == 0:
		return eventstore.ErrConflict, nil
	case same < len(a.recs):
		return fmt.Errorf("%d of %d ids already stand after version %d", same, len(a.recs), a.version), nil
	}
	return nil, nil
}

// blob keeps the driver from writing no bytes as NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
