package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/vocabulary"
)

// Versions of a vocabulary stand side by side for ever, so their rows never
// end; terms have a history.
var vocabularies = Projection{
	Name:    "vocabularies",
	Version: 2,
	Reads:   []string{"vocabulary"},
	Tables:  []Table{{"vocabularies", "id, version"}, history("terms")},
	Schema: `CREATE TABLE vocabularies (
		id               TEXT    NOT NULL,
		version          INTEGER NOT NULL,
		name             TEXT    NOT NULL,
		source_symbol    TEXT    NOT NULL,
		source_paragraph TEXT    NOT NULL,
		published_at     INTEGER NOT NULL, -- milliseconds since 1970
		valid_from       INTEGER NOT NULL,
		valid_to         INTEGER NOT NULL
	) STRICT;
	CREATE INDEX vocabularies_id ON vocabularies (id, version);
	CREATE INDEX vocabularies_name ON vocabularies (name, version);
	CREATE TABLE terms (
		id             TEXT    NOT NULL, -- list/code
		list           TEXT    NOT NULL, -- vocabulary/version
		position       INTEGER NOT NULL,
		code           TEXT    NOT NULL,
		label_language TEXT    NOT NULL,
		label          TEXT    NOT NULL,
		deprecated     INTEGER NOT NULL,
		successor      TEXT    NOT NULL, -- code
		reason         TEXT    NOT NULL,
		maps           TEXT    NOT NULL, -- JSON: [{vocabulary, version, term}]
		valid_from     INTEGER NOT NULL,
		valid_to       INTEGER NOT NULL
	) STRICT;
	CREATE INDEX terms_id ON terms (id, valid_to);
	CREATE INDEX terms_list ON terms (list, valid_to, position);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		switch e := f.Event.(type) {
		case vocabulary.Published:
			return vocabularyPublished(ctx, tx, f, e)
		case vocabulary.TermAdded:
			return termAdded(ctx, tx, f, e)
		case vocabulary.TermDeprecated:
			list, err := tx.listInForce(ctx, f.Aggregate)
			if err != nil {
				return err
			}
			return tx.revise(ctx, "terms", f, termID(list, e.Code), set{"deprecated", true, "successor", e.Successor, "reason", e.Reason})
		case vocabulary.TermMapped:
			return termMapped(ctx, tx, f, e)
		}
		return nil
	},
}

func listOf(id domain.ID, version int) string { return fmt.Sprintf("%s/%d", id, version) }

func termID(list, code string) domain.ID { return domain.ID(list + "/" + code) }

// listInForce names the terms of a vocabulary's latest version.
func (t *Tx) listInForce(ctx context.Context, id domain.ID) (string, error) {
	row, err := t.row(ctx, `SELECT MAX(version) FROM vocabularies WHERE id = ?`, string(id))
	if err != nil {
		return "", err
	}
	var version int
	err = row.Scan(&version)
	return listOf(id, version), err
}

func vocabularyPublished(ctx context.Context, tx *Tx, f Fact, e vocabulary.Published) error {
	for i, t := range e.Terms {
		if err := tx.term(ctx, f, listOf(f.Aggregate, e.Version), i, t); err != nil {
			return err
		}
	}
	return tx.create(ctx, "vocabularies", f, f.Aggregate, set{"version", e.Version, "name", e.Name, "source_symbol", e.Source.Symbol,
		"source_paragraph", e.Source.Paragraph, "published_at", f.at()})
}

func (t *Tx) term(ctx context.Context, f Fact, list string, position int, e vocabulary.Term) error {
	return t.create(ctx, "terms", f, termID(list, e.Code), set{"list", list, "position", position, "code", e.Code, "label_language", e.Label.Language,
		"label", e.Label.Value, "deprecated", false, "successor", "", "reason", "", "maps", "[]"})
}

func termAdded(ctx context.Context, tx *Tx, f Fact, e vocabulary.TermAdded) error {
	list, err := tx.listInForce(ctx, f.Aggregate)
	if err != nil {
		return err
	}
	row, err := tx.row(ctx, `SELECT COUNT(*) FROM terms WHERE list = ? AND valid_to = ?`, list, open)
	if err != nil {
		return err
	}
	var n int
	if err := row.Scan(&n); err != nil {
		return err
	}
	return tx.term(ctx, f, list, n, e.Term)
}

func termMapped(ctx context.Context, tx *Tx, f Fact, e vocabulary.TermMapped) error {
	list, err := tx.listInForce(ctx, f.Aggregate)
	if err != nil {
		return err
	}
	was, err := tx.current(ctx, "terms", "maps", termID(list, e.Code))
	if err != nil {
		return err
	}
	var all []vocabulary.Ref
	if err := json.Unmarshal([]byte(was.(string)), &all); err != nil {
		return err
	}
	return tx.revise(ctx, "terms", f, termID(list, e.Code), set{"maps", asJSON(append(all, e.To))})
}

// A Vocabulary is one version of a list of terms. Vocabularies are public.
type Vocabulary struct {
	ID          domain.ID
	Name        string
	Version     int
	InForce     bool // it is the latest version
	Source      *domain.MandateRef
	PublishedAt time.Time
}

// IsNode marks what node finds.
func (Vocabulary) IsNode() {}

// Names that the API's schema has for what is generic here.
type (
	VocabularyConnection = Connection[Vocabulary]
	VocabularyEdge       = Edge[Vocabulary]
)

// List names the version's terms.
func (v Vocabulary) List() string { return listOf(v.ID, v.Version) }

// A VocabularyTerm is an entry of one version.
type VocabularyTerm struct {
	Code       string
	Label      *LocalizedText
	Deprecated bool
	Successor  *string // code
	Reason     *string // why it is out of use
	Mappings   []*vocabulary.Ref
}

// vocabularyColumns goes with the alias v.
func (r Reader) vocabularyColumns() string {
	return `v.id, v.name, v.version, v.version = (SELECT MAX(l.version) FROM vocabularies l WHERE l.id = v.id AND ` + r.valid("l") + `) AS in_force,
		v.source_symbol, v.source_paragraph, v.published_at`
}

func scanVocabulary(rows *sql.Rows, more ...any) (*Vocabulary, error) {
	v := Vocabulary{Source: &domain.MandateRef{}}
	var at int64
	err := rows.Scan(append([]any{&v.ID, &v.Name, &v.Version, &v.InForce, &v.Source.Symbol, &v.Source.Paragraph, &at}, more...)...)
	v.PublishedAt = fromMillis(at)
	return &v, err
}

// Vocabulary returns the version in force of one vocabulary.
func (r Reader) Vocabulary(ctx context.Context, id domain.ID) (*Vocabulary, error) {
	return r.vocabulary(ctx, "v.id = ?", string(id), nil)
}

// VocabularyByName returns a version of the vocabulary with a name, or the one
// in force when version is nil.
func (r Reader) VocabularyByName(ctx context.Context, name string, version *int) (*Vocabulary, error) {
	return r.vocabulary(ctx, "v.name = ?", name, version)
}

func (r Reader) vocabulary(ctx context.Context, where string, arg any, version *int) (*Vocabulary, error) {
	db, err := r.Engine.reading("vocabularies")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "vocabularies", `SELECT `+r.vocabularyColumns()+` FROM vocabularies v WHERE `+where+` AND (? IS NULL OR v.version = ?) AND `+r.valid("v")+`
		ORDER BY v.version DESC LIMIT 1`, []any{arg, version, version}, plainly(scanVocabulary))
	if err != nil || len(all) == 0 {
		return nil, orUnknown(err, vocabulary.Decider.Unknown())
	}
	return all[0], nil
}

// VocabularyList lists the versions in force, by name.
func (r Reader) VocabularyList(ctx context.Context, p Page) (*Connection[Vocabulary], error) {
	db, err := r.Engine.reading("vocabularies")
	if err != nil {
		return nil, err
	}
	return listing(ctx, db, "vocabularies", p, false, `SELECT * FROM (SELECT `+r.vocabularyColumns()+`, v.name AS k FROM vocabularies v WHERE `+r.valid("v")+`) WHERE in_force`, nil,
		scanVocabulary, func(v *Vocabulary) string { return string(v.ID) })
}

// Terms returns the terms of versions, by Vocabulary.List, in their order.
func (r Reader) Terms(ctx context.Context, lists []string) (map[string][]*VocabularyTerm, error) {
	db, err := r.Engine.reading("vocabularies")
	if err != nil {
		return nil, err
	}
	return grouped(ctx, db, "terms", `SELECT t.list, t.code, t.label_language, t.label, t.deprecated, t.successor, t.reason, t.maps FROM terms t
		WHERE t.list IN (SELECT value FROM json_each(?)) AND `+r.valid("t")+` ORDER BY t.list, t.position`, []any{asJSON(lists)}, func(rows *sql.Rows) (list string, _ *VocabularyTerm, err error) {
		var t VocabularyTerm
		var language, label, successor, reason, maps string
		if err = rows.Scan(&list, &t.Code, &language, &label, &t.Deprecated, &successor, &reason, &maps); err != nil {
			return list, nil, err
		}
		t.Label, t.Successor, t.Reason, t.Mappings = newText(language, label), optional(successor), optional(reason), []*vocabulary.Ref{}
		return list, &t, json.Unmarshal([]byte(maps), &t.Mappings)
	})
}
