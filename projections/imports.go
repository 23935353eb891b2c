package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/importing"
)

var imports = Projection{
	Name:    "imports",
	Version: 1,
	Reads:   []string{"import"},
	Tables:  []Table{history("imports")},
	Schema: `CREATE TABLE imports (
		id           TEXT    NOT NULL,
		status       TEXT    NOT NULL, -- BEGUN RETRACTION_PROPOSED RETRACTED
		format       TEXT    NOT NULL,
		source       TEXT    NOT NULL, -- where it comes from, as the items name it
		taken_into   TEXT    NOT NULL, -- the consultation or briefing of its items
		begun_at     INTEGER NOT NULL, -- milliseconds, like all below
		officer      TEXT    NOT NULL, -- the person who proposed to retract it
		proposed_at  INTEGER,
		reason       INTEGER,          -- texts: why it is to be retracted
		retracted_at INTEGER,
		valid_from   INTEGER NOT NULL,
		valid_to     INTEGER NOT NULL
	) STRICT;
	CREATE INDEX imports_id ON imports (id, valid_to);
	CREATE INDEX imports_retracted ON imports (retracted_at, valid_to) WHERE retracted_at IS NOT NULL;`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		revise := func(s set) error { return tx.revise(ctx, "imports", f, f.Aggregate, s) }
		switch e := f.Event.(type) {
		case importing.Begun:
			return tx.create(ctx, "imports", f, f.Aggregate, set{"status", "BEGUN", "format", string(e.Format), "source", e.Source, "taken_into", string(e.Into),
				"begun_at", f.at(), "officer", "", "proposed_at", nil, "reason", nil, "retracted_at", nil})
		case importing.RetractionProposed:
			return withText(ctx, tx, f, e.Reason, revise, set{"status", "RETRACTION_PROPOSED", "officer", string(e.Officer), "proposed_at", e.At.UnixMilli()}, "reason")
		case importing.Retracted:
			return revise(set{"status", "RETRACTED", "retracted_at", f.at()})
		}
		return nil
	},
}

// An Import is what an officer carried into the record from one source.
type Import struct {
	ID          domain.ID
	Status      string
	Format      string
	Source      string
	IntoID      domain.ID // the consultation or briefing
	BegunAt     time.Time
	ProposedAt  *time.Time
	Reason      *LocalizedText
	RetractedAt *time.Time
	Items       int // what it recorded
	OutOfView   int // of those, what was taken from view or marked as recorded in error
}

// IsNode marks what node finds.
func (Import) IsNode() {}

// Names that the API's schema has for what is generic here.
type (
	ImportConnection = Connection[Import]
	ImportEdge       = Edge[Import]
)

// seesImports is importing.Decider's Sees, of every row.
func (r Reader) seesImports() string {
	if r.Viewer.Is(importing.Readers...) {
		return "1"
	}
	return "0"
}

// importRows is the statement that reads imports, up to its own conditions.
func (r Reader) importRows() string {
	items := func(and string) string {
		return `(SELECT COUNT(*) FROM submissions s WHERE s.import = i.id AND s.import <> '' AND ` + r.valid("s") + and + `)`
	}
	said := func(and string) string {
		return `(SELECT COUNT(*) FROM briefing_items b WHERE b.import = i.id AND b.import <> '' AND ` + r.valid("b") + and + `)`
	}
	return `SELECT i.id, i.status, i.format, i.source, i.taken_into, i.begun_at, i.proposed_at, COALESCE(t.language, ''), COALESCE(t.value, ''), i.retracted_at, ` +
		items("") + ` + ` + said("") + `, ` + items(" AND s.hidden") + ` + ` + said(" AND b.retracted") + `, i.begun_at AS k
		FROM imports i LEFT JOIN texts t ON t.id = i.reason WHERE ` + r.valid("i") + ` AND ` + r.seesImports()
}

func scanImport(rows *sql.Rows, more ...any) (*Import, error) {
	var i Import
	var begun int64
	var proposed, retracted sql.NullInt64
	var language, reason string
	err := rows.Scan(append([]any{&i.ID, &i.Status, &i.Format, &i.Source, &i.IntoID, &begun, &proposed, &language, &reason, &retracted, &i.Items, &i.OutOfView}, more...)...)
	i.BegunAt, i.ProposedAt, i.Reason, i.RetractedAt = fromMillis(begun), optionalTime(proposed), newText(language, reason), optionalTime(retracted)
	return &i, err
}

// Import returns one import, if the viewer may read imports.
func (r Reader) Import(ctx context.Context, id domain.ID) (*Import, error) {
	db, err := r.Engine.reading("imports", "submissions", "briefings")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "imports", r.importRows()+` AND i.id = ?`, []any{string(id)}, func(rows *sql.Rows) (*Import, error) {
		var k any
		return scanImport(rows, &k)
	})
	if err != nil || len(all) == 0 {
		return nil, orUnknown(err, importing.Decider.Unknown())
	}
	return all[0], nil
}

// ImportList lists imports, the latest first.
func (r Reader) ImportList(ctx context.Context, p Page) (*Connection[Import], error) {
	db, err := r.Engine.reading("imports", "submissions", "briefings")
	if err != nil {
		return nil, err
	}
	return listing(ctx, db, "imports", p, true, r.importRows(), nil, scanImport, func(i *Import) string { return string(i.ID) })
}
