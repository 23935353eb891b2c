package trial

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Statements returns what was asked of the read models while do ran: the text
// of each query, and the kinds and lengths of what it was asked with.
func (tr *Trial) Statements(do func()) []string {
	tr.recorder.mu.Lock()
	tr.recorder.all, tr.recorder.on = nil, true
	tr.recorder.mu.Unlock()
	do()
	tr.recorder.mu.Lock()
	defer tr.recorder.mu.Unlock()
	tr.recorder.on = false
	return slices.Clone(tr.recorder.all)
}

// A recorder is between the read models and their driver.
type recorder struct {
	mu  sync.Mutex // guards on and all
	on  bool
	all []string
}

// open is for projections.Engine.
func (r *recorder) open(dsn string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	defer db.Close() // it has no connection yet
	return sql.OpenDB(connector{db.Driver(), dsn, r}), nil
}

func (r *recorder) note(query string, args []driver.NamedValue) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.on {
		return
	}
	var b strings.Builder
	b.WriteString(query)
	for _, a := range args {
		if text, ok := a.Value.(string); ok {
			fmt.Fprintf(&b, " [text of %d]", len(text))
		} else {
			fmt.Fprintf(&b, " [%T]", a.Value)
		}
	}
	r.all = append(r.all, b.String())
}

type connector struct {
	of  driver.Driver
	dsn string
	r   *recorder
}

func (c connector) Driver() driver.Driver { return c.of }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	inner, err := c.of.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	return conn{inner.(connection), c.r}, nil
}

// connection and prepared are what the driver's own can do.
type (
	connection interface {
		driver.Conn
		driver.ConnBeginTx
		driver.ConnPrepareContext
		driver.ExecerContext
		driver.QueryerContext
		driver.SessionResetter
		driver.Validator
	}
	prepared interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
)

type conn struct {
	connection
	r *recorder
}

func (c conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.r.note(query, args)
	return c.connection.QueryContext(ctx, query, args)
}

func (c conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	inner, err := c.connection.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt{inner.(prepared), query, c.r}, nil
}

type stmt struct {
	prepared
	query string
	r     *recorder
}

func (s stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.r.note(s.query, args)
	return s.prepared.QueryContext(ctx, args)
}
