package follower

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// together is how many rows one statement inserts where there are as many: a
// statement costs more than a row.
const together = 32

// into inserts rows into a table.
type into struct {
	columns   int
	one, many *sql.Stmt // of one row, and of as many as together
}

// prepareInto prepares a statement that begins and ends so, with the values of
// one row and of many between.
func prepareInto(ctx context.Context, db *sql.DB, begin string, columns int, end string) (i into, err error) {
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", columns), ", ") + ")"
	i.columns = columns
	if i.one, err = db.PrepareContext(ctx, begin+row+end); err != nil {
		return i, err
	}
	i.many, err = db.PrepareContext(ctx, begin+strings.TrimSuffix(strings.Repeat(row+", ", together), ", ")+end)
	return i, err
}

// run inserts rows, whose values stand one after the other.
func (i into) run(ctx context.Context, tx *sql.Tx, values []any) error {
	for len(values) > 0 {
		stmt, n := i.one, i.columns
		if most := together * i.columns; len(values) >= most {
			stmt, n = i.many, most
		}
		if _, err := tx.StmtContext(ctx, stmt).ExecContext(ctx, values[:n]...); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// inserts is what one add inserts.
type inserts struct {
	tx    *sql.Tx
	log   *logDB
	place *sql.Stmt           // reads a hash
	fresh map[int64]tlog.Hash // hashes added in this transaction

	entries, hashes, keys []any // values, row after row
}

func (l *logDB) inserts(ctx context.Context, tx *sql.Tx) *inserts {
	return &inserts{tx: tx, log: l, place: tx.StmtContext(ctx, l.byPlace), fresh: map[int64]tlog.Hash{}}
}

// add inserts what there is to say of facts.
func (s *inserts) add(ctx context.Context, facts []Fact) error {
	for _, f := range facts {
		if err := s.collect(f); err != nil {
			return fmt.Errorf("record %s: %w", f.ID, err)
		}
	}
	if err := s.log.intoEntries.run(ctx, s.tx, s.entries); err != nil {
		return fmt.Errorf("entries: %w", err)
	}
	if err := s.log.intoHashes.run(ctx, s.tx, s.hashes); err != nil {
		return fmt.Errorf("hashes: %w", err)
	}
	if err := s.log.intoKeys.run(ctx, s.tx, s.keys); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

func (s *inserts) collect(f Fact) error {
	s.entries = append(s.entries, f.Index, f.ID, int64(f.Position), f.Entry[:])
	hashes, err := tlog.StoredHashesForRecordHash(f.Index, f.Leaf, tlog.HashReaderFunc(s.read))
	if err != nil {
		return err
	}
	first := tlog.StoredHashIndex(0, f.Index)
	for i, h := range hashes {
		s.fresh[first+int64(i)] = h
		s.hashes = append(s.hashes, first+int64(i), h[:])
	}
	var by struct{ Person, Key string }
	if err := json.Unmarshal(f.Meta, &by); err != nil {
		return fmt.Errorf("meta: %w", err)
	}
	if by.Person != "" && by.Key != "" {
		s.keys = append(s.keys, keyHash(by.Person, by.Key), f.Stream)
	}
	return nil
}
