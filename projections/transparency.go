package projections

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// fewest is the smallest count that is told of what is not public.
const fewest = 5

// Transparency are the public figures of a consultation, or of all. They are
// the same for everybody.
type Transparency struct {
	Consultation *Consultation // nil for all
	Published    *TransparencyFigures
	Late         *TransparencyFigures
	Withdrawn    int
	Others       *int
}

// TransparencyFigures belong together: none is shown without the others.
type TransparencyFigures struct {
	Received         int
	Recorded         int // of those received
	DistinctTexts    int
	VerifiedEntities int
}

// Transparency counts what the public may read, and withdrawn ones of which
// it sees the tombstone. The rest of what came in by closing is one figure,
// from closing on: whatever changes it is public, so that its changes tell
// nothing either.
func (r Reader) Transparency(ctx context.Context, id *domain.ID) (*Transparency, error) {
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
	items := `WITH items AS (SELECT s.id, s.consultation, s.owner, s.recorded, s.released AS edition, s.timeliness, s.submitted_at, ` + public.level("s") + ` AS level
		FROM submissions s WHERE ` + r.valid("s") + ` AND s.status IN ('SUBMITTED', 'WITHDRAWN') AND (? IS NULL OR s.consultation = ?)) `
	if err := public.figures(ctx, db, items, id, t); err != nil {
		return nil, err
	}
	t.Others, err = public.others(ctx, db, items, id)
	return t, err
}

// figures counts what is public. An entity counts as verified where it is
// named, sent the submission itself, and is recognised, or was when it last
// could act.
func (r Reader) figures(ctx context.Context, db *statements, items string, id *domain.ID, t *Transparency) error {
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

// others counts what came in by closing and is not public, over consultations
// that have closed and have enough of it; nil where none has.
func (r Reader) others(ctx context.Context, db *statements, items string, id *domain.ID) (*int, error) {
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

// ending is when a consultation closed or closes; null without a date.
func ending(c string) string {
	return fmt.Sprintf("min(COALESCE(%[1]s.ended, %[1]s.closes), COALESCE(%[1]s.closes, %[1]s.ended))", c)
}

// latest is the time that is read: now, or that of the record as of an index.
func (r Reader) latest(ctx context.Context, db *statements) (time.Time, error) {
	if r.AsOf == nil {
		return r.Now, nil
	}
	var ms int64
	err := db.QueryRowContext(ctx, `SELECT latest FROM moments WHERE idx >= ? ORDER BY idx LIMIT 1`, *r.AsOf).Scan(&ms)
	return fromMillis(min(ms, r.Now.UnixMilli())), wrap("moments", err)
}

// Names that the API's schema has for what is generic here.
type (
	LateDecisionConnection = Connection[LateDecision]
	LateDecisionEdge       = Edge[LateDecision]
)

// A LateDecision says whether a late submission was let in, and why, so that
// everybody sees equal cases treated equally. It names no author.
type LateDecision struct {
	Decision     submission.Timeliness
	Reason       *string
	DecidedAt    time.Time
	SubmissionID domain.ID // for those who may see it
}

// LateDecisions lists the decisions on a consultation's late submissions, the
// oldest first, but for confidential ones, which must not be confirmed.
func (r Reader) LateDecisions(ctx context.Context, consultation domain.ID, p Page) (*Connection[LateDecision], error) {
	db, err := r.Engine.reading("submissions", "consultations", auditEvents.Name)
	if err != nil {
		return nil, err
	}
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	if _, err := r.Consultation(ctx, consultation); err != nil {
		return nil, err
	}
	now := r
	now.AsOf = nil
	const spoken = "label IN ('PUBLIC', 'ANONYMISED', 'PARTICIPANTS', 'STATES')"
	tail, args := w.order(false)
	// A cursor is for everybody, so it holds neither the submission's id nor the
	// decision's index, which would tell how much was recorded before.
	rows, err := collect(ctx, db, "late decisions", `SELECT * FROM (SELECT d.changed_at AS k, a.id, d.timeliness, d.reason, d.changed_at, d.id AS submission, s.label = 'ANONYMISED' OR n.label = 'ANONYMISED'
		FROM submissions d JOIN audit_events a ON a.idx = d.valid_from JOIN submissions s ON s.id = d.id AND `+r.valid("s")+` JOIN submissions n ON n.id = d.id AND `+now.valid("n")+`
		WHERE d.consultation = ? AND d.change IN ('submission.late_accepted', 'submission.late_refused') AND d.valid_from <= ? AND s.`+spoken+` AND n.`+spoken+`)`+tail,
		append([]any{string(consultation), r.upTo()}, args...), func(rows *sql.Rows) (item[LateDecision], error) {
			var d LateDecision
			var k, at int64
			var id, reason string
			var anonymous bool
			err := rows.Scan(&k, &id, &d.Decision, &reason, &at, &d.SubmissionID, &anonymous)
			d.DecidedAt = fromMillis(at)
			if !anonymous || d.Decision == submission.RefusedLate { // a code names nobody; an officer's words might
				d.Reason = optional(reason)
			}
			return item[LateDecision]{&d, key{k, id}}, err
		})
	return connection(w, rows), err
}
