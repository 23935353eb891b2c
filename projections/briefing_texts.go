package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
)

// A BriefingPoint is one thing that a speaker said, in the recorder's words.
type BriefingPoint struct {
	Text    *LocalizedText
	Terms   []*briefing.Term
	Figures []*BriefingFigure
}

// A BriefingFigure is a number that a speaker cited, in their words.
type BriefingFigure struct {
	Claim  string
	Source *string
}

// BriefingPoints returns the points of statements that are shown, by statement.
func (r Reader) BriefingPoints(ctx context.Context, of []domain.ID) (map[domain.ID][]*BriefingPoint, error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	return grouped(ctx, db, "points", `SELECT p.item, t.language, t.value, p.terms, p.figures FROM briefing_points p JOIN texts t ON t.id = p.text
		WHERE p.item IN (SELECT value FROM json_each(?)) ORDER BY p.item, p.n`, []any{asJSON(of)}, func(rows *sql.Rows) (domain.ID, *BriefingPoint, error) {
		var id domain.ID
		var p BriefingPoint
		var lang, value, terms, figures string
		if err := rows.Scan(&id, &lang, &value, &terms, &figures); err != nil {
			return id, nil, err
		}
		var cited []briefing.Figure
		if err := json.Unmarshal([]byte(figures), &cited); err != nil {
			return id, nil, err
		}
		p.Text, p.Figures = newText(lang, value), []*BriefingFigure{}
		for _, f := range cited {
			p.Figures = append(p.Figures, &BriefingFigure{f.Claim, optional(f.Source)})
		}
		return id, &p, json.Unmarshal([]byte(terms), &p.Terms)
	})
}

// A BriefingDeposit is the latest text or document handed in for a statement
// or a presentation. One that was taken back is empty but for the reason.
type BriefingDeposit struct {
	Version         int64
	Own             bool // by the speaker, not by the secretariat for them
	Text            *LocalizedText
	TextSha256      *string
	Link            *string
	FileSha256      *string
	Withdrawn       bool
	WithdrawnReason *string
	RecordedAt      time.Time
}

// BriefingDeposits returns what was handed in for items that are shown, by
// item. What is taken back now is not shown at any date, nor any edition
// before it.
func (r Reader) BriefingDeposits(ctx context.Context, of []domain.ID) (map[domain.ID]*BriefingDeposit, error) {
	db, err := r.Engine.reading("briefings")
	if err != nil {
		return nil, err
	}
	out := map[domain.ID]*BriefingDeposit{}
	_, err = collect(ctx, db, "deposits", `SELECT d.item, d.edition, d.own, d.recorded_at, w.edition IS NOT NULL, COALESCE(w.reason, ''),
			IIF(w.edition IS NULL, COALESCE(t.language, ''), ''), IIF(w.edition IS NULL, COALESCE(t.value, ''), ''),
			IIF(w.edition IS NULL, d.text_sha256, ''), IIF(w.edition IS NULL, d.link, ''), IIF(w.edition IS NULL, d.file_sha256, '')
		FROM briefing_deposits d LEFT JOIN texts t ON t.id = d.text
		LEFT JOIN briefing_withdrawals w ON w.item = d.item AND w.edition = (SELECT MIN(v.edition) FROM briefing_withdrawals v WHERE v.item = d.item AND v.edition >= d.edition)
		WHERE d.item IN (SELECT value FROM json_each(?)) AND `+r.valid("d"), []any{asJSON(of)}, func(rows *sql.Rows) (none struct{}, err error) {
		var id domain.ID
		var d BriefingDeposit
		var at int64
		var why, lang, value, hash, link, file string
		err = rows.Scan(&id, &d.Version, &d.Own, &at, &d.Withdrawn, &why, &lang, &value, &hash, &link, &file)
		d.RecordedAt, d.WithdrawnReason, d.Text = fromMillis(at), optional(why), newText(lang, value)
		d.TextSha256, d.Link, d.FileSha256 = optional(hash), optional(link), optional(file)
		out[id] = &d
		return none, err
	})
	if err != nil {
		return nil, err
	}
	return out, r.translate(ctx, db, of, out)
}

// translate adds to each text the translations of its edition.
func (r Reader) translate(ctx context.Context, db *statements, of []domain.ID, deposits map[domain.ID]*BriefingDeposit) error {
	_, err := collect(ctx, db, "translations", `SELECT l.item, l.edition, l.origin, t.language, t.value FROM briefing_translations l JOIN texts t ON t.id = l.text
		WHERE l.item IN (SELECT value FROM json_each(?)) AND `+r.valid("l")+` ORDER BY l.item, l.edition, t.language`, []any{asJSON(of)},
		func(rows *sql.Rows) (none struct{}, err error) {
			var id domain.ID
			var edition int64
			var origin domain.Origin
			var lang, value string
			if err := rows.Scan(&id, &edition, &origin, &lang, &value); err != nil {
				return none, err
			}
			if d := deposits[id]; d != nil && d.Text != nil && d.Version == edition {
				d.Text.Others = append(d.Text.Others, part(lang, value, origin))
			}
			return none, nil
		})
	return err
}
