package follower

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// logDB is log.db: what the numbering has come to. All of it can be derived
// again from the store, so a tail lost in a power failure is only work.
type logDB struct {
	db *sql.DB

	// Prepared, since every command asks by key and by record.
	byKey, byRecord, byPlace *sql.Stmt
}

// connections is how many there are to log.db. Opening one costs more than most
// reads, so all stay open.
const connections = 8

const logSchema = `
CREATE TABLE IF NOT EXISTS entries (
	idx      INTEGER PRIMARY KEY,
	record   TEXT    NOT NULL UNIQUE,
	position INTEGER NOT NULL,
	leaf     BLOB    NOT NULL
) STRICT;
-- The stored hashes of the tree, in the order of tlog.StoredHashIndex.
CREATE TABLE IF NOT EXISTS hashes (
	i    INTEGER PRIMARY KEY,
	hash BLOB NOT NULL
) STRICT;
-- Where each person's idempotency key was first used.
CREATE TABLE IF NOT EXISTS keys (
	key    BLOB PRIMARY KEY,
	stream TEXT NOT NULL
) STRICT, WITHOUT ROWID;`

func openLog(ctx context.Context, path string) (*logDB, error) {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxIdleConns(connections)
	db.SetMaxOpenConns(connections)
	l := &logDB{db: db}
	if err := l.prepare(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return l, nil
}

func (l *logDB) prepare(ctx context.Context) (err error) {
	if _, err = l.db.ExecContext(ctx, logSchema); err != nil {
		return err
	}
	if l.byKey, err = l.db.PrepareContext(ctx, `SELECT stream FROM keys WHERE key = ?`); err != nil {
		return err
	}
	if l.byRecord, err = l.db.PrepareContext(ctx, `SELECT idx FROM entries WHERE record = ?`); err != nil {
		return err
	}
	l.byPlace, err = l.db.PrepareContext(ctx, `SELECT hash FROM hashes WHERE i = ?`)
	return err
}

func (l *logDB) close() error { return l.db.Close() }

// end returns how many entries there are and the position of the last.
func (l *logDB) end(ctx context.Context) (size int64, pos eventstore.Position, err error) {
	err = l.db.QueryRowContext(ctx, `SELECT idx + 1, position FROM entries ORDER BY idx DESC LIMIT 1`).Scan(&size, &pos)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	return size, pos, err
}

// add appends facts, which must follow the last entry without a gap.
func (l *logDB) add(ctx context.Context, facts []Fact) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var size int64
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(idx) + 1, 0) FROM entries`).Scan(&size); err != nil {
		return err
	}
	if facts[0].Index != size {
		return fmt.Errorf("index %d does not follow the %d there are", facts[0].Index, size)
	}
	ins := inserts{tx: tx, place: tx.StmtContext(ctx, l.byPlace)}
	if err := ins.prepare(ctx); err != nil {
		return err
	}
	for _, f := range facts {
		if err := ins.add(ctx, f); err != nil {
			return fmt.Errorf("record %s: %w", f.ID, err)
		}
	}
	return tx.Commit()
}

// inserts holds the prepared statements of one add.
type inserts struct {
	tx               *sql.Tx
	entry, hash, key *sql.Stmt
	place            *sql.Stmt           // reads a hash
	fresh            map[int64]tlog.Hash // hashes added in this transaction
}

func (s *inserts) prepare(ctx context.Context) (err error) {
	s.fresh = map[int64]tlog.Hash{}
	if s.entry, err = s.tx.PrepareContext(ctx, `INSERT INTO entries (idx, record, position, leaf) VALUES (?, ?, ?, ?)`); err != nil {
		return err
	}
	if s.hash, err = s.tx.PrepareContext(ctx, `INSERT INTO hashes (i, hash) VALUES (?, ?)`); err != nil {
		return err
	}
	s.key, err = s.tx.PrepareContext(ctx, `INSERT INTO keys (key, stream) VALUES (?, ?) ON CONFLICT DO NOTHING`)
	return err
}

func (s *inserts) add(ctx context.Context, f Fact) error {
	if _, err := s.entry.ExecContext(ctx, f.Index, f.ID, int64(f.Position), f.Leaf[:]); err != nil {
		return err
	}
	hashes, err := tlog.StoredHashesForRecordHash(f.Index, f.Leaf, tlog.HashReaderFunc(s.read))
	if err != nil {
		return err
	}
	first := tlog.StoredHashIndex(0, f.Index)
	for i, h := range hashes {
		s.fresh[first+int64(i)] = h
		if _, err := s.hash.ExecContext(ctx, first+int64(i), h[:]); err != nil {
			return err
		}
	}
	var by struct{ Person, Key string }
	if err := json.Unmarshal(f.Meta, &by); err != nil {
		return fmt.Errorf("meta: %w", err)
	}
	if by.Person == "" || by.Key == "" {
		return nil
	}
	_, err = s.key.ExecContext(ctx, keyHash(by.Person, by.Key), f.Stream)
	return err
}

func (s *inserts) read(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, n := range indexes {
		if h, ok := s.fresh[n]; ok {
			out[i] = h
			continue
		}
		if err := scanHash(s.place.QueryRow(n), &out[i]); err != nil {
			return nil, fmt.Errorf("stored hash %d: %w", n, err)
		}
	}
	return out, nil
}

func scanHash(row *sql.Row, h *tlog.Hash) error {
	var b []byte
	if err := row.Scan(&b); err != nil {
		return err
	}
	if len(b) != len(h) {
		return fmt.Errorf("%d bytes are no hash", len(b))
	}
	copy(h[:], b)
	return nil
}

func keyHash(person, key string) []byte {
	sum := sha256.Sum256([]byte(person + "\x00" + key))
	return sum[:16]
}

func (l *logDB) keyStream(ctx context.Context, person, key string) (stream string, used bool, err error) {
	err = l.byKey.QueryRowContext(ctx, keyHash(person, key)).Scan(&stream)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return stream, err == nil, err
}

func (l *logDB) index(ctx context.Context, record string) (index int64, ok bool, err error) {
	err = l.byRecord.QueryRowContext(ctx, record).Scan(&index)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return index, err == nil, err
}

// leaves returns at most n leaves from index on, and the store's position just
// before the first of them.
func (l *logDB) leaves(ctx context.Context, index int64, n int) (leaves []tlog.Hash, after eventstore.Position, err error) {
	if index > 0 {
		if err := l.db.QueryRowContext(ctx, `SELECT position FROM entries WHERE idx = ?`, index-1).Scan(&after); err != nil {
			return nil, 0, err
		}
	}
	rows, err := l.db.QueryContext(ctx, `SELECT leaf FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?`, index, n)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var b sql.RawBytes
		if err := rows.Scan(&b); err != nil {
			return nil, 0, err
		}
		leaves = append(leaves, tlog.Hash(b))
	}
	return leaves, after, rows.Err()
}

// hashes reads the tree's stored hashes.
func (l *logDB) hashes(ctx context.Context) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, n := range indexes {
			if err := scanHash(l.byPlace.QueryRowContext(ctx, n), &out[i]); err != nil {
				return nil, fmt.Errorf("stored hash %d: %w", n, err)
			}
		}
		return out, nil
	})
}
