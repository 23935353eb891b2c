package projections

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
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

// Transparency tells what the public may read, and withdrawn ones of which it
// sees the tombstone. The rest of what came in by closing is one figure, from
// closing on: whatever changes it is public, so that its changes tell nothing
// either. All of it is kept by the projection figures.
func (r Reader) Transparency(ctx context.Context, id *domain.ID) (*Transparency, error) {
	db, err := r.Engine.reading("figures", "consultations", "moments")
	if err != nil {
		return nil, err
	}
	t := &Transparency{Published: &TransparencyFigures{}, Late: &TransparencyFigures{}}
	scope := ""
	if id != nil {
		if t.Consultation, err = r.Consultation(ctx, *id); err != nil {
			return nil, err
		}
		scope = string(*id)
	}
	if err := r.figures(ctx, db, scope, t); err != nil {
		return nil, err
	}
	t.Others, err = r.others(ctx, db, id)
	return t, err
}

// figures reads what is public. An entity counts as verified where it is named,
// sent the submission itself, and is recognised, or was when it last could act.
func (r Reader) figures(ctx context.Context, db *statements, scope string, t *Transparency) error {
	rows, args := pointsUpTo(r.upTo())
	_, err := collect(ctx, db, "transparency", `SELECT p.late, SUM(p.received), SUM(p.recorded), SUM(p.texts), SUM(p.entities), SUM(p.withdrawn + ? * p.gone)
		FROM `+rows+` r CROSS JOIN figure_points p ON p.scope = ? AND p.late IN (0, 1) AND p.width = r.width AND p.place >= r.low AND p.place < r.high GROUP BY p.late`,
		slices.Concat([]any{r.Public}, args, []any{scope}), func(rows *sql.Rows) (none struct{}, err error) {
			var late bool
			var f TransparencyFigures
			var withdrawn int
			if err := rows.Scan(&late, &f.Received, &f.Recorded, &f.DistinctTexts, &f.VerifiedEntities, &withdrawn); err != nil {
				return none, err
			}
			t.Withdrawn += withdrawn
			if late {
				*t.Late = f
			} else {
				*t.Published = f
			}
			return none, nil
		})
	return err
}

// others adds up what came in by closing and is not public, over consultations
// that have closed and have enough of it; nil where none has.
func (r Reader) others(ctx context.Context, db *statements, id *domain.ID) (*int, error) {
	then, err := r.latest(ctx, db)
	if err != nil {
		return nil, err
	}
	now := r
	now.AsOf = nil
	closed := func(c string) string {
		return fmt.Sprintf("%[1]s.status NOT IN ('PLANNED', 'ANNOUNCED') AND %[2]s < ?", c, ending(c))
	}
	rows, args := pointsUpTo(r.upTo())
	var sum *int
	err = db.QueryRowContext(ctx, fmt.Sprintf(`SELECT SUM(n) FROM (SELECT (SELECT SUM(p.others - ? * p.gone_others) FROM %s r CROSS JOIN figure_points p
			ON p.scope = c.id AND p.late IN (0, 1) AND p.width = r.width AND p.place >= r.low AND p.place < r.high) AS n
		FROM consultations c JOIN consultations n ON n.id = c.id AND %s WHERE %s AND %s AND %s AND (? IS NULL OR c.id = ?)) WHERE n >= %d`,
		rows, now.valid("n"), r.valid("c"), closed("c"), closed("n"), fewest),
		slices.Concat([]any{r.Public}, args, []any{then.UnixMilli(), r.Now.UnixMilli(), id, id})...).Scan(&sum)
	return sum, wrap("transparency", err)
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
		WHERE d.consultation = ? AND d.`+lateDecision+` AND d.valid_from <= ? AND s.`+spoken+` AND n.`+spoken+`)`+tail,
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
