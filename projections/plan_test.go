package projections

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
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

// TestHeldRecordIsFound asks SQLite how it looks up the record that somebody
// wants a receipt of: by what they name, not among all that they made.
func TestHeldRecordIsFound(t *testing.T) {
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
	r := Reader{Viewer: domain.Viewer{Person: "per_1", Holds: []domain.Holding{{Entity: "ent_1", Capacity: domain.EntityAdmin}}}}
	for id, want := range map[domain.ID]string{"evt_1": "audit_events_id (id=?)", "sub_1": "audit_events_stream (stream=?)"} {
		query, args := bind(r.heldOf(id))
		rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN SELECT "+query, args...)
		if err != nil {
			t.Fatal(err)
		}
		var plans []string
		for rows.Next() {
			var id, parent, unused int
			var plan string
			if err := rows.Scan(&id, &parent, &unused, &plan); err != nil {
				t.Fatal(err)
			}
			plans = append(plans, plan)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(plans, "; "); !strings.Contains(all, want) || strings.Contains(all, "SCAN a") {
			t.Errorf("%s: %s", id, all)
		}
	}
}
