package projections

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
)

// TestBind: ids become parameters in their places, whatever they hold.
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

// TestViewersShareStatements: what is prepared for one is for others like them.
func TestViewersShareStatements(t *testing.T) {
	of := func(person, entity domain.ID) string {
		r := Reader{Viewer: domain.Viewer{Person: person, Holds: []domain.Holding{{Entity: entity, Capacity: domain.EntityAdmin}}}}
		query, _ := bind("SELECT "+r.level("s")+" FROM submissions s", nil)
		return query
	}
	if a, b := of("per_1", "ent_1"), of("per_2", "ent_2"); a != b {
		t.Errorf("one asks\n%s\nand another\n%s", a, b)
	}
}
