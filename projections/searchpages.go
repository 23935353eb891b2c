package projections

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/internal/words"
)

const searchWait = 2 * time.Second // for the index to come as far as the other read models

// indexed reads from the shared index what comes beyond the cursor: a page of
// what may still be read, and one more.
func (r Reader) indexed(ctx context.Context, q words.Query, kinds []SearchKind, w window) ([]hit, error) {
	db, err := r.index(ctx)
	if err != nil {
		return nil, err
	}
	var hits []hit
	for {
		some, err := r.indexPage(ctx, db, q, kinds, w)
		if err != nil {
			return nil, err
		}
		if err := r.load(ctx, some); err != nil {
			return nil, err
		}
		for _, h := range some {
			if h.found.item != nil {
				hits = append(hits, h)
			}
		}
		if len(some) <= w.limit || len(hits) > w.limit {
			return hits, nil
		}
		last := some[len(some)-1]
		w.cursor = key{last.rank, string(last.id)}
	}
}

// index returns the search's file once it has seen what the other read models
// have. It fails with Stale or Unavailable if that takes too long.
func (r Reader) index(ctx context.Context) (*statements, error) {
	if db, err := r.Searching.reading(searchIndex.Name); err != nil {
		return db, err
	}
	ctx, cancel := context.WithTimeout(ctx, searchWait)
	defer cancel()
	if err := r.Searching.AwaitIndex(ctx, r.Engine.Index()); err != nil {
		return nil, err
	}
	return r.Searching.reading(searchIndex.Name)
}

func (r Reader) indexPage(ctx context.Context, db *statements, q words.Query, kinds []SearchKind, w window) ([]hit, error) {
	from, args := matchingEntries(q)
	tail, more := w.order(true)
	return collect(ctx, db, "search", fmt.Sprintf(`SELECT kind, id, k FROM (SELECT e.kind, e.id, m.matches * %d + d.listed AS k
		FROM (%s) m CROSS JOIN entries e ON e.entry = m.entry AND %s JOIN documents d ON d.id = e.id WHERE e.kind IN (SELECT value FROM json_each(?)))`, int64(1)<<dateBits, from, r.entry("e"))+tail,
		append(append(args, asJSON(kinds)), more...), func(rows *sql.Rows) (h hit, err error) {
			return h, rows.Scan(&h.kind, &h.id, &h.rank)
		})
}

// entry is the condition that an entry is of what the reader reads. The index is
// looked up by its words, so that this decides among what was found.
func (r Reader) entry(alias string) string {
	if r.AsOf == nil {
		return fmt.Sprintf("+%s.valid_to = %d", alias, int64(open))
	}
	return r.valid(alias)
}

// matchingEntries is a statement for the entries that hold terms of q, each
// with how many.
func matchingEntries(q words.Query) (string, []any) {
	var each []string
	var args []any
	if len(q) == 1 && !q[0].Part { // nothing is found twice
		return "SELECT rowid AS entry, 1 AS matches FROM words WHERE words MATCH ?", []any{phrase(q[0])}
	}
	for i, t := range q {
		expression := `"` + strings.Join(t.Words, " ") + `"`
		each, args = append(each, fmt.Sprintf("SELECT rowid AS entry, %d AS term FROM words WHERE words MATCH ?", i)), append(args, phrase(t))
		if t.Part {
			each, args = append(each, fmt.Sprintf("SELECT rowid, %d FROM endings WHERE endings MATCH ?", i)), append(args, expression+" *")
		}
	}
	return "SELECT entry, COUNT(*) AS matches FROM (" + strings.Join(each, " UNION ") + ") GROUP BY entry", args
}

// phrase is a term as a full-text query.
func phrase(t words.Term) string {
	text := `"` + strings.Join(t.Words, " ") + `"`
	if t.Open {
		text += " *"
	}
	return text
}

// holding lists the submissions that the reader may read and that hold all
// terms of q: of those that meet a filter, unless they are in the index.
func (r Reader) holding(ctx context.Context, q words.Query, f SubmissionFilter) ([]domain.ID, error) {
	f.Text = nil
	where, args := r.submissionsWhere(f)
	all, err := r.listSubmissions(ctx, f.Mine, where, args)
	if err != nil {
		return nil, err
	}
	ids := []domain.ID{}
	err = r.matching(ctx, SearchSubmission, q, all, func(l listed, matches int) {
		if matches == len(q) {
			ids = append(ids, l.id)
		}
	})
	if err != nil || f.Mine {
		return ids, err
	}
	db, err := r.index(ctx)
	if err != nil {
		return nil, err
	}
	from, args := matchingEntries(q)
	more, err := collect(ctx, db, "search", `SELECT d.id FROM (`+from+`) m CROSS JOIN entries d ON d.entry = m.entry AND `+r.entry("d")+` WHERE m.matches = ? AND d.kind = ?`,
		append(args, len(q), string(SearchSubmission)), func(rows *sql.Rows) (id domain.ID, err error) { return id, rows.Scan(&id) })
	return append(ids, more...), err
}
