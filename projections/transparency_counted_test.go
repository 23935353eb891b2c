package projections

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// Counted is what Transparency tells, counted one by one: the figures must be
// the same at every index.
func (r Reader) Counted(ctx context.Context, id *domain.ID) (*Transparency, error) {
	db, err := r.Engine.reading("submissions", "digests", "entities", "consultations", "moments")
	if err != nil {
		return nil, err
	}
	t := &Transparency{Published: &TransparencyFigures{}, Late: &TransparencyFigures{}}
	if id != nil {
		if t.Consultation, err = r.Consultation(ctx, *id); err != nil {
			return nil, err
		}
	}
	public := r
	public.Viewer = domain.Viewer{}
	items := `WITH items AS (SELECT s.id, s.consultation, s.owner, s.recorded, s.edition, s.timeliness, s.submitted_at, ` + public.level("s") + ` AS level
		FROM submissions s WHERE ` + r.valid("s") + ` AND s.status IN ('SUBMITTED', 'WITHDRAWN') AND (? IS NULL OR s.consultation = ?)) `
	if err := public.countFigures(ctx, db, items, id, t); err != nil {
		return nil, err
	}
	t.Others, err = public.countOthers(ctx, db, items, id)
	return t, err
}

// countFigures counts what is public. An entity counts as verified where it is
// named, sent the submission itself, and is recognised, or was when it last
// could act.
func (r Reader) countFigures(ctx context.Context, db *statements, items string, id *domain.ID, t *Transparency) error {
	_, err := collect(ctx, db, "transparency", items+fmt.Sprintf(`SELECT i.level = %d, i.timeliness = ?, COUNT(*), SUM(i.recorded), COUNT(DISTINCT d.digest), COUNT(DISTINCT CASE
			WHEN i.level = %d AND NOT i.recorded AND (SELECT e.status FROM entities e WHERE e.id = i.owner AND e.valid_from <= ? AND e.status IN ('PROPOSED', 'RECOGNISED')
				ORDER BY e.valid_from DESC LIMIT 1) = 'RECOGNISED' THEN i.owner END)
		FROM items i LEFT JOIN digests d ON d.submission = i.id AND d.edition = i.edition WHERE i.level > 0 GROUP BY 1, 2`, domain.Tombstone, domain.Everything),
		[]any{id, id, string(submission.AcceptedLate), r.upTo()}, func(rows *sql.Rows) (none struct{}, err error) {
			var withdrawn, late bool
			var f TransparencyFigures
			if err := rows.Scan(&withdrawn, &late, &f.Received, &f.Recorded, &f.DistinctTexts, &f.VerifiedEntities); err != nil {
				return none, err
			}
			switch {
			case withdrawn:
				t.Withdrawn += f.Received
			case late:
				*t.Late = f
			default:
				*t.Published = f
			}
			return none, nil
		})
	return err
}

// countOthers counts what came in by closing and is not public, over consultations
// that have closed and have enough of it; nil where none has.
func (r Reader) countOthers(ctx context.Context, db *statements, items string, id *domain.ID) (*int, error) {
	then, err := r.latest(ctx, db)
	if err != nil {
		return nil, err
	}
	now := r
	now.AsOf = nil
	closed := func(c string) string {
		return fmt.Sprintf("%[1]s.status NOT IN ('PLANNED', 'ANNOUNCED') AND %[2]s < ?", c, ending(c))
	}
	counts, err := collect(ctx, db, "transparency", items+fmt.Sprintf(`SELECT COUNT(*) FROM items i
		JOIN consultations c ON c.id = i.consultation AND %s JOIN consultations n ON n.id = c.id AND %s
		WHERE i.level = 0 AND i.timeliness = ? AND i.submitted_at <= %s AND %s AND %s GROUP BY i.consultation HAVING COUNT(*) >= %d`,
		r.valid("c"), now.valid("n"), ending("c"), closed("c"), closed("n"), fewest),
		[]any{id, id, string(submission.OnTime), then.UnixMilli(), r.Now.UnixMilli()}, func(rows *sql.Rows) (n int, err error) { return n, rows.Scan(&n) })
	if err != nil || len(counts) == 0 {
		return nil, err
	}
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return &sum, nil
}
