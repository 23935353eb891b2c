package projections

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Cells are what a row of a table says: values by column.
type cells map[string]any

// A fold says which rows a table has of an aggregate at an index, by the state
// that the domain folds from its events up to there.
type fold struct {
	category, table string
	where           string // the rows of the aggregate; has one parameter, its id, and may name the INDEX as of which
	rows            func(id domain.ID, state any) []cells
}

// of makes a fold for a table whose rows of an aggregate have its id in column.
func of[S any](category, table, column string, rows func(domain.ID, S) []cells) fold {
	return within(category, table, "x."+column+" = ?", rows)
}

func within[S any](category, table, where string, rows func(domain.ID, S) []cells) fold {
	return fold{category, table, where, func(id domain.ID, state any) []cells { return rows(id, state.(S)) }}
}

// one makes a fold for a table that has one row of an aggregate.
func one[S any](category, table string, r func(S) cells) fold {
	return of(category, table, "id", func(_ domain.ID, s S) []cells { return []cells{r(s)} })
}

// each makes a row for every item of a list.
func each[T any](list []T, r func(T) cells) []cells {
	var all []cells
	for _, x := range list {
		all = append(all, r(x))
	}
	return all
}

// count makes rows that are numbered from 1 on in a column.
func count[N int | int64](column string, n N) []cells {
	var all []cells
	for i := range int(n) {
		all = append(all, cells{column: i + 1})
	}
	return all
}

// byKey makes a row for every entry of a map.
func byKey[K cmp.Ordered, V any](m map[K]V, r func(K, V) cells) []cells {
	return each(slices.Sorted(maps.Keys(m)), func(k K) cells { return r(k, m[k]) })
}

// stored spells a status as tables do: reportedBack is REPORTED_BACK.
func stored(s domain.Status) string {
	var b strings.Builder
	for _, r := range string(s) {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// moment is a time as tables have it; nil for none.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// spell writes a row so that it can be compared, columns in order.
func (r cells) spell() string {
	var all []string
	for _, c := range slices.Sorted(maps.Keys(r)) {
		v := r[c]
		if b, ok := v.(bool); ok {
			v = 0
			if b {
				v = 1
			}
		}
		all = append(all, fmt.Sprintf("%s=%v", c, v))
	}
	return strings.Join(all, " ")
}

// read returns the rows that a table has of an aggregate, as of a reader's index.
func (f fold) read(t *testing.T, r Reader, id domain.ID, columns []string) []string {
	t.Helper()
	valid, index := r.valid("x"), *cmp.Or(r.AsOf, new(int64(open)))
	if slices.Contains([]string{"editions", "questionnaire_versions", "progress_reports"}, f.table) { // kept for ever
		valid = fmt.Sprintf("x.idx <= %d", index)
	}
	query, args := bind(`SELECT x.`+strings.Join(columns, ", x.")+` FROM `+f.table+` x WHERE `+strings.ReplaceAll(f.where, "INDEX", fmt.Sprint(index))+` AND `+valid, []any{string(id)})
	rows, err := r.Engine.db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", f.table, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		got := cells{}
		for i, c := range columns {
			got[c] = values[i]
		}
		all = append(all, got.spell())
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

// differs compares a table with a state, and says how they differ.
func (f fold) differs(t *testing.T, r Reader, id domain.ID, state any) string {
	t.Helper()
	var want []string
	var columns []string
	if state != nil {
		for _, x := range f.rows(id, state) {
			want, columns = append(want, x.spell()), slices.Sorted(maps.Keys(x))
		}
	}
	if columns == nil {
		columns = []string{strings.Fields(strings.TrimPrefix(f.where, "x."))[0]} // there must be none
	}
	slices.Sort(want)
	if got := f.read(t, r, id, columns); !slices.Equal(got, want) {
		return fmt.Sprintf("the table has\n\t%s\nand the events fold to\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	return ""
}

// What SQL reads of an aggregate must be what its events fold to: after every event,
// right before it, and now. Status, editions, credentials, timeliness and the
// like are never worked out twice with two results.
func checkFolds(t *testing.T, e *Engine, lives []*life) {
	t.Helper()
	wrong := map[string]int{}
	for _, l := range lives {
		for _, f := range allFolds {
			if f.category != l.Name() {
				continue
			}
			say := func(when string, r Reader, state any) {
				if d := f.differs(t, r, l.id, state); d != "" {
					if wrong[f.table]++; wrong[f.table] < 3 {
						t.Errorf("%s of %s, %s: %s", f.table, l.id, when, d)
					}
				}
			}
			for _, x := range l.events {
				say(fmt.Sprintf("as of index %d, its %s", x.index, x.name), Reader{Engine: e, AsOf: new(x.index)}, x.state)
				say(fmt.Sprintf("as of index %d, the one before its %s", x.index-1, x.name), Reader{Engine: e, AsOf: new(x.index - 1)}, l.at(x.index-1))
			}
			say("now", Reader{Engine: e}, l.now())
		}
	}
}

// Every history is compared with what the domain folds.
func TestFoldsAreAll(t *testing.T) {
	covered := map[string]bool{}
	for _, f := range allFolds {
		covered[f.table] = true
	}
	for table := range histories(t, emptyModel(t)) {
		if !covered[table] && notFolded[table] == "" {
			t.Errorf("the history %s is compared with no state: add it to allFolds, or say in notFolded why not", table)
		}
	}
}
