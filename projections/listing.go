package projections

import (
	"context"
	"database/sql"
)

// listing reads a page: from is a statement whose columns scan takes, followed
// by the key that sorts the list. The statement must name that k, and have an id.
func listing[T any](ctx context.Context, db *statements, what string, p Page, descending bool, from string, args []any, scan func(*sql.Rows, ...any) (*T, error), id func(*T) string) (*Connection[T], error) {
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	tail, more := w.order(descending)
	rows, err := collect(ctx, db, what, `SELECT * FROM (`+from+`)`+tail, append(args, more...), func(rows *sql.Rows) (item[T], error) {
		var k any
		t, err := scan(rows, &k)
		if err != nil {
			return item[T]{}, err
		}
		return item[T]{t, key{k, id(t)}}, nil
	})
	return connection(w, rows), err
}

// plainly makes of a scan that takes more columns one that takes none.
func plainly[T any](scan func(*sql.Rows, ...any) (*T, error)) func(*sql.Rows) (*T, error) {
	return func(rows *sql.Rows) (*T, error) { return scan(rows) }
}

// grouped collects rows under the id that each belongs to.
func grouped[K comparable, T any](ctx context.Context, db *statements, what, query string, args []any, scan func(*sql.Rows) (K, *T, error)) (map[K][]*T, error) {
	type pair struct {
		of K
		t  *T
	}
	all, err := collect(ctx, db, what, query, args, func(rows *sql.Rows) (pair, error) {
		of, t, err := scan(rows)
		return pair{of, t}, err
	})
	m := map[K][]*T{}
	for _, p := range all {
		m[p.of] = append(m[p.of], p.t)
	}
	return m, err
}
