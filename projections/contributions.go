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

// A CoSignatory is whom a joint submission names beside its owner.
type CoSignatory struct {
	PartyID   domain.ID
	Confirmed bool
}

// CoSignatories lists who signs submissions too, to those who see everything of
// them. Who was asked and has not signed is shown to those who act for the
// owner, to officers and to whoever was asked: it says nothing of them.
func (r Reader) CoSignatories(ctx context.Context, subs []*Submission) (map[domain.ID][]*CoSignatory, error) {
	db, err := r.Engine.reading("submissions")
	if err != nil {
		return nil, err
	}
	officer := r.Viewer.Is(domain.Secretariat, domain.Editor, domain.Protection)
	out := map[domain.ID][]*CoSignatory{}
	_, err = collect(ctx, db, "signatories", `SELECT g.submission, g.party, g.confirmed FROM signatories g
		WHERE g.submission IN (SELECT value FROM json_each(?)) AND `+r.valid("g")+` AND (g.confirmed OR ? OR g.party IN (`+quoted(r.actingIDs())+`)
			OR g.submission IN (SELECT value FROM json_each(?))) ORDER BY g.submission, g.party`, []any{asJSON(wholeIDs(subs)), officer, asJSON(r.ownIDs(subs))}, func(rows *sql.Rows) (none struct{}, err error) {
		var id domain.ID
		var c CoSignatory
		err = rows.Scan(&id, &c.PartyID, &c.Confirmed)
		out[id] = append(out[id], &c)
		return none, err
	})
	return out, err
}
