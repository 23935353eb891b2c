package projections

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/internal/words"
)

// A SubmissionFilter narrows a list of submissions; what is nil does not.
// What narrows by something the viewer may not see of an item leaves that item
// out, so that no filter tells more than the item itself.
type SubmissionFilter struct {
	Consultation     *domain.ID
	Entity           *domain.ID
	Category         *string // code of a term that its entity stands under
	Objective        *string // code
	Language         *string // BCP 47, of the original
	Label            *domain.Label
	Timeliness       *submission.Timeliness
	SubmittedBetween *TimeRange // judged by the day where the author may not be told
	Import           *domain.ID // that recorded it; for officers
	AwaitsRelease    *bool      // for those who read editions before their release
	Text             *string    // words that stand in it
	Mine             bool       // only what the viewer owns, drafts among them

	asked   bool        // only what those whom the viewer speaks for are asked to sign
	holding []domain.ID // what Text stands in
}

// A TimeRange is half open: From is in it, Before is not.
type TimeRange struct {
	From   *time.Time
	Before *time.Time
}

// A SubmissionOrder says by what a list of submissions is sorted.
type SubmissionOrder struct {
	Field     string // SUBMITTED_AT or ENTITY_NAME
	Direction string // ASC or DESC
}

// SubmissionList lists the submissions that the viewer may see.
func (r Reader) SubmissionList(ctx context.Context, f SubmissionFilter, o SubmissionOrder, p Page) (*Connection[Submission], error) {
	db, err := r.Engine.reading("submissions", "consultations", "entities", "moments")
	if err != nil {
		return nil, err
	}
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	if f.Text != nil {
		q := words.Parse(*f.Text)
		if len(q) == 0 {
			f.Text = nil // every text has all of no words
		} else if f.holding, err = r.holding(ctx, q, f); err != nil {
			return nil, err
		}
	}
	query, args := r.submissionList(f, o, w)
	rows, err := collect(ctx, db, "submissions", query, args, func(rows *sql.Rows) (item[Submission], error) {
		var k any
		s, err := scanSubmission(rows, &k)
		if err != nil {
			return item[Submission]{}, err
		}
		return item[Submission]{s, key{k, s.ID}}, nil
	})
	return connection(w, rows), err
}

// submissionList is the statement that lists submissions, and its values.
func (r Reader) submissionList(f SubmissionFilter, o SubmissionOrder, w window) (string, []any) {
	k := "s.listed_at"
	if o.Field == "ENTITY_NAME" {
		k = fmt.Sprintf(`CASE WHEN %s = %d AND %s THEN COALESCE((SELECT %s FROM entities e WHERE e.id = s.owner AND %s AND %s), '') ELSE '' END`,
			r.level("s"), domain.Everything, r.namesSubmitter("s"), r.shownEntity("e", "name", "shown_name"), r.valid("e"), r.seesEntity("e"))
	}
	where, args := r.submissionsWhere(f)
	if r.nobody() {
		where += " AND s." + strings.Replace(seen, "label", "s.label", 1)
	}
	if r.AsOf != nil { // nothing that was there then was sent later
		where, args = where+" AND s.listed_at <= (SELECT latest FROM moments WHERE idx >= ? ORDER BY idx LIMIT 1)", append(args, *r.AsOf)
	}
	tail, more := w.order(o.Direction != "ASC")
	return `SELECT * FROM (SELECT ` + r.submissionColumns() + `, ` + k + ` AS k FROM submissions s` + r.editionJoin() + ` WHERE ` + r.valid("s") + where + `)` + tail, append(args, more...)
}

// submissionsWhere turns a filter into conditions, each with the level at
// which it may be asked.
func (r Reader) submissionsWhere(f SubmissionFilter) (string, []any) {
	where, args, need := "", []any{}, domain.Tombstone
	add := func(l domain.Level, condition string, values ...any) {
		need, where, args = max(need, l), where+" AND "+condition, append(args, values...)
	}
	if f.Mine {
		add(domain.Everything, "s.owner IN ("+quoted(r.actingIDs())+")")
	} else {
		add(domain.Tombstone, "s.status IN ('SUBMITTED', 'WITHDRAWN')")
	}
	if f.asked {
		add(domain.Everything, r.asksToSign("s"))
	}
	if f.Consultation != nil {
		add(domain.Tombstone, "s.consultation = ?", string(*f.Consultation))
	}
	if f.Label != nil {
		add(domain.Tombstone, "s.label = ?", string(*f.Label))
	}
	if f.Timeliness != nil {
		add(domain.Tombstone, "s.timeliness = ?", string(*f.Timeliness))
	}
	if t := f.SubmittedBetween; t != nil && t.From != nil {
		add(domain.Tombstone, "s.listed_at >= ?", t.From.UnixMilli())
	}
	if t := f.SubmittedBetween; t != nil && t.Before != nil {
		add(domain.Tombstone, "s.listed_at < ?", t.Before.UnixMilli())
	}
	if f.Language != nil {
		add(domain.TextOnly, "e.language = ?", *f.Language)
	}
	if f.Objective != nil {
		add(domain.TextOnly, "EXISTS (SELECT 1 FROM json_each(e.objectives) o WHERE o.value = ?)", *f.Objective)
	}
	if f.Text != nil {
		add(domain.TextOnly, "s.id IN (SELECT value FROM json_each(?))", asJSON(f.holding))
	}
	if f.Import != nil {
		add(domain.Tombstone, "s.import = ? AND s.import <> '' AND "+r.seesImports(), string(*f.Import))
	}
	if f.AwaitsRelease != nil {
		add(domain.TextOnly, "(s.status = 'SUBMITTED' AND s.released < s.edition) = ? AND "+r.inside("s"), *f.AwaitsRelease)
	}
	if f.Entity != nil {
		add(domain.Everything, "s.owner = ? AND "+r.namesSubmitter("s")+" AND NOT EXISTS (SELECT 1 FROM entities e WHERE e.id = s.owner AND "+r.valid("e")+" AND NOT "+r.seesEntity("e")+")", string(*f.Entity))
	}
	if f.Category != nil {
		add(domain.Everything, r.namesSubmitter("s")+" AND EXISTS (SELECT 1 FROM entities e, json_each(e.categories) j WHERE e.id = s.owner AND "+r.valid("e")+" AND "+r.seesEntity("e")+
			" AND json_extract(j.value, '$.term') = ?)", *f.Category)
	}
	return where + fmt.Sprintf(" AND %s >= %d", r.level("s"), need), args
}
