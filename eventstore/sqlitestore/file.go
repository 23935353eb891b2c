package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	applicationID = 0x52707472 // "Rptr": what the file command and Open know an event file by
	schemaVersion = 1          // the schema below

	settleEvery = 100 * time.Millisecond
	busyTimeout = "PRAGMA busy_timeout = 5000"
)

// schema is version 1. The last trigger exists because INSERT OR REPLACE
// removes rows without asking the trigger on DELETE.
const schema = `
CREATE TABLE events (
	position INTEGER PRIMARY KEY,
	stream   TEXT    NOT NULL,
	version  INTEGER NOT NULL CHECK (version > 0),
	id       BLOB    NOT NULL UNIQUE CHECK (length(id) = 16), -- a UUID
	type     TEXT    NOT NULL,
	at       INTEGER NOT NULL, -- milliseconds since 1970, UTC
	salt     BLOB    NOT NULL,
	data     BLOB    NOT NULL,
	meta     BLOB    NOT NULL,
	UNIQUE (stream, version)
) STRICT;

CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;

CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

CREATE TRIGGER events_refuse_replace BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE position = NEW.position)
  OR EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'events are never replaced'); END;
`

// What connections are opened with. A commit writes whole pages, and most of
// them are leaves of the two indexes, so small pages are better: with 8 KiB
// ones appends took a fifth longer. A longer log before it is written back
// writes a page that changed often only once, but stops appends for longer. A
// larger cache is slower, since SQLite walks all of it in some commits.
const (
	writing = "_busy_timeout=5000&_synchronous=FULL&_defensive=1&_txlock=immediate" +
		"&_pragma=cache_size(-8192)&_pragma=wal_autocheckpoint(4000)"
	reading = "_busy_timeout=5000&_query_only=1&_defensive=1"
)

// connect names the file to the driver; it does not open it.
func connect(path, query string) (*sql.DB, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// Made here, so that only its owner can read it. The driver gives the
	// files beside it the same mode.
	f, err := os.OpenFile(whole, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return sql.Open("sqlite", (&url.URL{Scheme: "file", Path: whole, RawQuery: query}).String())
}

// pin opens the one connection of db, and with it the file.
func pin(ctx context.Context, db *sql.DB) (*sql.Conn, error) {
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if e, ok := errors.AsType[*sqlite.Error](err); ok && e.Code()&0xff == sqlite3.SQLITE_NOTADB {
		return nil, fmt.Errorf("this is not an SQLite file: %w", err)
	}
	return conn, err
}

// prepareFile makes an empty file an event file, and refuses what is none.
func prepareFile(ctx context.Context, conn *sql.Conn) error {
	empty, err := recognise(ctx, conn)
	if err != nil {
		return err
	}
	var mode string
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return fmt.Errorf("journal mode: %w", err)
	}
	if mode != "wal" {
		return fmt.Errorf("journal mode is %s, and this file system allows no other", mode)
	}
	if empty {
		return create(ctx, conn)
	}
	return settle(ctx, conn)
}

// recognise reports whether the file is empty, and refuses one that is not ours.
func recognise(ctx context.Context, conn *sql.Conn) (empty bool, err error) {
	var app, version, objects int64
	err = conn.QueryRowContext(ctx, `SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id a, pragma_user_version v`).Scan(&app, &version, &objects)
	switch {
	case err != nil:
		return false, fmt.Errorf("stamp: %w", err)
	case app == 0 && version == 0 && objects == 0:
		return true, nil
	case app != applicationID:
		return false, fmt.Errorf("this SQLite file was not written by Rapporteur: its application id is %#x, want %#x", app, applicationID)
	case version > schemaVersion:
		return false, fmt.Errorf("the file was written by a newer release: its schema is %d, this release knows %d", version, schemaVersion)
	}
	return false, nil
}

func create(ctx context.Context, conn *sql.Conn) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	defer tx.Rollback() // does nothing after Commit
	stamp := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, schemaVersion)
	if _, err := tx.ExecContext(ctx, strings.Join([]string{schema, stamp}, "\n")); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	return nil
}

// settle writes the whole journal into the file and empties it. After a failed
// fsync the journal may hold a commit that reads well and is not on the disk; a
// repeat of its appends must not be told that they are durable until it is, and
// no later commit may stand behind it in the journal, where a crash would end the
// reading before it. Whoever reads meanwhile, as a backup does, is waited for.
func settle(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return err
	}
	if err := emptyJournal(ctx, conn); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, busyTimeout)
	return err
}

func emptyJournal(ctx context.Context, conn *sql.Conn) error {
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for told := false; ; {
		var busy, inLog, written int64
		if err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &inLog, &written); err != nil {
			return fmt.Errorf("checkpoint: %w", err)
		}
		if busy == 0 {
			return nil
		}
		if !told && inLog > 0 {
			slog.WarnContext(ctx, "another process reads the events, as a backup does: waiting for its end")
			told = true
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("checkpoint: another process has the file open: %w", ctx.Err())
		case <-tick.C:
		}
	}
}
