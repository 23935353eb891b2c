package follower

import (
	"context"
	"database/sql"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// cachedHashes is how many stored hashes are kept in memory, some 8 MB. Those
// that a proof of late records needs are all among them.
const cachedHashes = 1 << 16

// Hashes implements Order.
func (l *logDB) Hashes(ctx context.Context) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		query := func(args ...any) *sql.Row { return l.byPlace.QueryRowContext(ctx, args...) }
		for i, n := range indexes {
			if err := l.hash(n, query, &out[i]); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

// read reads hashes within a transaction, and those that it added.
func (s *inserts) read(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, n := range indexes {
		if h, ok := s.fresh[n]; ok {
			out[i] = h
		} else if err := s.log.hash(n, s.place.QueryRow, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// hash reads a stored hash from memory or by a query.
func (l *logDB) hash(i int64, query func(...any) *sql.Row, h *tlog.Hash) error {
	if known, ok := l.cache.Get(i); ok {
		*h = known
		return nil
	}
	var b []byte
	if err := query(i).Scan(&b); err != nil {
		return fmt.Errorf("stored hash %d: %w", i, err)
	}
	if len(b) != len(h) {
		return fmt.Errorf("stored hash %d: %d bytes are no hash", i, len(b))
	}
	copy(h[:], b)
	l.cache.Add(i, *h)
	return nil
}

// StoredHashes implements Order.
func (l *logDB) StoredHashes(ctx context.Context, from int64, n int) ([]tlog.Hash, error) {
	rows, err := l.db.QueryContext(ctx, `SELECT i, hash FROM hashes WHERE i >= ? ORDER BY i LIMIT ?`, from, n)
	if err != nil {
		return nil, fmt.Errorf("stored hashes from %d: %w", from, err)
	}
	defer rows.Close()
	var out []tlog.Hash
	for rows.Next() {
		var i int64
		var b sql.RawBytes
		if err := rows.Scan(&i, &b); err != nil {
			return nil, fmt.Errorf("stored hashes from %d: %w", from, err)
		}
		if i != from+int64(len(out)) || len(b) != len(tlog.Hash{}) {
			return out, nil
		}
		out = append(out, tlog.Hash(b))
	}
	return out, rows.Err()
}
