package projections

import (
	"encoding/base64"
	"encoding/json"
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

const maxPage = 100 // items of one page

// A Page says which part of a list is wanted: the first so many after a
// cursor, or the last so many before one.
type Page struct {
	First, Last   *int
	After, Before *string
}

// PageInfo is Relay's.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// An Edge is Relay's.
type Edge[T any] struct {
	Cursor string
	Node   *T
}

// A Connection is Relay's: a page of a list.
type Connection[T any] struct {
	Edges    []*Edge[T]
	Nodes    []*T
	PageInfo *PageInfo
}

// window is a Page made ready for SQL.
type window struct {
	limit    int
	backward bool
	cursor   key // where it begins, or nil
}

// key is where an item stands in its list: the value it is sorted by, and its
// id, which settles ties.
type key []any

func (p Page) window() (window, error) {
	switch {
	case p.First != nil && p.Last != nil, p.First == nil && p.Last == nil:
		return window{}, domain.Refuse(domain.Invalid, "page.size", "Ask for the first so many or the last so many: one of the two.").At("first")
	case p.First != nil && (*p.First < 1 || *p.First > maxPage), p.Last != nil && (*p.Last < 1 || *p.Last > maxPage):
		return window{}, domain.Refuse(domain.Invalid, "page.size", "A page has 1 to %d items.", maxPage).At("first")
	case p.First != nil && p.Before != nil, p.Last != nil && p.After != nil:
		return window{}, domain.Refuse(domain.Invalid, "page.cursor", "Page forward with first and after, backward with last and before.").At("after")
	}
	w := window{backward: p.Last != nil}
	from := p.After
	if w.backward {
		w.limit, from = *p.Last, p.Before
	} else {
		w.limit = *p.First
	}
	if from == nil {
		return w, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(*from)
	if err != nil || json.Unmarshal(b, &w.cursor) != nil || len(w.cursor) != 2 || !plain(w.cursor[0]) || !isText(w.cursor[1]) {
		return w, domain.Refuse(domain.Invalid, "page.cursor", "This is not a cursor of this list.").At("after")
	}
	return w, nil
}

func plain(v any) bool {
	_, number := v.(float64)
	return number || isText(v)
}

func isText(v any) bool {
	_, ok := v.(string)
	return ok
}

func (k key) encode() string { return base64.RawURLEncoding.EncodeToString([]byte(asJSON(k))) }

// order returns the end of a statement over rows with a column k to sort by
// and a column id: the condition that they lie beyond the cursor, the order and
// the limit, which asks for one row more than the page has. SQLite prepares a
// statement again whenever a parameter that is its limit is bound, but not an
// expression.
func (w window) order(descending bool) (string, []any) {
	cmp, dir := ">", "ASC"
	if descending != w.backward {
		cmp, dir = "<", "DESC"
	}
	var where string
	var args []any
	if w.cursor != nil {
		where = " WHERE (k, id) " + cmp + " (?, ?)"
		args = append(args, w.cursor[0], w.cursor[1])
	}
	return where + " ORDER BY k " + dir + ", id " + dir + " LIMIT CAST(? AS INTEGER)", append(args, w.limit+1)
}

// item is a row with its place in the list.
type item[T any] struct {
	node *T
	key  key
}

// connection builds the page from what order's statement gave.
func connection[T any](w window, rows []item[T]) *Connection[T] {
	more := len(rows) > w.limit
	if more {
		rows = rows[:w.limit]
	}
	if w.backward {
		slices.Reverse(rows)
	}
	c := &Connection[T]{Edges: []*Edge[T]{}, Nodes: []*T{}, PageInfo: &PageInfo{}}
	for _, r := range rows {
		c.Edges = append(c.Edges, &Edge[T]{Cursor: r.key.encode(), Node: r.node})
		c.Nodes = append(c.Nodes, r.node)
	}
	if n := len(c.Edges); n > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &c.Edges[0].Cursor, &c.Edges[n-1].Cursor
	}
	c.PageInfo.HasNextPage = !w.backward && more || w.backward && w.cursor != nil
	c.PageInfo.HasPreviousPage = w.backward && more || !w.backward && w.cursor != nil
	return c
}
