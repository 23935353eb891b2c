package projections

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

// intervals are the columns that make a table a history.
const intervals = `SELECT COUNT(*) FROM pragma_table_info(?) WHERE name IN ('valid_from', 'valid_to')`

// histories lists the tables of projections that keep rows by validity, with
// the columns that name what a row is a version of: their key without valid_from.
func histories(t *testing.T, e *Engine) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, p := range e.All {
		for _, table := range p.Tables {
			var n int
			if err := e.db.QueryRowContext(t.Context(), intervals, table.Name).Scan(&n); err != nil {
				t.Fatal(err)
			}
			if n < 2 {
				continue
			}
			for _, c := range strings.Split(table.Key, ", ") {
				if c != "valid_from" {
					all[table.Name] = append(all[table.Name], c)
				}
			}
		}
	}
	return all
}

// In no history may a key have two rows at one index, two rows that are open,
// or a row that never was.
func checkHistories(t *testing.T, e *Engine, rows map[string]int) {
	t.Helper()
	for table, key := range histories(t, e) {
		rows[table] += checkHistory(t, e, table, strings.Join(key, " || ' ' || "))
	}
}

func checkHistory(t *testing.T, e *Engine, table, key string) (rows int) {
	t.Helper()
	found, err := e.db.QueryContext(t.Context(), fmt.Sprintf(`SELECT %s AS k, valid_from, valid_to, LAG(valid_to) OVER (PARTITION BY %[1]s ORDER BY valid_from, valid_to) FROM %s ORDER BY 1, 2, 3`, key, table))
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var k string
		var from, to int64
		var before sql.NullInt64
		if err := found.Scan(&k, &from, &to, &before); err != nil {
			t.Fatal(err)
		}
		rows++
		switch {
		case from >= to:
			t.Errorf("%s: the row of %q from index %d ends at %d: it never was", table, k, from, to)
		case before.Valid && before.Int64 == open:
			t.Errorf("%s: %q has a row from index %d on, and the one before is still open: it has two at once", table, k, from)
		case before.Valid && before.Int64 > from:
			t.Errorf("%s: %q has a row from index %d on, and the one before ends at %d only: it has two at once", table, k, from, before.Int64)
		}
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}
