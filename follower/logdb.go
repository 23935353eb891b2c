package follower

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// logDB is log.db, an Order in an SQLite file. What it holds is durable when Add
// returns, since a head that is signed must never be taken back.
type logDB struct {
	dsn   string
	db    *sql.DB
	cache *lru.Cache[int64, tlog.Hash] // stored hashes: those a proof of late needs are all here

	// Prepared, since every command asks by key and by record.
	byKey, byRecord, byPlace *sql.Stmt

	intoEntries, intoHashes, intoKeys into
}

var _ Order = (*logDB)(nil)

// connections is how many there are to log.db. Opening one costs more than most
// reads, so all stay open.
const connections = 8

const logSchema = `
CREATE TABLE IF NOT EXISTS entries (
	idx      INTEGER PRIMARY KEY,
	record   TEXT    NOT NULL UNIQUE,
	position INTEGER NOT NULL,
	entry    BLOB    NOT NULL
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
) STRICT, WITHOUT ROWID;
-- The tree as of the last entry: what may have been signed.
CREATE TABLE IF NOT EXISTS head (
	n    INTEGER PRIMARY KEY CHECK (n = 0),
	size INTEGER NOT NULL,
	root BLOB    NOT NULL
) STRICT;
PRAGMA user_version = 2;`

// logVersion is the user_version that logSchema sets. A file of an older one is
// made again from the store: it was never signed.
const logVersion = 2

const dropLog = `DROP TABLE IF EXISTS entries; DROP TABLE IF EXISTS hashes; DROP TABLE IF EXISTS keys;`

func openLog(ctx context.Context, path string) (*logDB, error) {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-8192)"
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxIdleConns(connections)
	db.SetMaxOpenConns(connections)
	cache, err := lru.New[int64, tlog.Hash](cachedHashes)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	l := &logDB{dsn: dsn, db: db, cache: cache}
	if err := l.prepare(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return l, nil
}

func (l *logDB) prepare(ctx context.Context) (err error) {
	var version int
	if err = l.db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	switch {
	case version > logVersion:
		return fmt.Errorf("written by a newer release: its version is %d", version)
	case version < logVersion:
		if _, err = l.db.ExecContext(ctx, dropLog); err != nil {
			return err
		}
	}
	if _, err = l.db.ExecContext(ctx, logSchema); err != nil {
		return err
	}
	if l.byKey, err = l.db.PrepareContext(ctx, `SELECT stream FROM keys WHERE key = ?`); err != nil {
		return err
	}
	if l.byRecord, err = l.db.PrepareContext(ctx, `SELECT idx FROM entries WHERE record = ?`); err != nil {
		return err
	}
	if l.byPlace, err = l.db.PrepareContext(ctx, `SELECT hash FROM hashes WHERE i = ?`); err != nil {
		return err
	}
	if l.intoEntries, err = prepareInto(ctx, l.db, `INSERT INTO entries (idx, record, position, entry) VALUES `, 4, ``); err != nil {
		return err
	}
	if l.intoHashes, err = prepareInto(ctx, l.db, `INSERT INTO hashes (i, hash) VALUES `, 2, ``); err != nil {
		return err
	}
	l.intoKeys, err = prepareInto(ctx, l.db, `INSERT INTO keys (key, stream) VALUES `, 2, ` ON CONFLICT DO NOTHING`)
	return err
}

// Close implements Order.
func (l *logDB) Close() error { return l.db.Close() }

// End implements Order.
func (l *logDB) End(ctx context.Context) (size int64, root tlog.Hash, pos eventstore.Position, err error) {
	var b []byte
	err = l.db.QueryRowContext(ctx, `SELECT e.idx + 1, e.position, head.root FROM head JOIN entries e ON e.idx = head.size - 1`).Scan(&size, &pos, &b)
	if errors.Is(err, sql.ErrNoRows) {
		root, err = tlog.TreeHash(0, nil)
		return 0, root, 0, err
	}
	if err == nil && len(b) != len(root) {
		err = fmt.Errorf("%d bytes are no root", len(b))
	}
	copy(root[:], b)
	return size, root, pos, err
}

// Add implements Order.
func (l *logDB) Add(ctx context.Context, facts []Fact) (root tlog.Hash, err error) {
	ctx = context.WithoutCancel(ctx) // it is short, and watching for the end costs a goroutine a statement
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return root, err
	}
	defer tx.Rollback()
	var size int64
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(idx) + 1, 0) FROM entries`).Scan(&size); err != nil {
		return root, err
	}
	if facts[0].Index != size {
		return root, fmt.Errorf("index %d does not follow the %d there are", facts[0].Index, size)
	}
	ins := l.inserts(ctx, tx)
	if err := ins.add(ctx, facts); err != nil {
		return root, l.because(ctx, facts, err)
	}
	size += int64(len(facts))
	if root, err = tlog.TreeHash(size, tlog.HashReaderFunc(ins.read)); err != nil {
		return root, fmt.Errorf("root at %d: %w", size, err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO head (n, size, root) VALUES (0, ?, ?) ON CONFLICT (n) DO UPDATE SET size = excluded.size, root = excluded.root`, size, root[:]); err != nil {
		return root, err
	}
	if err := tx.Commit(); err != nil {
		return root, err
	}
	for i, h := range ins.fresh {
		l.cache.Add(i, h)
	}
	return root, nil
}

// because says why records could not be added.
func (l *logDB) because(ctx context.Context, facts []Fact, err error) error {
	for _, f := range facts {
		at, numbered, unread := l.Index(ctx, f.ID)
		if unread != nil {
			return errors.Join(err, unread)
		}
		if numbered {
			return fmt.Errorf("record %s has the index %d already, so others were slipped in, or it stands in the store twice: %w: %w", f.ID, at, ErrAltered, err)
		}
	}
	return err
}

func keyHash(person, key string) []byte {
	sum := sha256.Sum256([]byte(person + "\x00" + key))
	return sum[:16]
}

// KeyStream implements Order.
func (l *logDB) KeyStream(ctx context.Context, person, key string) (stream string, used bool, err error) {
	err = l.byKey.QueryRowContext(ctx, keyHash(person, key)).Scan(&stream)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return stream, err == nil, err
}

// Index implements Order.
func (l *logDB) Index(ctx context.Context, record string) (index int64, ok bool, err error) {
	err = l.byRecord.QueryRowContext(ctx, record).Scan(&index)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return index, err == nil, err
}

// Entries implements Order.
func (l *logDB) Entries(ctx context.Context, index int64, n int) (entries []format.Entry, after eventstore.Position, err error) {
	if index > 0 {
		if err := l.db.QueryRowContext(ctx, `SELECT position FROM entries WHERE idx = ?`, index-1).Scan(&after); err != nil {
			return nil, 0, err
		}
	}
	rows, err := l.db.QueryContext(ctx, `SELECT entry FROM entries WHERE idx >= ? ORDER BY idx LIMIT ?`, index, n)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var b sql.RawBytes
		if err := rows.Scan(&b); err != nil {
			return nil, 0, err
		}
		if len(b) != len(format.Entry{}) {
			return nil, 0, fmt.Errorf("entry %d: %d bytes are no hash", index+int64(len(entries)), len(b))
		}
		entries = append(entries, format.Entry(b))
	}
	return entries, after, rows.Err()
}
