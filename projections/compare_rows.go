package projections

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// table walks through both files' rows in the order of the key. Texts are of all
// projections: those that one file lacks may be of one that it cannot tell from.
func (c *comparison) table(ctx context.Context, t Table) (*Difference, error) {
	live, err := openCursor(ctx, c.live, t)
	if err != nil {
		return nil, err
	}
	defer live.rows.Close()
	fresh, err := openCursor(ctx, c.fresh, t)
	if err != nil {
		return nil, err
	}
	defer fresh.rows.Close()
	var is, want []any
	for o := 0; ; {
		if o <= 0 {
			if is, err = live.next(); err != nil {
				return nil, err
			}
		}
		if o >= 0 {
			if want, err = fresh.next(); err != nil {
				return nil, err
			}
		}
		if is == nil && want == nil {
			return nil, nil
		}
		o = fresh.order(is, want)
		if t == shared.Tables[0] && (o < 0 && c.freshLacks || o > 0 && c.liveLacks) {
			continue // perhaps a text of what cannot be told
		}
		if d := fresh.differ(is, want); d != nil {
			return d, nil
		}
	}
}

// A cursor reads one table in the order of its key.
type cursor struct {
	table   Table
	rows    *sql.Rows
	columns []string
	key     []int // which columns are the key
}

func openCursor(ctx context.Context, db *sql.DB, t Table) (*cursor, error) {
	rows, err := db.QueryContext(ctx, `SELECT * FROM `+t.Name+` ORDER BY `+t.Key+`, rowid`)
	if err != nil {
		return nil, err
	}
	c := &cursor{table: t, rows: rows}
	if c.columns, err = rows.Columns(); err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	for name := range strings.SplitSeq(t.Key, ",") {
		i := slices.Index(c.columns, strings.Trim(name, " \""))
		if i < 0 {
			return nil, errors.Join(fmt.Errorf("there is no column %s", name), rows.Close())
		}
		c.key = append(c.key, i)
	}
	return c, nil
}

// next returns the next row, or nil at the end.
func (c *cursor) next() ([]any, error) {
	if !c.rows.Next() {
		return nil, c.rows.Err()
	}
	row, into := make([]any, len(c.columns)), make([]any, len(c.columns))
	for i := range row {
		into[i] = &row[i]
	}
	return row, c.rows.Scan(into...)
}

// differ returns how is differs from want, of which one may be missing.
func (c *cursor) differ(is, want []any) *Difference {
	switch order := c.order(is, want); {
	case order < 0:
		return &Difference{Row: c.keyOf(is), Index: c.index(is), What: "the row should not be there"}
	case order > 0:
		return &Difference{Row: c.keyOf(want), Index: c.index(want), What: "the row is missing"}
	}
	for i := range want {
		if compareValues(is[i], want[i]) != 0 {
			return &Difference{Row: c.keyOf(want), Index: c.index(want), What: "column " + c.columns[i] + " is not what it should be"}
		}
	}
	return nil
}

// order compares two rows by key; a missing row comes after all others.
func (c *cursor) order(a, b []any) int {
	switch {
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	for _, i := range c.key {
		if o := compareValues(a[i], b[i]); o != 0 {
			return o
		}
	}
	return 0
}

func (c *cursor) keyOf(row []any) string {
	var parts []string
	for _, i := range c.key {
		v := row[i]
		if b, ok := v.([]byte); ok {
			v = fmt.Sprintf("%x", b)
		}
		parts = append(parts, fmt.Sprintf("%s=%v", c.columns[i], v))
	}
	return strings.Join(parts, " ")
}

// index returns the index of the event that made a row.
func (c *cursor) index(row []any) int64 {
	for i, name := range c.columns {
		if v, ok := row[i].(int64); ok && name == "valid_from" {
			return v
		}
	}
	if id, ok := row[c.key[0]].(int64); ok && c.table == shared.Tables[0] {
		return id / textsPerRecord
	}
	return -1
}

// compareValues orders two values as SQLite orders them under the collation
// BINARY: nothing, numbers, text, bytes.
func compareValues(a, b any) int {
	if o := cmp.Compare(rank(a), rank(b)); o != 0 {
		return o
	}
	switch a := a.(type) {
	case int64:
		if b, ok := b.(int64); ok {
			return cmp.Compare(a, b)
		}
		return cmp.Compare(float64(a), b.(float64))
	case float64:
		if b, ok := b.(int64); ok {
			return cmp.Compare(a, float64(b))
		}
		return cmp.Compare(a, b.(float64))
	case string:
		return cmp.Compare(a, b.(string))
	case []byte:
		return bytes.Compare(a, b.([]byte))
	}
	return 0
}

func rank(v any) int {
	switch v.(type) {
	case nil:
		return 0
	case int64, float64:
		return 1
	case string:
		return 2
	}
	return 3
}
