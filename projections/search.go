package projections

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/internal/words"
)

// A SearchHit is something that holds words that were looked for.
type SearchHit struct {
	Kind    SearchKind
	Matches int // how many of the terms it holds
	Date    time.Time
	Item    Found
	Snippet TextPart // the words around the first that was found
}

// Names that the API's schema has for what is generic here.
type (
	SearchConnection = Connection[SearchHit]
	SearchEdge       = Edge[SearchHit]
)

const (
	scanned  = 500 // things whose words are in memory at a time
	dateBits = 42  // of a rank; a date is in milliseconds
)

// A hit is a place in the result: by matches, then date, then id. Rank is the
// first two in one number, exact in a cursor's JSON until the year 2109.
type hit struct {
	kind  SearchKind
	id    domain.ID
	rank  int64
	found readable // once it is loaded
}

func rankOf(matches int, date int64) int64 { return int64(matches)<<dateBits | date }

// Search lists what holds words of a query, of some kinds or of all: what has
// the most of its terms first, then the newest. It finds what the reader may
// read the words of and nothing else: in the shared index what everybody may
// read, now or as of an index, and by a scan what they may read besides.
func (r Reader) Search(ctx context.Context, query string, kinds []SearchKind, p Page) (*Connection[SearchHit], error) {
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	q := words.Parse(query)
	if len(q) == 0 {
		return connection[SearchHit](w, nil), nil
	}
	if len(kinds) == 0 {
		for _, s := range searchables {
			kinds = append(kinds, s.kind)
		}
	}
	// First the scan: what becomes public meanwhile is in both, and what was
	// public before is in an index that has come as far.
	hits, err := r.scan(ctx, q, kinds, w)
	if err != nil {
		return nil, err
	}
	indexed, err := r.indexed(ctx, q, kinds, w)
	if err != nil {
		return nil, err
	}
	return r.page(ctx, q, w, merge(w, hits, indexed))
}

// scan looks through what the index does not hold. It returns the hits beyond
// the cursor, in order.
func (r Reader) scan(ctx context.Context, q words.Query, kinds []SearchKind, w window) ([]hit, error) {
	var hits []hit
	for _, kind := range kinds {
		list := searchReads[kind].list
		if list == nil {
			continue
		}
		all, err := list(r, ctx)
		if err != nil {
			return nil, err
		}
		err = r.matching(ctx, kind, q, all, func(l listed, matches int) {
			hits = append(hits, hit{kind: kind, id: l.id, rank: rankOf(matches, l.date)})
		})
		if err != nil {
			return nil, err
		}
	}
	return beyond(w, hits)
}

// matching calls visit for each thing that holds terms of q.
func (r Reader) matching(ctx context.Context, kind SearchKind, q words.Query, all []listed, visit func(l listed, matches int)) error {
	for some := range slices.Chunk(all, scanned) {
		ids := make([]domain.ID, len(some))
		for i, l := range some {
			ids[i] = l.id
		}
		found, err := searchReads[kind].load(r, ctx, ids)
		if err != nil {
			return err
		}
		for _, l := range some {
			if n := q.Matches(found[l.id].texts()); n > 0 {
				visit(l, n)
			}
		}
	}
	return nil
}

func (f readable) texts() []words.Text {
	all := make([]words.Text, len(f.parts))
	for i, p := range f.parts {
		all[i] = words.NewText(p.Language, p.Value)
	}
	return all
}

// beyond sorts hits and leaves out those up to the cursor.
func beyond(w window, hits []hit) ([]hit, error) {
	slices.SortFunc(hits, w.compare)
	if w.cursor == nil {
		return hits, nil
	}
	at, ok := w.cursor[0].(float64)
	if !ok {
		return nil, domain.Refuse(domain.Invalid, "page.cursor", "This is not a cursor of this list.").At("after")
	}
	from := hit{id: domain.ID(w.cursor[1].(string)), rank: int64(at)}
	return slices.DeleteFunc(hits, func(h hit) bool { return w.compare(h, from) <= 0 }), nil
}

// compare orders hits as the page goes.
func (w window) compare(a, b hit) int {
	c := cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(b.id, a.id))
	if w.backward {
		return -c
	}
	return c
}

// merge joins two results, each item once.
func merge(w window, a, b []hit) []hit {
	seen := map[domain.ID]bool{}
	for _, h := range a {
		seen[h.id] = true
	}
	for _, h := range b {
		if !seen[h.id] {
			a = append(a, h)
		}
	}
	slices.SortFunc(a, w.compare)
	return a
}

// page loads what a page shows.
func (r Reader) page(ctx context.Context, q words.Query, w window, hits []hit) (*Connection[SearchHit], error) {
	if err := r.load(ctx, hits[:min(len(hits), w.limit+1)]); err != nil {
		return nil, err
	}
	var items []item[SearchHit]
	for _, h := range hits[:min(len(hits), w.limit+1)] {
		if h.found.item != nil {
			node := &SearchHit{h.kind, int(h.rank >> dateBits), fromMillis(h.rank & (1<<dateBits - 1)), h.found.item, h.found.snippet(q)}
			items = append(items, item[SearchHit]{node, key{h.rank, h.id}})
		}
	}
	return connection(w, items), nil
}

// load fills hits that are not loaded yet; what the reader may not read stays
// empty.
func (r Reader) load(ctx context.Context, hits []hit) error {
	for kind, read := range searchReads {
		var ids []domain.ID
		for _, h := range hits {
			if h.kind == kind && h.found.item == nil {
				ids = append(ids, h.id)
			}
		}
		if len(ids) == 0 {
			continue
		}
		found, err := read.load(r, ctx, ids)
		if err != nil {
			return err
		}
		for i, h := range hits {
			if f, ok := found[h.id]; ok && h.kind == kind {
				hits[i].found = f
			}
		}
	}
	return nil
}

// snippet is from the part that holds the most terms.
func (f readable) snippet(q words.Query) TextPart {
	texts := f.texts()
	best, most := 0, -1
	for i := range texts {
		if n := q.Matches(texts[i : i+1]); n > most {
			best, most = i, n
		}
	}
	if len(texts) == 0 {
		return part("und", "", domain.Original)
	}
	p := f.parts[best]
	return part(p.Language, q.Excerpt(p.Value, texts[best]), p.Origin)
}
