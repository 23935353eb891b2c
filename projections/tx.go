package projections

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Tx is the transaction in which one batch of facts is applied. Statements
// are prepared once per connection.
type Tx struct {
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt
	columns map[string][]string // of each history table
	batch   []Fact              // being applied
	past    func(context.Context, where) (Fact, error)
}

func newTx(conn *sql.Conn, past func(context.Context, where) (Fact, error)) *Tx {
	return &Tx{conn: conn, stmts: map[string]*sql.Stmt{}, columns: map[string][]string{}, past: past}
}

// where says where a fact stands, for a projection that needs it again.
type where struct {
	Index   int64  `json:"i"`
	Stream  string `json:"s"`
	Version int64  `json:"v"`
}

func whereIs(f Fact) where { return where{f.Index, f.Stream, f.Version} }

// fact returns a fact that was applied before, or is being applied. It is for
// what may not be kept in a table: facts never change, so reading one again is
// as good as having kept it.
func (t *Tx) fact(ctx context.Context, w where) (Fact, error) {
	if i := w.Index - t.batch[0].Index; i >= 0 && i < int64(len(t.batch)) {
		return t.batch[i], nil
	}
	return t.past(ctx, w)
}

func (t *Tx) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := t.stmts[query]; s != nil {
		return s, nil
	}
	s, err := t.conn.PrepareContext(ctx, query)
	if err == nil {
		t.stmts[query] = s
	}
	return s, err
}

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	s, err := t.stmt(ctx, query)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// row runs a query for one row.
func (t *Tx) row(ctx context.Context, query string, args ...any) (*sql.Row, error) {
	s, err := t.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryRowContext(ctx, args...), nil
}

// rows runs a query. Close them before the next statement.
func (t *Tx) rows(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := t.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// set lists columns and their values in turn: name, value, name, value.
type set []any

// A column is a value of revise: that of another column of the row.
type column string

// create adds the first row of an entity's history.
func (t *Tx) create(ctx context.Context, table string, f Fact, id domain.ID, s set) error {
	names, marks, args := []string{"id"}, []string{"?"}, []any{string(id)}
	for i := 0; i < len(s); i += 2 {
		names, marks, args = append(names, s[i].(string)), append(marks, "?"), append(args, s[i+1])
	}
	_, err := t.Exec(ctx, `INSERT INTO `+table+` (`+strings.Join(names, ", ")+`, valid_from, valid_to) VALUES (`+
		strings.Join(marks, ", ")+`, ?, ?)`, append(args, f.Index, open)...)
	return err
}

// revise closes the current row of an entity's history and adds the next: the
// same, but for what s changes.
func (t *Tx) revise(ctx context.Context, table string, f Fact, id domain.ID, s set) error {
	columns, err := t.columnsOf(ctx, table)
	if err != nil {
		return err
	}
	changed := map[string]any{}
	for i := 0; i < len(s); i += 2 {
		changed[s[i].(string)] = s[i+1]
	}
	from, args := make([]string, len(columns)), []any{}
	for i, c := range columns {
		from[i] = c
		v, ok := changed[c]
		delete(changed, c)
		if other, same := v.(column); same {
			from[i] = string(other)
		} else if ok {
			from[i], args = "?", append(args, v)
		}
	}
	for c := range changed {
		return fmt.Errorf("table %s has no column %s", table, c)
	}
	n, err := t.Exec(ctx, `INSERT INTO `+table+` (`+strings.Join(columns, ", ")+`, valid_from, valid_to) SELECT `+
		strings.Join(from, ", ")+`, ?, valid_to FROM `+table+` WHERE id = ? AND valid_to = ?`, append(args, f.Index, string(id), open)...)
	if err != nil {
		return err
	}
	if n != 1 {
		return fmt.Errorf("table %s: %d current rows of %s, want 1", table, n, id)
	}
	_, err = t.Exec(ctx, `UPDATE `+table+` SET valid_to = ? WHERE id = ? AND valid_to = ? AND valid_from < ?`, f.Index, string(id), open, f.Index)
	return err
}

// end closes the current row of an entity's history without another.
func (t *Tx) end(ctx context.Context, table string, f Fact, id domain.ID) error {
	_, err := t.Exec(ctx, `UPDATE `+table+` SET valid_to = ? WHERE id = ? AND valid_to = ?`, f.Index, string(id), open)
	return err
}

// columnsOf lists a history table's columns but its validity.
func (t *Tx) columnsOf(ctx context.Context, table string) ([]string, error) {
	if c := t.columns[table]; c != nil {
		return c, nil
	}
	rows, err := t.conn.QueryContext(ctx, `SELECT name FROM pragma_table_info(?) WHERE name NOT IN ('valid_from', 'valid_to')`, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		names = append(names, n)
	}
	t.columns[table] = names
	return names, rows.Err()
}

// textsPerRecord bounds how many texts one event may bring.
const textsPerRecord = 1000

// text stores the n-th text of a fact and returns its id, to which histories point.
func (t *Tx) text(ctx context.Context, f Fact, n int, language, value string) (int64, error) {
	if n >= textsPerRecord {
		return 0, fmt.Errorf("more than %d texts in one event", textsPerRecord)
	}
	id := f.Index*textsPerRecord + int64(n)
	_, err := t.Exec(ctx, `INSERT INTO texts (id, language, value) VALUES (?, ?, ?)`, id, language, value)
	return id, err
}

// textSchema holds every text once; the histories of all projections point to it.
const textSchema = `CREATE TABLE texts (
	id       INTEGER PRIMARY KEY, -- index of the record times 1000, and which of its texts
	language TEXT NOT NULL,       -- BCP 47
	value    TEXT NOT NULL
) STRICT;`

// current returns one column of an entity's current row.
func (t *Tx) current(ctx context.Context, table, column string, id domain.ID) (any, error) {
	row, err := t.row(ctx, `SELECT `+column+` FROM `+table+` WHERE id = ? AND valid_to = ?`, string(id), open)
	if err != nil {
		return nil, err
	}
	var v any
	if err := row.Scan(&v); err != nil {
		return nil, fmt.Errorf("current %s of %s in %s: %w", column, id, table, err)
	}
	return v, nil
}
