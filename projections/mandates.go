package projections

import (
	"context"
	"database/sql"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/mandate"
)

var mandates = Projection{
	Name:    "mandates",
	Version: 2,
	Reads:   []string{"mandate"},
	Tables:  []Table{history("mandates"), {"paragraphs", "id, position, valid_from"}},
	Schema: `CREATE TABLE mandates (
		id                  TEXT    NOT NULL,
		status              TEXT    NOT NULL, -- IN_FORCE SUPERSEDED
		symbol              TEXT    NOT NULL,
		title_language      TEXT    NOT NULL,
		title               TEXT    NOT NULL,
		adopted_on          TEXT    NOT NULL, -- as a partial date has it
		successor_symbol    TEXT    NOT NULL,
		successor_paragraph TEXT    NOT NULL,
		superseded_on       TEXT    NOT NULL,
		valid_from          INTEGER NOT NULL,
		valid_to            INTEGER NOT NULL
	) STRICT;
	CREATE INDEX mandates_id ON mandates (id, valid_to);
	CREATE INDEX mandates_symbol ON mandates (symbol, valid_to);
	CREATE TABLE paragraphs (
		id         TEXT    NOT NULL, -- the mandate
		position   INTEGER NOT NULL,
		number     TEXT    NOT NULL,
		text       INTEGER,          -- texts; null when only its number is known
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX paragraphs_id ON paragraphs (id, position);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		switch e := f.Event.(type) {
		case mandate.Registered:
			return mandateRegistered(ctx, tx, f, e)
		case mandate.Superseded:
			return tx.revise(ctx, "mandates", f, f.Aggregate, set{"status", "SUPERSEDED", "successor_symbol", e.By.Symbol,
				"successor_paragraph", e.By.Paragraph, "superseded_on", string(e.OccurredOn)})
		}
		return nil
	},
}

func mandateRegistered(ctx context.Context, tx *Tx, f Fact, e mandate.Registered) error {
	for i, p := range e.Paragraphs {
		var text any
		if p.Text.Value != "" {
			id, err := tx.text(ctx, f, i, p.Text.Language, p.Text.Value)
			if err != nil {
				return err
			}
			text = id
		}
		if err := tx.create(ctx, "paragraphs", f, f.Aggregate, set{"position", i, "number", p.Number, "text", text}); err != nil {
			return err
		}
	}
	return tx.create(ctx, "mandates", f, f.Aggregate, set{"status", "IN_FORCE", "symbol", e.Symbol, "title_language", e.Title.Language, "title", e.Title.Value,
		"adopted_on", string(e.AdoptedOn), "successor_symbol", "", "successor_paragraph", "", "superseded_on", ""})
}

// A Mandate is a document that asks for something. Mandates are public.
type Mandate struct {
	ID           domain.ID
	Symbol       string
	Status       string
	Title        *LocalizedText
	AdoptedOn    *domain.PartialDate
	SupersededBy *domain.MandateRef
	SupersededOn *domain.PartialDate
}

// IsNode marks what node finds.
func (Mandate) IsNode() {}

// Names that the API's schema has for what is generic here.
type (
	MandateConnection = Connection[Mandate]
	MandateEdge       = Edge[Mandate]
)

// A MandateParagraph is one numbered paragraph.
type MandateParagraph struct {
	Number string
	Text   *LocalizedText
}

const mandateColumns = `m.id, m.symbol, m.status, m.title_language, m.title, m.adopted_on, m.successor_symbol, m.successor_paragraph, m.superseded_on`

func scanMandate(rows *sql.Rows, more ...any) (*Mandate, error) {
	var m Mandate
	var language, title, adopted, since string
	var by domain.MandateRef
	err := rows.Scan(append([]any{&m.ID, &m.Symbol, &m.Status, &language, &title, &adopted, &by.Symbol, &by.Paragraph, &since}, more...)...)
	m.Title, m.AdoptedOn, m.SupersededOn = newText(language, title), optional(domain.PartialDate(adopted)), optional(domain.PartialDate(since))
	if by.Symbol != "" {
		m.SupersededBy = &by
	}
	return &m, err
}

// Mandate returns one mandate.
func (r Reader) Mandate(ctx context.Context, id domain.ID) (*Mandate, error) {
	return r.mandate(ctx, "m.id = ?", string(id))
}

// MandateBySymbol returns the mandate with a symbol.
func (r Reader) MandateBySymbol(ctx context.Context, symbol string) (*Mandate, error) {
	return r.mandate(ctx, "m.symbol = ?", symbol)
}

func (r Reader) mandate(ctx context.Context, where string, arg any) (*Mandate, error) {
	db, err := r.Engine.reading("mandates")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "mandates", `SELECT `+mandateColumns+` FROM mandates m WHERE `+where+` AND `+r.valid("m"), []any{arg}, plainly(scanMandate))
	if err != nil || len(all) == 0 {
		return nil, orUnknown(err, mandate.Decider.Unknown())
	}
	return all[0], nil
}

// MandateList lists mandates by symbol.
func (r Reader) MandateList(ctx context.Context, p Page) (*Connection[Mandate], error) {
	db, err := r.Engine.reading("mandates")
	if err != nil {
		return nil, err
	}
	return listing(ctx, db, "mandates", p, false, `SELECT `+mandateColumns+`, m.symbol AS k FROM mandates m WHERE `+r.valid("m"), nil,
		scanMandate, func(m *Mandate) string { return string(m.ID) })
}

// Paragraphs returns the paragraphs of mandates, in their order.
func (r Reader) Paragraphs(ctx context.Context, ids []domain.ID) (map[domain.ID][]*MandateParagraph, error) {
	db, err := r.Engine.reading("mandates")
	if err != nil {
		return nil, err
	}
	return grouped(ctx, db, "paragraphs", `SELECT p.id, p.number, COALESCE(t.language, ''), COALESCE(t.value, '') FROM paragraphs p LEFT JOIN texts t ON t.id = p.text
		WHERE p.id IN (SELECT value FROM json_each(?)) AND `+r.valid("p")+` ORDER BY p.id, p.position`, []any{asJSON(ids)}, func(rows *sql.Rows) (of domain.ID, _ *MandateParagraph, err error) {
		var p MandateParagraph
		var language, text string
		err = rows.Scan(&of, &p.Number, &language, &text)
		p.Text = newText(language, text)
		return of, &p, err
	})
}
