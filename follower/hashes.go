package follower

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// cachedHashes is how many stored hashes are kept in memory, some 8 MB. Those
// that a proof of late records needs are all among them.
const cachedHashes = 1 << 16

// hashes reads the tree's stored hashes.
func (l *logDB) hashes(ctx context.Context) tlog.HashReader {
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

// checkHashes compares the stored hashes from one on with what they should be.
func (l *logDB) checkHashes(ctx context.Context, from int64, want []tlog.Hash) error {
	rows, err := l.db.QueryContext(ctx, `SELECT i, hash FROM hashes WHERE i >= ? ORDER BY i LIMIT ?`, from, len(want))
	if err != nil {
		return fmt.Errorf("stored hashes from %d: %w", from, err)
	}
	defer rows.Close()
	for n, w := range want {
		var i int64
		var b sql.RawBytes
		if rows.Next() {
			if err := rows.Scan(&i, &b); err != nil {
				return fmt.Errorf("stored hashes from %d: %w", from, err)
			}
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("stored hashes from %d: %w", from, err)
		}
		if i != from+int64(n) || !bytes.Equal(b, w[:]) {
			return fmt.Errorf("stored hash %d is not what the entries make it, so proofs with it would be false; without its file the log is made again from the store: %w", from+int64(n), ErrAltered)
		}
	}
	return nil
}
