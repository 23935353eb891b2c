package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
)

var entities = Projection{
	Name:    "entities",
	Version: 3,
	Reads:   []string{"entity"},
	Tables:  []Table{history("entities"), {"entity_names", "id, n, valid_from"}},
	Schema: `CREATE TABLE entities (
		id            TEXT    NOT NULL,
		kind          TEXT    NOT NULL,
		status        TEXT    NOT NULL, -- PROPOSED RECOGNISED SUSPENDED DISSOLVED
		was           TEXT    NOT NULL, -- the status to go back to when a suspension is lifted
		edition       INTEGER NOT NULL,
		name_language TEXT    NOT NULL,
		name          TEXT    NOT NULL,
		acronym       TEXT    NOT NULL,
		code          TEXT    NOT NULL, -- ISO 3166-1 alpha-3, of a State
		website       TEXT    NOT NULL,
		description   INTEGER,          -- texts
		categories    TEXT    NOT NULL, -- JSON: [{vocabulary, version, term}]
		proposer      TEXT    NOT NULL, -- the person; empty when the office proposed it
		known         INTEGER NOT NULL, -- it is recognised, or was
		shown_language TEXT   NOT NULL, -- the name that everybody may see: the last that the office recognised
		shown_name    TEXT    NOT NULL,
		shown_acronym TEXT    NOT NULL,
		valid_from    INTEGER NOT NULL,
		valid_to      INTEGER NOT NULL
	) STRICT;
	CREATE INDEX entities_id ON entities (id, valid_to);
	CREATE INDEX entities_name ON entities (valid_to, name, id);
	CREATE INDEX entities_code ON entities (code, valid_to) WHERE code <> '';
	-- What names look like; see looksLike.
	CREATE TABLE entity_names (
		id         TEXT    NOT NULL,
		n          INTEGER NOT NULL,
		looks      TEXT    NOT NULL,
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX entity_names_id ON entity_names (id, valid_to);
	CREATE INDEX entity_names_looks ON entity_names (looks, valid_to);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		switch e := f.Event.(type) {
		case entity.Proposed:
			return proposed(ctx, tx, f, e)
		case entity.Recognised:
			return recognised(ctx, tx, f)
		case entity.Renamed:
			return renamed(ctx, tx, f, e)
		case entity.Classified:
			return classified(ctx, tx, f, e.Category)
		case entity.Suspended:
			return tx.suspend(ctx, f)
		case entity.Reinstated:
			return tx.reinstate(ctx, f)
		case entity.Dissolved:
			return tx.revise(ctx, "entities", f, f.Aggregate, set{"status", "DISSOLVED"})
		}
		return nil
	},
}

func proposed(ctx context.Context, tx *Tx, f Fact, e entity.Proposed) error {
	var description any
	if e.Description.Value != "" {
		id, err := tx.text(ctx, f, 0, e.Description.Language, e.Description.Value)
		if err != nil {
			return err
		}
		description = id
	}
	categories := []entity.Category{}
	if e.Category != nil {
		categories = append(categories, *e.Category)
	}
	if err := named(ctx, tx, f, e.Name.Value, e.Acronym); err != nil {
		return err
	}
	shown := set{"shown_language", "", "shown_name", "", "shown_acronym", ""}
	if e.Proposer == "" {
		shown = shownAs(e.Name, e.Acronym)
	}
	return tx.create(ctx, "entities", f, f.Aggregate, append(shown, set{
		"proposer", string(e.Proposer), "known", 0, "kind", string(e.Kind), "status", "PROPOSED", "was", "", "edition", 1, "name_language", e.Name.Language, "name", e.Name.Value,
		"acronym", e.Acronym, "code", e.Code, "website", e.Website, "description", description, "categories", asJSON(categories),
	}...))
}

func shownAs(name domain.Text, acronym string) set {
	return set{"shown_language", name.Language, "shown_name", name.Value, "shown_acronym", acronym}
}

// recognised shows everybody the name that was recognised.
func recognised(ctx context.Context, tx *Tx, f Fact) error {
	row, err := tx.row(ctx, `SELECT name_language, name, acronym FROM entities WHERE id = ? AND valid_to = ?`, string(f.Aggregate), open)
	if err != nil {
		return err
	}
	var name domain.Text
	var acronym string
	if err := row.Scan(&name.Language, &name.Value, &acronym); err != nil {
		return err
	}
	return tx.revise(ctx, "entities", f, f.Aggregate, append(shownAs(name, acronym), "status", "RECOGNISED", "known", 1))
}

func renamed(ctx context.Context, tx *Tx, f Fact, e entity.Renamed) error {
	row, err := tx.row(ctx, `SELECT edition, kind, proposer = '' OR known FROM entities WHERE id = ? AND valid_to = ?`, string(f.Aggregate), open)
	if err != nil {
		return err
	}
	var edition int64
	var kind entity.Kind
	var public bool
	if err := row.Scan(&edition, &kind, &public); err != nil {
		return err
	}
	if err := named(ctx, tx, f, e.Name.Value, e.Acronym); err != nil {
		return err
	}
	s := set{"name_language", e.Name.Language, "name", e.Name.Value, "acronym", e.Acronym, "edition", edition + 1}
	if e.Unrecognised {
		s = append(s, "status", "PROPOSED")
	}
	if public && (kind == entity.Country || f.By.Capacity == domain.Secretariat) { // other names wait for the office
		s = append(s, shownAs(e.Name, e.Acronym)...)
	}
	return tx.revise(ctx, "entities", f, f.Aggregate, s)
}

func classified(ctx context.Context, tx *Tx, f Fact, c entity.Category) error {
	was, err := tx.current(ctx, "entities", "categories", f.Aggregate)
	if err != nil {
		return err
	}
	var all []entity.Category
	if err := json.Unmarshal([]byte(was.(string)), &all); err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(o entity.Category) bool { return o.Vocabulary == c.Vocabulary })
	return tx.revise(ctx, "entities", f, f.Aggregate, set{"categories", asJSON(append(all, c))})
}

func (t *Tx) suspend(ctx context.Context, f Fact) error {
	was, err := t.current(ctx, "entities", "status", f.Aggregate)
	if err != nil {
		return err
	}
	return t.revise(ctx, "entities", f, f.Aggregate, set{"status", "SUSPENDED", "was", was})
}

func (t *Tx) reinstate(ctx context.Context, f Fact) error {
	was, err := t.current(ctx, "entities", "was", f.Aggregate)
	if err != nil {
		return err
	}
	return t.revise(ctx, "entities", f, f.Aggregate, set{"status", was, "was", ""})
}

// sees is the condition that the viewer may see the entity in alias: the
// domain's rule for entities, in SQL. Whoever was recognised once may be seen
// ever after, so what may be seen as of an index may be seen now.
func (r Reader) seesEntity(alias string) string {
	return fmt.Sprintf("(%[1]s.proposer = '' OR %[1]s.known OR %[2]s)", alias, r.insider(alias))
}

// insider is the condition that the viewer sees what is not recognised of the
// entity in alias.
func (r Reader) insider(alias string) string {
	if r.Viewer.Is(domain.Secretariat, domain.Protection) {
		return "1"
	}
	me := ""
	if r.Viewer.Person != "" {
		me = fmt.Sprintf("%s.proposer = %s OR ", alias, quoted([]domain.ID{r.Viewer.Person}))
	}
	return fmt.Sprintf("(%s%s.id IN (%s))", me, alias, quoted(r.actingIDs()))
}

// shownEntity is a column of the entity in alias that has a name, as the
// viewer may see it.
func (r Reader) shownEntity(alias, column, shown string) string {
	return fmt.Sprintf("CASE WHEN %[1]s THEN %[2]s.%[3]s ELSE %[2]s.%[4]s END", r.insider(alias), alias, column, shown)
}

// An Entity is whom people act for.
type Entity struct {
	ID          domain.ID
	Version     int64
	Kind        entity.Kind
	Status      string
	Name        *LocalizedText
	Acronym     *string
	Code        *string
	Website     *string
	Description *LocalizedText
	Categories  []*EntityCategory
}

// An EntityCategory is a term that an entity stands under.
type EntityCategory struct {
	Vocabulary string
	Version    int
	Term       string
}

func (r Reader) entityColumns() string {
	return `e.id, e.edition, e.kind, e.status, ` + r.shownEntity("e", "name_language", "shown_language") + `, ` + r.shownEntity("e", "name", "shown_name") + `, ` +
		r.shownEntity("e", "acronym", "shown_acronym") + ` AS acronym, e.code, e.website, e.categories,
	COALESCE((SELECT t.language FROM texts t WHERE t.id = e.description), ''), COALESCE((SELECT t.value FROM texts t WHERE t.id = e.description), '')`
}

func scanEntity(rows *sql.Rows, more ...any) (*Entity, error) {
	var e Entity
	var nameLang, name, acronym, code, website, categories, descLang, desc string
	err := rows.Scan(append([]any{&e.ID, &e.Version, &e.Kind, &e.Status, &nameLang, &name, &acronym, &code, &website, &categories, &descLang, &desc}, more...)...)
	if err != nil {
		return nil, err
	}
	e.Name, e.Description = newText(nameLang, name), newText(descLang, desc)
	e.Acronym, e.Code, e.Website = optional(acronym), optional(code), optional(website)
	e.Categories = []*EntityCategory{}
	return &e, json.Unmarshal([]byte(categories), &e.Categories)
}

// Entities returns the entities with these ids, by id.
func (r Reader) Entities(ctx context.Context, ids []domain.ID) (map[domain.ID]*Entity, error) {
	db, err := r.Engine.reading("entities")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "entities", `SELECT `+r.entityColumns()+` FROM entities e
		WHERE e.id IN (SELECT value FROM json_each(?)) AND `+r.valid("e")+` AND `+r.seesEntity("e"), []any{asJSON(ids)}, func(rows *sql.Rows) (*Entity, error) { return scanEntity(rows) })
	return byID(all, func(e *Entity) domain.ID { return e.ID }), err
}

// StateEntities returns the entities that States are acted for as, by the
// States' codes as ids.
func (r Reader) StateEntities(ctx context.Context, codes []domain.ID) (map[domain.ID]*Entity, error) {
	db, err := r.Engine.reading("entities")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "entities", `SELECT `+r.entityColumns()+` FROM entities e
		WHERE e.code <> '' AND e.code IN (SELECT value FROM json_each(?)) AND e.kind = ? AND `+r.valid("e")+` AND `+r.seesEntity("e"),
		[]any{asJSON(codes), string(entity.Country)}, func(rows *sql.Rows) (*Entity, error) { return scanEntity(rows) })
	return byID(all, func(e *Entity) domain.ID { return domain.ID(*e.Code) }), err
}

// Entity returns one entity.
func (r Reader) Entity(ctx context.Context, id domain.ID) (*Entity, error) {
	all, err := r.Entities(ctx, []domain.ID{id})
	if err == nil && all[id] == nil {
		err = entity.Decider.Unknown()
	}
	return all[id], err
}

// An EntityFilter narrows a list of entities; what is nil does not.
type EntityFilter struct {
	Kind   *entity.Kind
	Status *string
	Code   *string // of a State
	Name   *string // part of the name or acronym, in any case
}

// EntityList lists entities by name.
func (r Reader) EntityList(ctx context.Context, f EntityFilter, p Page) (*Connection[Entity], error) {
	db, err := r.Engine.reading("entities")
	if err != nil {
		return nil, err
	}
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	name := r.shownEntity("e", "name", "shown_name")
	tail, args := w.order(false)
	all := []any{f.Kind, f.Kind, f.Status, f.Status, f.Code, f.Code, f.Name, f.Name, f.Name}
	rows, err := collect(ctx, db, "entities", `SELECT * FROM (SELECT `+r.entityColumns()+`, `+name+` AS k FROM entities e WHERE `+r.valid("e")+` AND `+r.seesEntity("e")+`
		AND (? IS NULL OR e.kind = ?) AND (? IS NULL OR e.status = ?) AND (? IS NULL OR e.code = ?)
		AND (? IS NULL OR instr(lower(`+name+`), lower(?)) OR instr(lower(`+r.shownEntity("e", "acronym", "shown_acronym")+`), lower(?))))`+tail, append(all, args...), func(rows *sql.Rows) (item[Entity], error) {
		var k string
		e, err := scanEntity(rows, &k)
		if err != nil {
			return item[Entity]{}, err
		}
		return item[Entity]{e, key{k, e.ID}}, nil
	})
	return connection(w, rows), err
}

func byID[T any](all []*T, id func(*T) domain.ID) map[domain.ID]*T {
	m := make(map[domain.ID]*T, len(all))
	for _, t := range all {
		m[id(t)] = t
	}
	return m
}
