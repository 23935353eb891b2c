package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// attested adds what an officer attests whose a recorded submission is by. A
// first one that lapsed gives way to the next first one.
func (c *submissionChange) attested(p submission.PublicSource, lapses any, s set) error {
	if lapses != nil {
		if err := c.unattested(); err != nil {
			return err
		}
	}
	if _, err := c.tx.Exec(c.ctx, `INSERT INTO attestations (submission, title, link, attested_at, lapses_at, valid_from, valid_to) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		string(c.f.Aggregate), p.Title, p.Link, c.f.at(), lapses, c.f.Index, open); err != nil {
		return err
	}
	return c.revise(s)
}

// unattested ends what officers attested.
func (c *submissionChange) unattested() error {
	_, err := c.tx.Exec(c.ctx, `UPDATE attestations SET valid_to = ? WHERE submission = ? AND valid_to = ?`, c.f.Index, string(c.f.Aggregate), open)
	return err
}

// corrected adds the edition of a correction, which nobody has attested yet.
func (c *submissionChange) corrected(e submission.RecordCorrected) error {
	if err := c.unattested(); err != nil {
		return err
	}
	return c.put("CORRECTED", e.Content, set{"attested", 0, "reason", e.Source.Text})
}

// confirmed has the word of its owner instead of what officers attested, and of
// an earlier word that it is not theirs.
func (c *submissionChange) confirmed() error {
	contested, err := c.tx.current(c.ctx, "submissions", "contested", c.f.Aggregate)
	if err != nil {
		return err
	}
	s := set{"confirmed", 1, "contested", 0, "attested", 0}
	if contested == int64(1) {
		s = append(s, "reason", "")
	}
	if err := c.unattested(); err != nil {
		return err
	}
	return c.revise(s)
}

// contested has the word of the one it names that it is not theirs.
func (c *submissionChange) contested(e submission.RecordedContested) error {
	if err := c.unattested(); err != nil {
		return err
	}
	return c.revise(set{"contested", 1, "attested", 0, "reason", e.Reason.Text})
}

// An Attestation is an officer's word, with a public source, whose a recorded
// submission is.
type Attestation struct {
	Title      string
	Link       string
	AttestedAt time.Time
	LapsesAt   *time.Time // of the first of two; nil once there are two
}

// Attestations lists by what it is attested whose submissions are, to those who
// may know.
func (r Reader) Attestations(ctx context.Context, subs []*Submission) (map[domain.ID][]*Attestation, error) {
	db, err := r.Engine.reading("submissions")
	if err != nil {
		return nil, err
	}
	ids := []domain.ID{}
	for _, s := range subs {
		if s.Named() {
			ids = append(ids, s.ID)
		}
	}
	out := map[domain.ID][]*Attestation{}
	_, err = collect(ctx, db, "attestations", `SELECT a.submission, a.title, a.link, a.attested_at, a.lapses_at FROM attestations a
		WHERE a.submission IN (SELECT value FROM json_each(?)) AND `+r.valid("a")+` ORDER BY a.submission, a.valid_from`, []any{asJSON(ids)}, func(rows *sql.Rows) (none struct{}, err error) {
		var id domain.ID
		var a Attestation
		var at int64
		var lapses sql.NullInt64
		err = rows.Scan(&id, &a.Title, &a.Link, &at, &lapses)
		a.AttestedAt, a.LapsesAt = fromMillis(at), optionalTime(lapses)
		if out[id] = append(out[id], &a); len(out[id]) > 1 {
			out[id][0].LapsesAt = nil
		}
		return none, err
	})
	return out, err
}
