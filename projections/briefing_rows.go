package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
)

// A Briefing is a briefing to Member States. Briefings are public.
type Briefing struct {
	ID          domain.ID
	Version     int64
	Title       *LocalizedText
	Place       *BriefingPlace
	MovedFrom   *BriefingPlace
	HeldOn      *domain.PartialDate
	Status      string
	StartedOn   *domain.PartialDate
	ConcludedOn *domain.PartialDate
	Reason      *LocalizedText
}

// IsNode marks what node finds.
func (Briefing) IsNode() {}

// IsAggregate marks what has editions.
func (Briefing) IsAggregate() {}

// Names that the API's schema has for what is generic here.
type (
	BriefingConnection            = Connection[Briefing]
	BriefingEdge                  = Edge[Briefing]
	BriefingStatementConnection   = Connection[BriefingStatement]
	BriefingStatementEdge         = Edge[BriefingStatement]
	BriefingParticipantConnection = Connection[BriefingParticipant]
	BriefingParticipantEdge       = Edge[BriefingParticipant]
)

// A BriefingPlace is where and when a briefing is to be.
type BriefingPlace struct {
	City      string
	Date      *domain.PartialDate
	LocalTime *string
}

const briefingColumns = `b.id, b.edition, b.title_language, b.title, b.city, b.date, b.local_time, b.moved_from, b.held_on, b.status, b.started, b.concluded,
	COALESCE((SELECT t.language FROM texts t WHERE t.id = b.reason), '') AS reason_language, COALESCE((SELECT t.value FROM texts t WHERE t.id = b.reason), '') AS reason`

func scanBriefing(rows *sql.Rows, more ...any) (*Briefing, error) {
	var b Briefing
	var p briefing.Place
	var lang, title, moved, held, started, concluded, whyLang, why string
	err := rows.Scan(append([]any{&b.ID, &b.Version, &lang, &title, &p.City, &p.Date, &p.LocalTime, &moved, &held, &b.Status, &started, &concluded, &whyLang, &why}, more...)...)
	if err != nil {
		return nil, err
	}
	b.Title, b.Place, b.Reason = newText(lang, title), placeOf(p), newText(whyLang, why)
	b.HeldOn, b.StartedOn, b.ConcludedOn = optional(domain.PartialDate(held)), optional(domain.PartialDate(started)), optional(domain.PartialDate(concluded))
	if moved != "" {
		var was briefing.Place
		if err := json.Unmarshal([]byte(moved), &was); err != nil {
			return nil, err
		}
		b.MovedFrom = placeOf(was)
	}
	return &b, nil
}

func placeOf(p briefing.Place) *BriefingPlace {
	return &BriefingPlace{City: p.City, Date: &p.Date, LocalTime: optional(p.LocalTime)}
}

// Briefings returns the briefings with these ids, by id.
func (r Reader) Briefings(ctx context.Context, ids []domain.ID) (map[domain.ID]*Briefing, error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "briefings", `SELECT `+briefingColumns+` FROM briefings b WHERE b.id IN (SELECT value FROM json_each(?)) AND `+r.valid("b"),
		[]any{asJSON(ids)}, func(rows *sql.Rows) (*Briefing, error) { return scanBriefing(rows) })
	return byID(all, func(b *Briefing) domain.ID { return b.ID }), err
}

// Briefing returns one briefing.
func (r Reader) Briefing(ctx context.Context, id domain.ID) (*Briefing, error) {
	all, err := r.Briefings(ctx, []domain.ID{id})
	if err == nil && all[id] == nil {
		err = briefing.Decider.Unknown()
	}
	return all[id], err
}

// BriefingOn returns the briefing of a day, and of several the one that was
// called first; one that was called off comes after those that were not.
func (r Reader) BriefingOn(ctx context.Context, day domain.Day) (*Briefing, error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	all, err := collect(ctx, db, "briefings", `SELECT `+briefingColumns+` FROM briefings b WHERE b.first_day = ? AND b.last_day = b.first_day AND `+r.valid("b")+`
		ORDER BY b.status = 'CANCELLED', b.called LIMIT 1`, []any{string(day)}, func(rows *sql.Rows) (*Briefing, error) { return scanBriefing(rows) })
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, briefing.Decider.Unknown()
	}
	return all[0], nil
}

// A BriefingFilter narrows a list of briefings; what is nil does not.
type BriefingFilter struct{ Status *string }

// BriefingList lists briefings, the latest day first.
func (r Reader) BriefingList(ctx context.Context, f BriefingFilter, p Page) (*Connection[Briefing], error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	tail, args := w.order(true)
	rows, err := collect(ctx, db, "briefings", `SELECT * FROM (SELECT `+briefingColumns+`, b.first_day AS k FROM briefings b
		WHERE `+r.valid("b")+` AND (? IS NULL OR b.status = ?))`+tail, append([]any{f.Status, f.Status}, args...), func(rows *sql.Rows) (item[Briefing], error) {
		var k string
		b, err := scanBriefing(rows, &k)
		if err != nil {
			return item[Briefing]{}, err
		}
		return item[Briefing]{b, key{k, b.ID}}, nil
	})
	return connection(w, rows), err
}

// A BriefingAgendaItem is a topic, with what asks for it.
type BriefingAgendaItem struct {
	Title    *LocalizedText
	Mandates []*domain.MandateRef
}

// BriefingAgendas returns the agendas of briefings, by briefing.
func (r Reader) BriefingAgendas(ctx context.Context, of []domain.ID) (map[domain.ID][]*BriefingAgendaItem, error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	return grouped(ctx, db, "agendas", `SELECT a.briefing, t.language, t.value, a.mandates FROM briefing_agendas a JOIN texts t ON t.id = a.title
		WHERE a.briefing IN (SELECT value FROM json_each(?)) AND `+r.valid("a")+` ORDER BY a.briefing, a.n`, []any{asJSON(of)},
		func(rows *sql.Rows) (domain.ID, *BriefingAgendaItem, error) {
			var id domain.ID
			var lang, title, mandates string
			if err := rows.Scan(&id, &lang, &title, &mandates); err != nil {
				return id, nil, err
			}
			it := &BriefingAgendaItem{Title: newText(lang, title)}
			return id, it, json.Unmarshal([]byte(mandates), &it.Mandates)
		})
}

// A BriefingSummary is an edition of the summary.
type BriefingSummary struct {
	Version    int64
	Corrects   *int64 // the edition it takes the place of
	Text       *LocalizedText
	Reason     *LocalizedText
	RecordedAt time.Time
}

// BriefingSummaries returns every edition of the summaries of briefings,
// oldest first, by briefing.
func (r Reader) BriefingSummaries(ctx context.Context, of []domain.ID) (map[domain.ID][]*BriefingSummary, error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	return grouped(ctx, db, "summaries", `SELECT s.briefing, s.edition, s.corrects, t.language, t.value, COALESCE(w.language, ''), COALESCE(w.value, ''), s.recorded_at
		FROM briefing_summaries s JOIN texts t ON t.id = s.text LEFT JOIN texts w ON w.id = s.reason
		WHERE s.briefing IN (SELECT value FROM json_each(?)) AND s.valid_from <= ? ORDER BY s.briefing, s.edition`, []any{asJSON(of), r.upTo()},
		func(rows *sql.Rows) (domain.ID, *BriefingSummary, error) {
			var id domain.ID
			var s BriefingSummary
			var corrects, at int64
			var lang, value, whyLang, why string
			err := rows.Scan(&id, &s.Version, &corrects, &lang, &value, &whyLang, &why, &at)
			s.Corrects, s.Text, s.Reason, s.RecordedAt = edition(corrects), newText(lang, value), newText(whyLang, why), fromMillis(at)
			return id, &s, err
		})
}

// edition is nil for 0, which is none.
func edition(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

// BriefingDrafts returns the drafts of the summaries of briefings, by briefing,
// to the secretariat; to others, none.
func (r Reader) BriefingDrafts(ctx context.Context, of []domain.ID) (map[domain.ID]*LocalizedText, error) {
	db, err := r.Engine.reading("briefings")
	if err != nil || !r.Viewer.Is(domain.Secretariat) {
		return nil, err
	}
	out := map[domain.ID]*LocalizedText{}
	_, err = collect(ctx, db, "drafts", `SELECT d.briefing, t.language, t.value FROM briefing_drafts d JOIN texts t ON t.id = d.text
		WHERE d.briefing IN (SELECT value FROM json_each(?)) AND `+r.valid("d"), []any{asJSON(of)}, func(rows *sql.Rows) (none struct{}, err error) {
		var id domain.ID
		var lang, value string
		err = rows.Scan(&id, &lang, &value)
		out[id] = newText(lang, value)
		return none, err
	})
	return out, err
}
