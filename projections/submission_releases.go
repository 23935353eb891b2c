package projections

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// published releases an edition in place of the one before.
func (c *submissionChange) published(e submission.Published) error {
	current, err := c.tx.current(c.ctx, "submissions", "edition", c.f.Aggregate)
	if err != nil {
		return err
	}
	edition, id := e.Of(current.(int64)), string(c.f.Aggregate)
	if err := c.unreleased("edition <> ?", edition); err != nil {
		return err
	}
	if _, err := c.tx.Exec(c.ctx, `INSERT INTO releases (submission, edition, released_at, valid_from, valid_to) VALUES (?, ?, ?, ?, ?)`,
		id, edition, c.f.at(), c.f.Index, open); err != nil {
		return err
	}
	return c.released(set{"released", edition, "about", edition})
}

// retracted takes an edition back: no reader finds its words any more.
func (c *submissionChange) retracted(e submission.EditionRetracted) error {
	if err := c.unreleased("edition = ?", e.Edition); err != nil {
		return err
	}
	if _, err := c.tx.Exec(c.ctx, `INSERT INTO retractions (submission, edition, reason, retracted_at, valid_from) VALUES (?, ?, ?, ?, ?)`,
		string(c.f.Aggregate), e.Edition, e.Reason.Text, c.f.at(), c.f.Index); err != nil {
		return err
	}
	return c.revise(set{"about", e.Edition})
}

// unreleased ends the release that is open, if it meets a condition.
func (c *submissionChange) unreleased(condition string, edition int64) error {
	_, err := c.tx.Exec(c.ctx, `UPDATE releases SET valid_to = ? WHERE submission = ? AND valid_to = ? AND `+condition, c.f.Index, string(c.f.Aggregate), open, edition)
	return err
}

// labelled revises the row, and lists the submission by its day while its
// author may not be told: a time to the millisecond would tell who wrote.
func (c *submissionChange) labelled(label domain.Label, s set) error {
	if err := c.released(s); err != nil {
		return err
	}
	_, err := c.tx.Exec(c.ctx, `UPDATE submissions SET listed_at = CASE WHEN ? THEN submitted_at - submitted_at % ? ELSE submitted_at END WHERE id = ?`,
		label == domain.Anonymised, dayMillis, string(c.f.Aggregate))
	return err
}

const dayMillis = 24 * 60 * 60 * 1000 // milliseconds

// listedAt is the moment by which a submission is listed.
func listedAt(at int64, label domain.Label) int64 {
	if label == domain.Anonymised {
		return at - at%dayMillis
	}
	return at
}

// released revises the row and, once everybody may read the words, gives the
// public number: the next in the consultation, in index order. Nothing else
// takes one, so that no gap tells of what is not public.
func (c *submissionChange) released(s set) error {
	row, err := c.tx.row(c.ctx, `SELECT consultation, released > 0, label, number IS NOT NULL FROM submissions WHERE id = ? AND valid_to = ?`, string(c.f.Aggregate), open)
	if err != nil {
		return err
	}
	var round, label string
	var published, numbered bool
	if err := row.Scan(&round, &published, &label, &numbered); err != nil {
		return err
	}
	for i := 0; i < len(s); i += 2 {
		switch s[i] {
		case "released":
			published = true
		case "label":
			label = s[i+1].(string)
		}
	}
	if numbered || !published || label != string(domain.Public) && label != string(domain.Anonymised) {
		return c.revise(s)
	}
	if row, err = c.tx.row(c.ctx, `SELECT COALESCE(MAX(number), 0) + 1 FROM submissions WHERE consultation = ? AND number IS NOT NULL`, round); err != nil {
		return err
	}
	var number int64
	if err := row.Scan(&number); err != nil {
		return err
	}
	return c.revise(append(s, "number", number))
}
