package projections

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
)

// emptyFile makes a file of empty read models, for SQLite to say how it would read it.
func emptyFile(t *testing.T) (*Engine, *sql.DB) {
	t.Helper()
	e := &Engine{All: All()}
	path := filepath.Join(t.TempDir(), "read.db")
	if err := e.create(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	db, err := openSQLite(path, "NORMAL")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return e, db
}

// TestCurrentRowIsFound asks SQLite how it looks up the current row of an
// entity: by its id, not among all current rows.
func TestCurrentRowIsFound(t *testing.T) {
	e, db := emptyFile(t)
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
	_, db := emptyFile(t)
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

// TestFiguresAreFound asks SQLite how it finds what one fact changes of the
// figures, and what one answer reads of them: never by going through them all.
func TestFiguresAreFound(t *testing.T) {
	_, db := emptyFile(t)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	tx := newTx(conn, nil)
	c := &figuring{ctx: t.Context(), tx: tx, points: map[point]growth{}}
	s := span{face: face{submission: "sub_1", consultation: "con_1", owner: "ent_1", then: domain.Everything}, to: open, level: domain.Everything}
	for _, f := range []func() error{
		c.submission, c.consultation, c.entity, c.write,
		func() error { return c.begin(s) }, func() error { return c.change(s, domain.Tombstone, true) }, func() error { return c.end(s) },
		func() error { _, err := c.verifiedAt("ent_1", 1); return err }, func() error { _, err := c.inTime(s.face); return err },
	} {
		if err := f(); err != nil {
			t.Fatal(err)
		}
	}
	rows, _ := pointsUpTo(1 << 40)
	queries := []string{`SELECT SUM(p.received) FROM ` + rows + ` r CROSS JOIN figure_points p ON p.scope = ? AND p.late IN (0, 1) AND p.width = r.width AND p.place >= r.low AND p.place < r.high`}
	for query := range tx.stmts {
		queries = append(queries, query)
	}
	if len(queries) < 12 {
		t.Errorf("only %d statements were seen", len(queries))
	}
	for _, query := range queries {
		if plan := planOf(t, db, query); strings.Contains(plan, "SCAN figure_") || strings.Contains(plan, "SCAN s") || strings.Contains(plan, "SCAN p") || strings.Contains(plan, "SCAN e") {
			t.Errorf("%s:\n%s", query, plan)
		}
	}
}

func planOf(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "?"))...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
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
	return strings.Join(plans, "\n")
}

// TestListsPassOverLittle asks SQLite by what it finds what is not all that it
// could look through.
func TestListsPassOverLittle(t *testing.T) {
	_, db := emptyFile(t)
	index, call := int64(7), domain.ID("con_1")
	for want, f := range map[string]SubmissionFilter{"INDEX submissions_public\n": {}, "INDEX submissions_public_in (consultation=?": {Consultation: &call}} {
		for _, r := range []Reader{{}, {AsOf: &index}} {
			query, _ := r.submissionList(f, SubmissionOrder{}, window{limit: 10})
			query, _ = bind(query, nil)
			if plan := planOf(t, db, query); !strings.Contains(plan, want) && !strings.Contains(plan, strings.Replace(want, "\n", " (listed_at<?", 1)) || strings.Contains(plan, "SCAN now") {
				t.Errorf("the public's list, as of %v, goes by:\n%s", r.AsOf, plan)
			}
			r.Viewer = domain.Viewer{Person: "per_1"}
			query, _ = r.submissionList(f, SubmissionOrder{}, window{limit: 10})
			query, _ = bind(query, nil)
			if plan := planOf(t, db, query); strings.Contains(plan, "submissions_public") {
				t.Errorf("a person's list goes by what the public sees:\n%s", plan)
			}
		}
	}
	for _, r := range []Reader{{}, {AsOf: &index}} {
		r.Viewer = domain.Viewer{Person: "per_1", Holds: []domain.Holding{{Entity: "ent_1", Capacity: domain.Stakeholder}}}
		query, _ := r.submissionList(SubmissionFilter{asked: true}, SubmissionOrder{}, window{limit: 10})
		query, _ = bind(query, nil)
		if plan := planOf(t, db, query); !strings.Contains(plan, "s USING INDEX submissions_id (id=?") || !strings.Contains(plan, "g USING INDEX signatories_party (party=?") {
			t.Errorf("what is asked to be signed, as of %v, goes by:\n%s", r.AsOf, plan)
		}
	}
	if plan := planOf(t, db, `SELECT d.id FROM submissions d WHERE d.consultation = ? AND d.`+lateDecision+` AND d.valid_from <= ?`); !strings.Contains(plan, "submissions_late") {
		t.Errorf("late decisions go by:\n%s", plan)
	}
}
