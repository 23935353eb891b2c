package projections

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestCurrentRowIsFound asks SQLite how it looks up the current row of an
// entity: by its id, not among all current rows.
func TestCurrentRowIsFound(t *testing.T) {
	e := &Engine{All: All()}
	path := filepath.Join(t.TempDir(), "read.db")
	if err := e.create(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	db, err := openSQLite(path, "NORMAL")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, p := range e.All {
		for _, table := range p.Tables {
			if table != history(table.Name) {
				continue
			}
			for _, where := range []string{`id = ? AND valid_to = ?`, `id IN (SELECT value FROM json_each(?)) AND valid_to = ?`} {
				var id, parent, unused int
				var plan string
				row := db.QueryRowContext(t.Context(), `EXPLAIN QUERY PLAN SELECT * FROM `+table.Name+` WHERE `+where, "[]", open)
				if err := row.Scan(&id, &parent, &unused, &plan); err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(plan, "id=?") {
					t.Errorf("%s WHERE %s: %s", table.Name, where, plan)
				}
			}
		}
	}
}
