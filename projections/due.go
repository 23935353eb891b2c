package projections

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Due is a row whose time has come, and on which nothing has happened since.
// Once a command has acted on it and that is applied, the row is there no more.
type Due struct {
	Item     domain.ID // whose row: a commitment, a consultation, a person, a briefing
	Entity   domain.ID // of a person's credential; of a briefing, the outcome
	Capacity domain.Capacity
	At       time.Time // when its time came
}

// duePage is how many due rows are read at once.
const duePage = 500

// StaleCommitments lists commitments on which a report of progress is overdue.
func (r Reader) StaleCommitments(ctx context.Context, after *Due) ([]Due, error) {
	return r.due(ctx, `SELECT c.id AS item, '' AS entity, '' AS capacity, c.update_due AS at FROM commitments c
		WHERE `+r.valid("c")+` AND c.update_due <= ? AND NOT c.stale`, after, "commitments")
}

// LapsedCommitments lists commitments whose end came before their fulfilment.
func (r Reader) LapsedCommitments(ctx context.Context, after *Due) ([]Due, error) {
	return r.due(ctx, `SELECT c.id AS item, '' AS entity, '' AS capacity, c.lapses_at AS at FROM commitments c
		WHERE `+r.valid("c")+` AND c.lapses_at <= ? AND c.status IN ('CONFIRMED', 'PLANNING', 'IN_PROGRESS')`, after, "commitments")
}

// ExpiredCredentials lists credentials that have run out and stand as granted.
func (r Reader) ExpiredCredentials(ctx context.Context, after *Due) ([]Due, error) {
	return r.due(ctx, `SELECT c.person AS item, c.entity, c.capacity, c.until AS at FROM credentials c
		WHERE `+r.valid("c")+` AND c.until <= ? AND c.standing = 'GRANTED'`, after, "credentials")
}

// ClosedCalls lists consultations whose closing date has passed and that stand
// as open. Where the last instant counts, it passes a millisecond later.
func (r Reader) ClosedCalls(ctx context.Context, after *Due) ([]Due, error) {
	return r.due(ctx, `SELECT c.id AS item, '' AS entity, '' AS capacity, c.closes + c.closes_counts AS at FROM consultations c
		WHERE `+r.valid("c")+` AND c.closes + c.closes_counts <= ? AND c.status IN ('OPEN', 'EXTENDED')`, after, "consultations")
}

// OverdueOutcomes lists outcomes of briefings whose due date has passed.
func (r Reader) OverdueOutcomes(ctx context.Context, after *Due) ([]Due, error) {
	return r.due(ctx, `SELECT i.briefing AS item, i.id AS entity, '' AS capacity, i.due_until AS at FROM briefing_items i
		WHERE `+r.valid("i")+` AND i.due_until <= ? AND NOT i.overdue AND NOT i.closed AND NOT i.retracted`, after, "briefings")
}

// RetractedItems lists submissions of retracted imports that are still in view.
func (r Reader) RetractedItems(ctx context.Context, after *Due) ([]Due, error) {
	return r.due(ctx, `SELECT s.id AS item, i.id AS entity, '' AS capacity, i.retracted_at AS at FROM imports i
		JOIN submissions s ON s.import = i.id AND s.import <> '' AND `+r.valid("s")+` AND NOT s.hidden
		WHERE `+r.valid("i")+` AND i.retracted_at <= ?`, after, "submissions", "imports")
}

// RetractedStatements lists statements of retracted imports that still stand,
// and that no speaker has made their own.
func (r Reader) RetractedStatements(ctx context.Context, after *Due) ([]Due, error) {
	return r.due(ctx, `SELECT b.briefing AS item, b.id AS entity, '' AS capacity, i.retracted_at AS at FROM imports i
		JOIN briefing_items b ON b.import = i.id AND b.import <> '' AND `+r.valid("b")+` AND NOT b.retracted
		WHERE `+r.valid("i")+` AND i.retracted_at <= ?
		AND NOT EXISTS (SELECT 1 FROM briefing_deposits d WHERE d.item = b.id AND d.own)
		AND NOT EXISTS (SELECT 1 FROM briefing_claims c WHERE c.item = b.id AND c.valid_to = `+strconv.Itoa(open)+`)`, after, "briefings", "imports")
}

// due lists what a statement finds by the reader's Now, the oldest first, from
// after on. The statement has the one parameter of that moment.
func (r Reader) due(ctx context.Context, statement string, after *Due, names ...string) ([]Due, error) {
	db, err := r.Engine.reading(names...)
	if err != nil {
		return nil, err
	}
	args, from := []any{r.Now.UnixMilli()}, ""
	if after != nil {
		from = " WHERE (at, item, entity, capacity) > (?, ?, ?, ?)"
		args = append(args, after.At.UnixMilli(), string(after.Item), string(after.Entity), string(after.Capacity))
	}
	return collect(ctx, db, "due "+names[0], `SELECT item, entity, capacity, at FROM (`+statement+`)`+from+` ORDER BY at, item, entity, capacity LIMIT CAST(? AS INTEGER)`,
		append(args, duePage), func(rows *sql.Rows) (Due, error) {
			var d Due
			var at int64
			err := rows.Scan(&d.Item, &d.Entity, &d.Capacity, &at)
			d.At = fromMillis(at)
			return d, err
		})
}
