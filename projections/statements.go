package projections

import (
	"context"
	"database/sql"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// keptStatements is how many statements stay prepared, each on every
// connection. What a viewer may see stands in the text of a statement, so
// there is no end of them.
const keptStatements = 64

// statements reads from a file by statements that it keeps prepared: SQLite
// takes longer to prepare the statement of a list than to run it.
type statements struct {
	db *sql.DB

	mu   sync.Mutex // guards kept, and what it holds
	kept *simplelru.LRU[string, *statement]
}

// A statement is closed when it is dropped and nobody is about to run it. Rows
// still being read keep it open by themselves.
type statement struct {
	*sql.Stmt
	users   int
	dropped bool
}

func newStatements(db *sql.DB) *statements {
	kept, err := simplelru.NewLRU(keptStatements, func(_ string, s *statement) {
		s.dropped = true
		s.closeUnused()
	})
	if err != nil {
		panic(err) // only for a size below one
	}
	return &statements{db: db, kept: kept}
}

// QueryContext runs a query, as sql.DB does.
func (s *statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := s.take(ctx, query)
	if err != nil {
		return nil, err
	}
	defer s.give(st)
	return st.QueryContext(ctx, args...)
}

// QueryRowContext runs a query for one row, as sql.DB does.
func (s *statements) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	st, err := s.take(ctx, query)
	if err != nil {
		return s.db.QueryRowContext(ctx, query, args...) // meets the same error and carries it
	}
	defer s.give(st)
	return st.QueryRowContext(ctx, args...)
}

// take returns query prepared, to be given back.
func (s *statements) take(ctx context.Context, query string) (*statement, error) {
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
		st = &statement{Stmt: stmt}
		s.kept.Add(query, st)
	}
	st.users++
	return st, nil
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
