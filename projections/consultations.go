package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
)

var consultations = Projection{
	Name:    "consultations",
	Version: 3,
	Reads:   []string{"consultation"},
	Tables:  []Table{history("consultations"), {"audiences", "id, valid_from, party"}},
	Schema: `CREATE TABLE consultations (
		id              TEXT    NOT NULL,
		status          TEXT    NOT NULL,
		edition         INTEGER NOT NULL,
		symbol          TEXT    NOT NULL,
		kind            TEXT    NOT NULL,
		title_language  TEXT    NOT NULL,
		title           TEXT    NOT NULL,
		description     INTEGER,          -- texts
		held_on         TEXT    NOT NULL, -- as a partial date has it
		opened          INTEGER,          -- milliseconds since 1970, as all times here
		closes          INTEGER,          -- the deadline as declared
		closes_zone     TEXT    NOT NULL,
		closes_counts   INTEGER NOT NULL, -- the last instant is in time
		ended           INTEGER,          -- when it was closed early or cancelled
		late            TEXT    NOT NULL,
		label           TEXT    NOT NULL,
		max_characters  INTEGER NOT NULL,
		mandates        TEXT    NOT NULL, -- JSON: [{symbol, paragraph}]
		audience        TEXT    NOT NULL, -- JSON: groups
		open_to_all     INTEGER NOT NULL, -- everybody may submit
		questionnaire   TEXT    NOT NULL,
		questionnaire_version INTEGER NOT NULL,
		summary         INTEGER,          -- texts
		report          INTEGER,          -- texts
		reason          TEXT    NOT NULL, -- of the last extension, rescheduling, early closing or cancellation
		planned_at      INTEGER NOT NULL,
		valid_from      INTEGER NOT NULL,
		valid_to        INTEGER NOT NULL
	) STRICT;
	CREATE INDEX consultations_id ON consultations (id, valid_to);
	CREATE INDEX consultations_planned ON consultations (valid_to, planned_at, id);
	-- Who takes part: groups by name, entities and persons by id.
	CREATE TABLE audiences (
		id         TEXT    NOT NULL, -- the consultation
		party      TEXT    NOT NULL,
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX audiences_id ON audiences (id, valid_to);`,
	Apply: applyConsultation,
}

func applyConsultation(ctx context.Context, tx *Tx, f Fact) error {
	revise := func(s set) error { return tx.revise(ctx, "consultations", f, f.Aggregate, s) }
	edit := func(s set) error {
		edition, err := tx.current(ctx, "consultations", "edition", f.Aggregate)
		if err != nil {
			return err
		}
		return revise(append(s, "edition", edition.(int64)+1))
	}
	switch e := f.Event.(type) {
	case consultation.Planned:
		return planned(ctx, tx, f, e)
	case consultation.Rescheduled:
		return edit(append(closes(e.Closes), "held_on", string(e.HeldOn), "reason", e.Reason))
	case consultation.AudienceSet:
		if err := audience(ctx, tx, f, e.Audience); err != nil {
			return err
		}
		return edit(set{"audience", asJSON(e.Audience.Groups), "open_to_all", !e.Audience.Only})
	case consultation.LatePolicyDeclared:
		return edit(set{"late", string(e.Late)})
	case consultation.QuestionnaireAttached:
		return edit(set{"questionnaire", string(e.Questionnaire), "questionnaire_version", e.Version})
	case consultation.Announced:
		return revise(set{"status", "ANNOUNCED"})
	case consultation.Opened:
		return revise(set{"status", "OPEN", "opened", e.At.UnixMilli()})
	case consultation.Extended:
		return edit(append(closes(e.Closes), "status", "EXTENDED", "reason", e.Reason))
	case consultation.Closed:
		s := set{"status", "CLOSED", "reason", e.Reason}
		if e.Early {
			s = append(s, "ended", e.ClosesAt.UnixMilli())
		}
		return revise(s)
	case consultation.FactualSummaryPublished:
		status, err := tx.current(ctx, "consultations", "status", f.Aggregate)
		if err != nil {
			return err
		}
		if status == "CLOSED" { // a correction comes later, and takes nothing back
			status = "ANALYSED"
		}
		return withText(ctx, tx, f, e.Text, edit, set{"status", status}, "summary")
	case consultation.ReportedBack:
		return withText(ctx, tx, f, e.Text, revise, set{"status", "REPORTED_BACK"}, "report")
	case consultation.Archived:
		return revise(set{"status", "ARCHIVED"})
	case consultation.Cancelled:
		return revise(set{"status", "CANCELLED", "ended", e.EndsAt.UnixMilli(), "reason", e.Reason})
	}
	return nil
}

func planned(ctx context.Context, tx *Tx, f Fact, e consultation.Planned) error {
	s := append(closes(e.Closes), "status", "PLANNED", "edition", 1, "symbol", e.Symbol, "kind", string(e.Kind),
		"title_language", e.Title.Language, "title", e.Title.Value, "held_on", string(e.HeldOn), "late", string(e.Late),
		"label", string(e.Label), "max_characters", e.MaxCharacters, "mandates", asJSON(append([]domain.MandateRef{}, e.Mandates...)),
		"audience", "[]", "open_to_all", 1, "questionnaire", "", "questionnaire_version", 0, "reason", "", "planned_at", f.at())
	create := func(s set) error { return tx.create(ctx, "consultations", f, f.Aggregate, s) }
	return withText(ctx, tx, f, e.Description, create, s, "description")
}

// withText stores a text that may be empty and writes a row that points to it.
func withText(ctx context.Context, tx *Tx, f Fact, t domain.Text, write func(set) error, s set, column string) error {
	if t.Value == "" {
		return write(s)
	}
	id, err := tx.text(ctx, f, 0, t.Language, t.Value)
	if err != nil {
		return err
	}
	return write(append(s, column, id))
}

func closes(d domain.Deadline) set {
	var at any
	if !d.At.IsZero() {
		at = d.At.UnixMilli()
	}
	return set{"closes", at, "closes_zone", d.Zone, "closes_counts", d.Inclusive}
}

func audience(ctx context.Context, tx *Tx, f Fact, a consultation.Audience) error {
	if err := tx.end(ctx, "audiences", f, f.Aggregate); err != nil {
		return err
	}
	for _, g := range a.Groups {
		if err := tx.create(ctx, "audiences", f, f.Aggregate, set{"party", string(g)}); err != nil {
			return err
		}
	}
	for _, id := range a.Named {
		if err := tx.create(ctx, "audiences", f, f.Aggregate, set{"party", string(id)}); err != nil {
			return err
		}
	}
	return nil
}

// A Consultation is a call for input. Consultations are public from their
// planning on.
type Consultation struct {
	ID                   domain.ID
	Version              int64
	Symbol               *string
	Kind                 consultation.Kind
	Status               string
	Title                *LocalizedText
	Description          *LocalizedText
	HeldOn               *domain.PartialDate
	OpenedAt             *time.Time
	Closes               *domain.Deadline
	EndedAt              *time.Time // when it was closed early, or cancelled
	LatePolicy           consultation.LatePolicy
	Label                domain.Label
	MaxCharacters        *int
	Mandates             []*domain.MandateRef
	Audience             []consultation.Group
	OpenToAll            bool // everybody may submit
	QuestionnaireID      domain.ID
	QuestionnaireVersion *int64
	FactualSummary       *LocalizedText
	Report               *LocalizedText // what was reported back
	Reason               *string        // of the last extension, rescheduling, early closing or cancellation
}

const consultationColumns = `c.id, c.edition, c.symbol, c.kind, c.status, c.title_language, c.title, c.held_on, c.opened, c.closes, c.closes_zone, c.closes_counts,
	c.ended, c.late, c.label, c.max_characters, c.mandates, c.audience, c.open_to_all, c.questionnaire, c.questionnaire_version, c.reason,
	COALESCE(d.language, ''), COALESCE(d.value, ''), COALESCE(s.language, ''), COALESCE(s.value, ''), COALESCE(b.language, ''), COALESCE(b.value, '')`

const consultationTables = ` FROM consultations c LEFT JOIN texts d ON d.id = c.description LEFT JOIN texts s ON s.id = c.summary LEFT JOIN texts b ON b.id = c.report `

func scanConsultation(rows *sql.Rows, more ...any) (*Consultation, error) {
	var c Consultation
	var opened, closes, ended sql.NullInt64
	var symbol, titleLang, title, heldOn, zone, mandates, audience, reason string
	var dl, dv, sl, sv, bl, bv string
	var counts bool
	var max int
	var version int64
	err := rows.Scan(append([]any{&c.ID, &c.Version, &symbol, &c.Kind, &c.Status, &titleLang, &title, &heldOn, &opened, &closes, &zone, &counts,
		&ended, &c.LatePolicy, &c.Label, &max, &mandates, &audience, &c.OpenToAll, &c.QuestionnaireID, &version, &reason, &dl, &dv, &sl, &sv, &bl, &bv}, more...)...)
	if err != nil {
		return nil, err
	}
	c.Symbol, c.Title, c.HeldOn, c.Reason = optional(symbol), newText(titleLang, title), optional(domain.PartialDate(heldOn)), optional(reason)
	c.Description, c.FactualSummary, c.Report = newText(dl, dv), newText(sl, sv), newText(bl, bv)
	c.OpenedAt, c.EndedAt = optionalTime(opened), optionalTime(ended)
	if closes.Valid {
		c.Closes = &domain.Deadline{At: fromMillis(closes.Int64), Zone: zone, Inclusive: counts}
	}
	if max > 0 {
		c.MaxCharacters = &max
	}
	if c.QuestionnaireID != "" {
		c.QuestionnaireVersion = &version
	}
	c.Mandates, c.Audience = []*domain.MandateRef{}, []consultation.Group{}
	if err := json.Unmarshal([]byte(mandates), &c.Mandates); err != nil {
		return nil, err
	}
	return &c, json.Unmarshal([]byte(audience), &c.Audience)
}

// Consultations returns the consultations with these ids, by id.
func (r Reader) Consultations(ctx context.Context, ids []domain.ID) (map[domain.ID]*Consultation, error) {
	db, err := r.Engine.reading("consultations")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "consultations", `SELECT `+consultationColumns+consultationTables+`
		WHERE c.id IN (SELECT value FROM json_each(?)) AND `+r.valid("c"), []any{asJSON(ids)}, func(rows *sql.Rows) (*Consultation, error) { return scanConsultation(rows) })
	return byID(all, func(c *Consultation) domain.ID { return c.ID }), err
}

// Consultation returns one consultation.
func (r Reader) Consultation(ctx context.Context, id domain.ID) (*Consultation, error) {
	all, err := r.Consultations(ctx, []domain.ID{id})
	if err == nil && all[id] == nil {
		err = consultation.Decider.Unknown()
	}
	return all[id], err
}

// ConsultationBySymbol returns the consultation with a symbol.
func (r Reader) ConsultationBySymbol(ctx context.Context, symbol string) (*Consultation, error) {
	db, err := r.Engine.reading("consultations")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "consultations", `SELECT `+consultationColumns+consultationTables+` WHERE c.symbol = ? AND c.symbol <> '' AND `+r.valid("c"),
		[]any{symbol}, func(rows *sql.Rows) (*Consultation, error) { return scanConsultation(rows) })
	if err != nil || len(all) == 0 {
		return nil, orUnknown(err, consultation.Decider.Unknown())
	}
	return all[0], nil
}

// orUnknown is err, or unknown if there was no fault but nothing was found.
func orUnknown(err error, unknown *domain.Error) error {
	if err != nil {
		return err
	}
	return unknown
}

// A ConsultationFilter narrows a list of consultations; what is nil does not.
type ConsultationFilter struct {
	OpenNow *bool
	Status  *string
	Kind    *consultation.Kind
}

// ConsultationList lists consultations, the ones planned last first.
func (r Reader) ConsultationList(ctx context.Context, f ConsultationFilter, p Page) (*Connection[Consultation], error) {
	db, err := r.Engine.reading("consultations")
	if err != nil {
		return nil, err
	}
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	now := r.Now.UnixMilli()
	tail, args := w.order(true)
	all := []any{f.OpenNow, f.OpenNow, now, now, now, now, f.Status, f.Status, f.Kind, f.Kind}
	rows, err := collect(ctx, db, "consultations", `SELECT * FROM (SELECT `+consultationColumns+`, c.planned_at AS k`+consultationTables+` WHERE `+r.valid("c")+`
		AND (? IS NULL OR ? = (c.opened IS NOT NULL AND c.opened <= ? AND (c.ended IS NULL OR c.ended > ?)
			AND (c.closes IS NULL OR c.closes > ? OR c.closes_counts AND c.closes = ?)))
		AND (? IS NULL OR c.status = ?) AND (? IS NULL OR c.kind = ?))`+tail, append(all, args...), func(rows *sql.Rows) (item[Consultation], error) {
		var k int64
		c, err := scanConsultation(rows, &k)
		if err != nil {
			return item[Consultation]{}, err
		}
		return item[Consultation]{c, key{k, c.ID}}, nil
	})
	return connection(w, rows), err
}
