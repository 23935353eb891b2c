package projections

import (
	"context"
	"crypto/sha256"
	"io"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// digests tells which submissions say the same, for counting distinct texts.
var digests = Projection{
	Name:    "digests",
	Version: 1,
	Reads:   []string{"submission"},
	Tables:  []Table{{"digests", "submission, edition"}},
	Schema: `CREATE TABLE digests (
		submission TEXT    NOT NULL,
		edition    INTEGER NOT NULL,
		digest     BLOB    NOT NULL, -- of text and answers, whatever their spacing
		idx        INTEGER NOT NULL,
		PRIMARY KEY (submission, edition)
	) STRICT;`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		var c submission.Content
		switch e := f.Event.(type) {
		case submission.DraftSaved: // an edition too; what is sent from it may be the same
			c = e.Content
		case submission.Received:
			c = e.Content
		case submission.Recorded:
			c = e.Content
		case submission.Amended:
			c = e.Content
		case submission.RecordCorrected:
			c = e.Content
		default:
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO digests (submission, edition, digest, idx) SELECT ?, COALESCE(MAX(edition), 0) + 1, ?, ? FROM digests WHERE submission = ?`,
			string(f.Aggregate), digest(c), f.Index, string(f.Aggregate))
		return err
	},
}

// digest is the same for contents that say the same in the same order.
func digest(c submission.Content) []byte {
	h := sha256.New()
	part := func(s string) { io.WriteString(h, strings.Join(strings.Fields(s), " ")+"\x00") }
	if c.Text != nil {
		part(c.Text.Text.Text)
	}
	for _, a := range c.Answers {
		part("\x01" + string(a.Question))
		if a.Words != nil {
			part(a.Words.Text.Text)
		}
		for _, o := range a.Chosen {
			part("\x02" + o)
		}
	}
	return h.Sum(nil)
}
