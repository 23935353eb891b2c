package projections

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// keptStatements is how many statements stay prepared, each on every
// connection. What capacities a viewer holds, and for how many, stands in the
// text of a statement, so there is no end of them.
const keptStatements = 64

// statements reads from a file by statements that it keeps prepared: SQLite
// takes longer to prepare the statement of a list than to run it.
//
// Each is checked before it runs against the projections whose tables it names,
// so that a join cannot read what is not to be read.
type statements struct {
	db     *sql.DB
	owners map[string]string                // of each table, its projection
	told   func(projections []string) error // why one cannot be read, or nil
	heavy  *statements                      // by connections of their own, for a Heavy context; nil: by these

	mu   sync.Mutex // guards kept, and what it holds
	kept *simplelru.LRU[string, *statement]
}

// A statement is closed when it is dropped and nobody is about to run it. Rows
// still being read keep it open by themselves.
type statement struct {
	*sql.Stmt
	of      []string // projections
	users   int
	dropped bool
}

func newStatements(db *sql.DB, owners map[string]string, told func([]string) error) *statements {
	kept, err := simplelru.NewLRU(keptStatements, func(_ string, s *statement) {
		s.dropped = true
		s.closeUnused()
	})
	if err != nil {
		panic(err) // only for a size below one
	}
	return &statements{db: db, owners: owners, told: told, kept: kept}
}

// of returns the statements by which a context's queries run.
func (s *statements) of(ctx context.Context) *statements {
	if s.heavy != nil && isHeavy(ctx) {
		return s.heavy
	}
	return s
}

// QueryContext runs a query, as sql.DB does.
func (s *statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s = s.of(ctx)
	query, args = bind(query, args)
	st, err := s.take(ctx, query)
	if err != nil {
		return nil, err
	}
	defer s.give(st)
	return st.QueryContext(ctx, args...)
}

// A row is what a query for one row gives.
type row struct {
	*sql.Row
	err error // why there is none
}

// Scan copies the row's columns, as that of sql.Row does.
func (r row) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.Row.Scan(into...)
}

// QueryRowContext runs a query for one row, as sql.DB does.
func (s *statements) QueryRowContext(ctx context.Context, query string, args ...any) row {
	s = s.of(ctx)
	query, args = bind(query, args)
	st, err := s.take(ctx, query)
	if err != nil {
		return row{err: err}
	}
	defer s.give(st)
	return row{Row: st.QueryRowContext(ctx, args...)}
}

// take returns query prepared and allowed, to be given back.
func (s *statements) take(ctx context.Context, query string) (*statement, error) {
	st, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if err := s.told(st.of); err != nil {
		s.give(st)
		return nil, err
	}
	return st, nil
}

func (s *statements) prepared(ctx context.Context, query string) (*statement, error) {
	if st := s.find(query); st != nil {
		return st, nil
	}
	stmt, err := s.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st, ok := s.kept.Get(query)
	if ok {
		_ = stmt.Close() // another was faster
	} else {
		st = &statement{Stmt: stmt, of: s.reads(query)}
		s.kept.Add(query, st)
	}
	st.users++
	return st, nil
}

// reads lists the projections whose tables a query names. Any word that is the
// name of a table counts: one too many does no harm.
func (s *statements) reads(query string) []string {
	var all []string
	for word := range strings.FieldsFuncSeq(query, func(c rune) bool { return c != '_' && (c < 'a' || c > 'z') }) {
		if p, ok := s.owners[word]; ok && !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

func (s *statements) find(query string) *statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, ok := s.kept.Get(query)
	if !ok {
		return nil
	}
	st.users++
	return st
}

func (s *statements) give(st *statement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st.users--
	st.closeUnused()
}

// closeUnused ignores the error: nothing depends on a statement that is gone.
func (st *statement) closeUnused() {
	if st.dropped && st.users == 0 {
		_ = st.Close()
	}
}
