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
// again when their words enter the index.
//
// There is an entry for each state in which the public read an item, valid as
// long as that was so, and its words are in the index for as long as the public
// may read the item: an item that stops being public leaves it with the fact
// that says so, whatever it said before too.
//
// Words come ready cut from package words, and have neither spaces nor ASCII
// punctuation in them, so that the ascii tokenizer takes them as they are.
var searchIndex = Projection{
	Name:    "search",
	Version: 3,
	Reads:   []string{"consultation", "submission"},
	Tables:  []Table{{"documents", "id"}, {"entries", "entry"}, {"words_vocabulary", "term, doc, offset"}, {"endings_vocabulary", "term, doc"}},
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
		parts     TEXT    NOT NULL  -- JSON: which record says each part of each edition
	) STRICT;
	CREATE TABLE entries (
		entry      INTEGER PRIMARY KEY, -- rowid of its words
		id         TEXT    NOT NULL,
		kind       TEXT    NOT NULL,
		edition    INTEGER NOT NULL,
		parts      TEXT    NOT NULL, -- JSON: which record says each part
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX entries_id ON entries (id, valid_from);
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
	edition, shown int64                      // the current one, and the one that is read
	parts          map[int64]map[string]where // by edition
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
	was, shown := d.public(), d.shown
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
	if t.drops > 0 {
		delete(d.parts, t.drops)
		if err := x.drop(t.of, t.drops); err != nil {
			return err
		}
	}
	said := d.shown != shown || t.part != "" && d.edition == d.shown
	if err := x.enter(t.of, d, was, said, entry); err != nil {
		return err
	}
	a := d.access
	_, err = x.tx.Exec(x.ctx, `INSERT INTO documents (id, kind, date, listed, label, published, hidden, withdrawn, edition, shown, parts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET date = excluded.date, listed = excluded.listed, label = excluded.label, published = excluded.published, hidden = excluded.hidden,
		withdrawn = excluded.withdrawn, edition = excluded.edition, shown = excluded.shown, parts = excluded.parts`,
		string(t.of), string(x.of.kind), d.date, listedAt(d.date, a.Label), string(a.Label), a.Published, a.Hidden, a.Withdrawn, d.edition, d.shown, asJSON(d.parts))
	return err
}

// enter keeps the entries of a document: it ends the one that stands and begins
// another where the words or their readers change, and has the words of all in
// the index while the public may read the item.
func (x *indexing) enter(id domain.ID, d document, was, said bool, entry int64) error {
	is, parts := d.public(), d.parts[d.shown]
	if was && (!is || said) {
		if _, err := x.tx.Exec(x.ctx, `UPDATE entries SET valid_to = ? WHERE id = ? AND valid_to = ?`, x.f.Index, string(id), open); err != nil {
			return err
		}
	}
	if was != is {
		if err := x.turnAll(id, is); err != nil {
			return err
		}
	}
	if !is || was && !said || len(parts) == 0 {
		return nil
	}
	if _, err := x.tx.Exec(x.ctx, `INSERT INTO entries (entry, id, kind, edition, parts, valid_from, valid_to) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		entry, string(id), string(x.of.kind), d.shown, asJSON(parts), x.f.Index, open); err != nil {
		return err
	}
	return x.add(id, entry, parts)
}

// drop takes out the entries of an edition that nobody reads any more, as of any
// date.
func (x *indexing) drop(id domain.ID, edition int64) error {
	rows, err := x.tx.rows(x.ctx, `SELECT entry FROM entries WHERE id = ? AND edition = ?`, string(id), edition)
	if err != nil {
		return err
	}
	defer rows.Close()
	var all []int64
	for rows.Next() {
		var entry int64
		if err := rows.Scan(&entry); err != nil {
			return err
		}
		all = append(all, entry)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, entry := range all {
		if err := x.remove(entry); err != nil {
			return err
		}
	}
	_, err = x.tx.Exec(x.ctx, `DELETE FROM entries WHERE id = ? AND edition = ?`, string(id), edition)
	return err
}

// turnAll puts the words of all entries of a document into the index, or takes
// them out.
func (x *indexing) turnAll(id domain.ID, in bool) error {
	rows, err := x.tx.rows(x.ctx, `SELECT entry, parts FROM entries WHERE id = ? ORDER BY valid_from`, string(id))
	if err != nil {
		return err
	}
	defer rows.Close()
	all := map[int64]string{}
	for rows.Next() {
		var entry int64
		var parts string
		if err := rows.Scan(&entry, &parts); err != nil {
			return err
		}
		all[entry] = parts
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, entry := range slices.Sorted(maps.Keys(all)) {
		if !in {
			if err := x.remove(entry); err != nil {
				return err
			}
			continue
		}
		var parts map[string]where
		if err := json.Unmarshal([]byte(all[entry]), &parts); err != nil {
			return err
		}
		if err := x.add(id, entry, parts); err != nil {
			return err
		}
	}
	return nil
}

// document returns what is known of id; an empty one if it is new.
func (x *indexing) document(id domain.ID) (document, error) {
	d := document{parts: map[int64]map[string]where{}}
	row, err := x.tx.row(x.ctx, `SELECT date, label, published, hidden, withdrawn, edition, shown, parts FROM documents WHERE id = ?`, string(id))
	if err != nil {
		return d, err
	}
	var parts string
	a := &d.access
	err = row.Scan(&d.date, &a.Label, &a.Published, &a.Hidden, &a.Withdrawn, &d.edition, &d.shown, &parts)
	if errors.Is(err, sql.ErrNoRows) {
		return d, nil
	}
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal([]byte(parts), &d.parts)
}

// add writes the words of all parts of an entry.
func (x *indexing) add(id domain.ID, entry int64, parts map[string]where) error {
	var said, endings strings.Builder
	known := map[string]bool{}
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
	if _, err := x.tx.Exec(x.ctx, `INSERT INTO words (rowid, said) VALUES (?, ?)`, entry, said.String()); err != nil {
		return err
	}
	_, err := x.tx.Exec(x.ctx, `INSERT INTO endings (rowid, said) VALUES (?, ?)`, entry, endings.String())
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
