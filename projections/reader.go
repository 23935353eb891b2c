package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Reader answers one caller's queries, as of one moment. It is a value: make
// one for each request.
type Reader struct {
	Engine    *Engine
	Searching *Engine // of the search's own file; needed by what searches words
	Viewer    domain.Viewer
	Now       time.Time // for what depends on the time, such as which calls are open
	AsOf      *int64    // the index to answer as of; nil for now

	// Public answers what somebody without a token saw as of AsOf: what has been
	// taken from their sight since is still there, without its text. The viewer
	// is nobody then.
	Public bool
}

// at returns r as of an index. What the viewer may not see now stays unseen.
func (r Reader) at(index int64) Reader {
	r.AsOf = &index
	return r
}

// PublicView returns r as of the same index, for nobody in particular.
func (r Reader) PublicView() Reader {
	r.Viewer, r.Public = domain.Viewer{}, true
	return r
}

// IndexAt returns the last index recorded by t: no record up to it has a later
// time, even where the clock stepped back. It is -1 if there is none.
func (r Reader) IndexAt(ctx context.Context, t time.Time) (int64, error) {
	db, err := r.Engine.reading("moments")
	if err != nil {
		return 0, err
	}
	var index int64
	err = db.QueryRowContext(ctx, `SELECT COALESCE(MAX(idx), -1) FROM moments WHERE latest <= ?`, t.UnixMilli()).Scan(&index)
	return index, wrap("moments", err)
}

// AsOfIndex returns r as of index, which is at most newest.
func (r Reader) AsOfIndex(index, newest int64) (Reader, error) {
	if index < 0 || index > newest {
		return r, domain.Refuse(domain.Invalid, "as_of.index", "There is no index %d: the newest is %d.", index, newest).At("at")
	}
	return r.at(index), nil
}

// valid is the condition that a row of the history with alias is the one that
// counts: the current one, or the one as of the reader's index.
func (r Reader) valid(alias string) string {
	if r.AsOf == nil {
		return fmt.Sprintf("%s.valid_to = %d", alias, int64(open))
	}
	// The plus keeps SQLite from looking for the range in an index, and from
	// sorting what comes: most rows are in it.
	return fmt.Sprintf("%[1]s.valid_from <= %[2]s AND +%[1]s.valid_to > %[2]s", alias, number(*r.AsOf))
}

// asJSON encodes what cannot fail to encode.
func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // a programmer's mistake: rows hold plain values
	}
	return string(b)
}

// wrap names what was being read when err came; it passes nil on.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("read %s: %w", what, err)
}

// collect runs a query and scans each row with scan.
func collect[T any](ctx context.Context, db *statements, what, query string, args []any, scan func(*sql.Rows) (T, error)) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, wrap(what, err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, wrap(what, err)
		}
		all = append(all, t)
	}
	return all, wrap(what, rows.Err())
}

// at returns a moment of a fact as it is stored: milliseconds since 1970.
func (f Fact) at() int64 { return f.At.UnixMilli() }

func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// optionalTime is nil for a column that is null.
func optionalTime(ms sql.NullInt64) *time.Time {
	if !ms.Valid {
		return nil
	}
	t := fromMillis(ms.Int64)
	return &t
}

// optional is nil for an empty text, for columns and fields that may be null.
func optional[T ~string](s T) *T {
	if s == "" {
		return nil
	}
	return &s
}
