package projections

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Found is what a search finds: something with an id.
type Found interface{ IsNode() }

// A searchRead says how readers get at things of a kind.
type searchRead struct {
	// list names what the reader may read the words of and the public may not:
	// the rest is in the index. Nil where there is no such thing.
	list func(r Reader, ctx context.Context) ([]listed, error)
	// load returns things that the reader may read the words of, by id, with
	// their words.
	load func(r Reader, ctx context.Context, ids []domain.ID) (map[domain.ID]readable, error)
}

// listed is a thing and its date, in milliseconds.
type listed struct {
	id   domain.ID
	date int64
}

// A readable is a thing with the words that the search looks for.
type readable struct {
	item  Found
	parts []TextPart
}

var searchReads = map[SearchKind]searchRead{
	SearchConsultation: {nil, Reader.readConsultations}, // all of them are public
	SearchSubmission: {
		func(r Reader, ctx context.Context) ([]listed, error) {
			return r.listSubmissions(ctx, false, "", nil)
		},
		Reader.readSubmissions,
	},
}

func (r Reader) readConsultations(ctx context.Context, ids []domain.ID) (map[domain.ID]readable, error) {
	all, err := r.Consultations(ctx, ids)
	out := map[domain.ID]readable{}
	for id, c := range all {
		f := readable{item: c}
		for _, t := range []*LocalizedText{c.Title, c.Description, c.FactualSummary, c.Report} {
			if t != nil {
				f.parts = append(f.parts, t.Original)
			}
		}
		if c.Symbol != nil {
			f.parts = append(f.parts, part("", *c.Symbol, domain.Original))
		}
		out[id] = f
	}
	return out, err
}

// listSubmissions lists those that meet further conditions too. What the index
// does not hold is what the public may not read, and editions before their
// release.
func (r Reader) listSubmissions(ctx context.Context, all bool, where string, args []any) ([]listed, error) {
	if !all {
		if r.nobody() {
			return nil, nil
		}
		where += fmt.Sprintf(" AND (%s < %d OR s.released < s.edition AND %s)", Reader{AsOf: r.AsOf}.level("s"), domain.TextOnly, r.inside("s"))
	}
	return r.listing(ctx, "submissions", `SELECT s.id, s.listed_at FROM submissions s`+r.editionJoin()+` WHERE `+r.valid("s")+where+
		fmt.Sprintf(" AND %s >= %d", r.level("s"), domain.TextOnly), args)
}

func (r Reader) listing(ctx context.Context, what, query string, args []any) ([]listed, error) {
	db, err := r.Engine.reading("submissions", "consultations", "entities")
	if err != nil {
		return nil, err
	}
	return collect(ctx, db, what, query, args, func(rows *sql.Rows) (l listed, err error) {
		return l, rows.Scan(&l.id, &l.date)
	})
}

func (r Reader) readSubmissions(ctx context.Context, ids []domain.ID) (map[domain.ID]readable, error) {
	all, err := r.Submissions(ctx, ids)
	if err != nil {
		return nil, err
	}
	db, err := r.Engine.reading("submissions")
	if err != nil {
		return nil, err
	}
	out, editions := map[domain.ID]readable{}, [][2]any{}
	for id, s := range all {
		if s.Shows() {
			out[id] = readable{item: s}
			editions = append(editions, [2]any{id, s.readable})
		}
	}
	_, err = collect(ctx, db, "submissions' words", `WITH wanted AS MATERIALIZED (SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS edition FROM json_each(?))
		SELECT w.id, 0 AS place, 0 AS n, 'ORIGINAL', t.language, t.value FROM wanted w
			JOIN editions e ON e.submission = w.id AND e.edition = w.edition JOIN texts t ON t.id = e.text
		UNION ALL SELECT w.id, 1, a.n, 'ORIGINAL', t.language, t.value FROM wanted w
			JOIN answers a ON a.submission = w.id AND a.edition = w.edition JOIN texts t ON t.id = a.text
		UNION ALL SELECT w.id, 2, 0, l.origin, t.language, t.value FROM wanted w
			JOIN translations l ON l.submission = w.id AND l.edition = w.edition AND `+r.valid("l")+` JOIN texts t ON t.id = l.text
		ORDER BY place, n`, []any{asJSON(editions)}, func(rows *sql.Rows) (none struct{}, err error) {
		var id domain.ID
		var place, n int
		var origin domain.Origin
		var language, value string
		if err := rows.Scan(&id, &place, &n, &origin, &language, &value); err != nil {
			return none, err
		}
		f := out[id]
		f.parts = append(f.parts, part(language, value, origin))
		out[id] = f
		return none, nil
	})
	return out, err
}
