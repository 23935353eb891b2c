package projections

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
)

// TestBind: ids and numbers become parameters in their places, whatever they hold.
func TestBind(t *testing.T) {
	one, two := quoted([]domain.ID{"per_1"}), quoted([]domain.ID{"per_1", "ent_'2"})
	for _, c := range []struct {
		query string
		args  []any
		want  string
		bound []any
	}{
		{"a = ? AND b = ?", []any{1, "x"}, "a = ? AND b = ?", []any{1, "x"}},
		{"a = ? AND p IN (" + two + ") AND b = ?", []any{1, "x"}, "a = ? AND p IN (?, ?) AND b = ?", []any{1, "per_1", "ent_'2", "x"}},
		{"p IN (" + one + ") OR p IN (" + quoted(nil) + ")", nil, "p IN (?) OR p IN ()", []any{"per_1"}},
		{"p IN (" + one + ") AND a = ?", nil, "p IN (?) AND a = ?", []any{"per_1"}}, // the driver refuses it
		{"p IN (" + quoted([]domain.ID{"a" + idMark + "?"}) + ") AND a = ?", []any{1}, "p IN (?) AND a = ?", []any{"a\ufffd?", 1}},
		{"n <= " + number(7) + " AND p IN (" + one + ") AND a = ? AND n > " + number(-1), []any{"x"}, "n <= ? AND p IN (?) AND a = ? AND n > ?", []any{int64(7), "per_1", "x", int64(-1)}},
	} {
		got, bound := bind(c.query, c.args)
		if got != c.want {
			t.Errorf("%q became %q, want %q", c.query, got, c.want)
		}
		if diff := cmp.Diff(c.bound, bound); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.query, diff)
		}
	}
}

// TestViewersShareStatements: a statement that is prepared for one viewer serves
// others like them, as of every index.
func TestViewersShareStatements(t *testing.T) {
	of := func(person, entity domain.ID, asOf int64) string {
		r := Reader{AsOf: &asOf, Viewer: domain.Viewer{Person: person, Holds: []domain.Holding{{Entity: entity, Capacity: domain.EntityAdmin}}}}
		query, _ := r.submissionList(SubmissionFilter{}, SubmissionOrder{}, window{limit: 10})
		list, _ := bind(query, nil)
		told, _ := bind(r.tells("s", "w.told"), nil)
		return list + told
	}
	if a, b := of("per_1", "ent_1", 7), of("per_2", "ent_2", 8); a != b {
		t.Errorf("one asks\n%s\nand another\n%s", a, b)
	}
}
