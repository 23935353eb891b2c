package projections

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
)

// LastBy returns the index of the newest record that a person made, or -1 for
// none.
func (r Reader) LastBy(ctx context.Context, person domain.ID) (int64, error) {
	db, err := r.Engine.reading(auditEvents.Name)
	if err != nil {
		return -1, err
	}
	var index int64
	err = db.QueryRowContext(ctx, `SELECT COALESCE(MAX(idx), -1) FROM audit_events WHERE person = ?`, string(person)).Scan(&index)
	return index, wrap("audit events", err)
}
