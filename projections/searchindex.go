package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/internal/words"
)

// SearchProjections lists the projections of the search's own file. Nothing but
// a search waits for it.
func SearchProjections() []Projection { return []Projection{searchIndex} }

// searchIndex holds the words of what the public may read, and of nothing else:
// what others may read besides is searched by a scan. Texts themselves are in
// no table here, not even until they are published; they are read from the log
// again when their words enter the index. An item that stops being public
// leaves it with the fact that says so.
//
// Words come ready cut from package words, and have neither spaces nor ASCII
// punctuation in them, so that the ascii tokenizer takes them as they are.
var searchIndex = Projection{
	Name:    "search",
	Version: 2,
	Reads:   []string{"consultation", "submission"},
	Tables:  []Table{{"documents", "id"}, {"words_vocabulary", "term, doc, offset"}, {"endings_vocabulary", "term, doc"}},
	Schema: `CREATE TABLE documents (
		id        TEXT    NOT NULL PRIMARY KEY,
		kind      TEXT    NOT NULL,
		date      INTEGER NOT NULL, -- milliseconds since 1970
		listed    INTEGER NOT NULL, -- date, or its day where the author may not be told
		label     TEXT    NOT NULL,
		published INTEGER NOT NULL,
		hidden    INTEGER NOT NULL,
		withdrawn INTEGER NOT NULL,
		edition   INTEGER NOT NULL, -- the current one; 0 for what has none
		shown     INTEGER NOT NULL, -- the one that is read
		parts     TEXT    NOT NULL, -- JSON: which record says each part of each edition
		entry     INTEGER           -- rowid of its words; null while the public may not read it
	) STRICT;
	CREATE UNIQUE INDEX documents_entry ON documents (entry);
	CREATE VIRTUAL TABLE words USING fts5 (said, content='', contentless_delete=1, tokenize='ascii');
	CREATE VIRTUAL TABLE endings USING fts5 (said, content='', contentless_delete=1, detail=none, tokenize='ascii');
	CREATE VIRTUAL TABLE words_vocabulary USING fts5vocab (words, instance);
	CREATE VIRTUAL TABLE endings_vocabulary USING fts5vocab (endings, instance);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		n := int64(0)
		for _, s := range searchables {
			for _, t := range s.turns(f) {
				if n++; n == textsPerRecord {
					return fmt.Errorf("more than %d documents in one event", textsPerRecord)
				}
				if err := (&indexing{ctx, tx, f, s}).turn(t, f.Index*textsPerRecord+n); err != nil {
					return fmt.Errorf("%s %s: %w", s.kind, t.of, err)
				}
			}
		}
		return nil
	},
	Bulk: `INSERT INTO words (words, rank) VALUES ('automerge', 0); INSERT INTO endings (endings, rank) VALUES ('automerge', 0);`,
	Ready: `INSERT INTO words (words) VALUES ('optimize'); INSERT INTO endings (endings) VALUES ('optimize');
		INSERT INTO words (words, rank) VALUES ('automerge', 4); INSERT INTO endings (endings, rank) VALUES ('automerge', 4);`,
}

// gap stands between the parts of a document, so that no phrase reaches from
// one into the next: no query holds it.
const gap = " \uE000 "

// A document is what the index knows of a thing.
type document struct {
	date           int64
	access         domain.Access
	edition, shown int64
	parts          map[int64]map[string]where // by edition
	entry          sql.NullInt64
}

// public is the one visibility rule, for a reader who is nobody.
func (d document) public() bool { return d.access.Level(domain.Viewer{}) >= domain.TextOnly }

// indexing applies one fact to documents of one kind.
type indexing struct {
	ctx context.Context
	tx  *Tx
	f   Fact
	of  searchable
}

// turn applies t; entry is where the document's words go, if they do.
func (x *indexing) turn(t turn, entry int64) error {
	d, err := x.document(t.of)
	if err != nil {
		return err
	}
	was := d.shown
	if t.begins {
		d.date = x.f.at()
	}
	if t.access != nil {
		t.access(&d.access)
	}
	if t.next {
		d.edition++
	}
	if t.part != "" {
		if d.parts[d.edition] == nil {
			d.parts[d.edition] = map[string]where{}
		}
		d.parts[d.edition][t.part] = whereIs(x.f)
	}
	if t.shows != nil {
		d.shown = t.shows(d.edition)
	}
	dropped := t.drops > 0 && d.parts[t.drops] != nil
	if dropped {
		delete(d.parts, t.drops)
	}
	said := d.shown != was || dropped && t.drops == d.shown || t.part != "" && d.edition == d.shown
	if d.entry.Valid && (said || !d.public()) {
		if err := x.remove(d.entry.Int64); err != nil {
			return err
		}
		d.entry = sql.NullInt64{}
	}
	if d.public() && !d.entry.Valid {
		d.entry = sql.NullInt64{Int64: entry, Valid: true}
		if err := x.add(t.of, d); err != nil {
			return err
		}
	}
	a := d.access
	_, err = x.tx.Exec(x.ctx, `INSERT INTO documents (id, kind, date, listed, label, published, hidden, withdrawn, edition, shown, parts, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET date = excluded.date, listed = excluded.listed, label = excluded.label, published = excluded.published, hidden = excluded.hidden,
		withdrawn = excluded.withdrawn, edition = excluded.edition, shown = excluded.shown, parts = excluded.parts, entry = excluded.entry`,
		string(t.of), string(x.of.kind), d.date, listedAt(d.date, a.Label), string(a.Label), a.Published, a.Hidden, a.Withdrawn, d.edition, d.shown, asJSON(d.parts), d.entry)
	return err
}

// document returns what is known of id; an empty one if it is new.
func (x *indexing) document(id domain.ID) (document, error) {
	d := document{parts: map[int64]map[string]where{}}
	row, err := x.tx.row(x.ctx, `SELECT date, label, published, hidden, withdrawn, edition, shown, parts, entry FROM documents WHERE id = ?`, string(id))
	if err != nil {
		return d, err
	}
	var parts string
	a := &d.access
	err = row.Scan(&d.date, &a.Label, &a.Published, &a.Hidden, &a.Withdrawn, &d.edition, &d.shown, &parts, &d.entry)
	if errors.Is(err, sql.ErrNoRows) {
		return d, nil
	}
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal([]byte(parts), &d.parts)
}

// add writes the words of the edition that is read.
func (x *indexing) add(id domain.ID, d document) error {
	var said, endings strings.Builder
	known := map[string]bool{}
	parts := d.parts[d.shown]
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		f, err := x.tx.fact(x.ctx, parts[name])
		if err != nil {
			return err
		}
		for _, text := range x.of.words(f.Event, turn{of: id, part: name}) {
			t := words.NewText(text.Language, text.Value)
			for _, w := range t.Words {
				said.WriteString(w.Text)
				said.WriteByte(' ')
			}
			said.WriteString(gap)
			for _, e := range t.Endings() {
				if !known[e] {
					known[e] = true
					endings.WriteString(e)
					endings.WriteByte(' ')
				}
			}
		}
	}
	if _, err := x.tx.Exec(x.ctx, `INSERT INTO words (rowid, said) VALUES (?, ?)`, d.entry.Int64, said.String()); err != nil {
		return err
	}
	_, err := x.tx.Exec(x.ctx, `INSERT INTO endings (rowid, said) VALUES (?, ?)`, d.entry.Int64, endings.String())
	return err
}

// remove takes the words of an entry out.
func (x *indexing) remove(entry int64) error {
	if _, err := x.tx.Exec(x.ctx, `DELETE FROM words WHERE rowid = ?`, entry); err != nil {
		return err
	}
	_, err := x.tx.Exec(x.ctx, `DELETE FROM endings WHERE rowid = ?`, entry)
	return err
}
