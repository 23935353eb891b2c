package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Happening is something that happened to an item.
type Happening struct {
	Change     string              // as an event is named
	RecordedAt time.Time           // when it was recorded
	OccurredOn *domain.PartialDate // when it happened, if that was told
	Version    int64               // the edition it led to
}

// happenings lists the rows of a history table that meet a condition, for each
// item in turn. The table has the columns change, changed_at, occurred_on and
// edition.
func (r Reader) happenings(ctx context.Context, db *statements, table, where string, args ...any) (map[domain.ID][]*Happening, error) {
	out := map[domain.ID][]*Happening{}
	_, err := collect(ctx, db, "history of "+table, `SELECT h.id, h.change, h.changed_at, h.occurred_on, h.edition FROM `+table+` h
		WHERE h.valid_from <= ? AND `+where+` ORDER BY h.id, h.valid_from`, append([]any{r.upTo()}, args...), func(rows *sql.Rows) (none struct{}, err error) {
		var id domain.ID
		var h Happening
		var at int64
		var on string
		err = rows.Scan(&id, &h.Change, &at, &on, &h.Version)
		h.RecordedAt, h.OccurredOn = fromMillis(at), optional(domain.PartialDate(on))
		out[id] = append(out[id], &h)
		return none, err
	})
	return out, err
}
