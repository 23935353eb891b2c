package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Contribution is one version of something that the viewer, or whom they act
// for, contributed.
type Contribution struct {
	SubmissionID domain.ID
	Version      int64
	Kind         string // DRAFT SUBMITTED RECORDED AMENDED
	Index        int64
	RecordedAt   time.Time
	Text         *LocalizedText // nil for an edition that was taken back
}

// Contributions lists every version of what the viewer owns, newest first.
func (r Reader) Contributions(ctx context.Context, p Page) (*Connection[Contribution], error) {
	db, err := r.Engine.reading("submissions")
	if err != nil {
		return nil, err
	}
	w, err := p.window()
	if err != nil {
		return nil, err
	}
	tail, args := w.order(true)
	rows, err := collect(ctx, db, "contributions", `SELECT * FROM (SELECT e.submission AS id, e.edition, e.kind, e.idx AS k, e.recorded_at, COALESCE(t.language, ''), COALESCE(t.value, '')
		FROM editions e JOIN submissions s ON s.id = e.submission AND `+r.valid("s")+` LEFT JOIN texts t ON t.id = e.text`+readableEdition+`
		WHERE e.idx <= ? AND s.owner IN (`+quoted(r.actingIDs())+`))`+tail, append([]any{r.upTo()}, args...), func(rows *sql.Rows) (item[Contribution], error) {
		var c Contribution
		var at int64
		var lang, value string
		err := rows.Scan(&c.SubmissionID, &c.Version, &c.Kind, &c.Index, &at, &lang, &value)
		c.RecordedAt, c.Text = fromMillis(at), newText(lang, value)
		return item[Contribution]{&c, key{c.Index, c.SubmissionID}}, err
	})
	return connection(w, rows), err
}
