package projections

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// invited adds a co-signatory, who has not signed.
func (c *submissionChange) invited(party domain.ID) error {
	if _, err := c.tx.Exec(c.ctx, `INSERT INTO signatories (submission, party, valid_from, valid_to) VALUES (?, ?, ?, ?)`,
		string(c.f.Aggregate), string(party), c.f.Index, open); err != nil {
		return err
	}
	return c.revise(nil)
}

// signed adds a signature of the current edition.
func (c *submissionChange) signed(party domain.ID) error {
	edition, err := c.tx.current(c.ctx, "submissions", "edition", c.f.Aggregate)
	if err != nil {
		return err
	}
	if _, err := c.tx.Exec(c.ctx, `INSERT INTO signatures (submission, edition, party, valid_from, valid_to) VALUES (?, ?, ?, ?, ?)`,
		string(c.f.Aggregate), edition, string(party), c.f.Index, open); err != nil {
		return err
	}
	return c.revise(nil)
}

// left takes a co-signatory off, and their signatures of all editions.
func (c *submissionChange) left(party domain.ID) error {
	for _, table := range []string{"signatories", "signatures"} {
		if _, err := c.tx.Exec(c.ctx, `UPDATE `+table+` SET valid_to = ? WHERE submission = ? AND party = ? AND valid_to = ?`,
			c.f.Index, string(c.f.Aggregate), string(party), open); err != nil {
			return err
		}
	}
	return c.revise(nil)
}

// A CoSignatory is whom a joint submission names beside its owner.
type CoSignatory struct {
	PartyID   domain.ID
	Confirmed bool // they signed the edition that is read
}

// signing asks who signs an edition.
type signing struct {
	ID      domain.ID `json:"id"`
	Edition int64     `json:"edition"`
	All     bool      `json:"all"` // also who was asked and did not sign, and who left since
}

// signing asks who signs an edition of s. Who was asked and has not signed is
// shown to those who act for the owner and to officers.
func (r Reader) signing(s *Submission, edition int64) signing {
	return signing{s.ID, edition, r.Viewer.ActsFor(s.OwnerID) || r.Viewer.Is(submission.Officers...)}
}

// CoSignatories lists who signs, of submissions, the edition that the reader
// reads, to those who see everything of them. Who was asked and has not signed
// is shown to themselves too.
func (r Reader) CoSignatories(ctx context.Context, subs []*Submission) (map[domain.ID][]*CoSignatory, error) {
	var wanted []signing
	for _, s := range subs {
		if s.Whole() {
			wanted = append(wanted, r.signing(s, s.readable))
		}
	}
	out := map[domain.ID][]*CoSignatory{}
	err := r.signers(ctx, wanted, func(of signing, c *CoSignatory) { out[of.ID] = append(out[of.ID], c) })
	return out, err
}

// Signatories lists who signed editions, by [Edition.Key].
func (r Reader) Signatories(ctx context.Context, editions []*Edition) (map[domain.ID][]*CoSignatory, error) {
	var wanted []signing
	for _, e := range editions {
		if e.of.Whole() && e.RetractedAt == nil {
			wanted = append(wanted, r.signing(e.of, e.Version))
		}
	}
	out := map[domain.ID][]*CoSignatory{}
	err := r.signers(ctx, wanted, func(of signing, c *CoSignatory) {
		if key := editionKey(of.ID, of.Edition); c.Confirmed {
			out[key] = append(out[key], c)
		}
	})
	return out, err
}

// CoSignaturesAsked lists what those whom the viewer speaks for are asked to
// sign: they have neither signed the newest edition nor left.
func (r Reader) CoSignaturesAsked(ctx context.Context, p Page) (*Connection[Submission], error) {
	return r.SubmissionList(ctx, SubmissionFilter{asked: true}, SubmissionOrder{}, p)
}

// asksToSign is the condition that the submission in alias waits for a signature
// that the viewer may give.
func (r Reader) asksToSign(alias string) string {
	return fmt.Sprintf(`%[1]s.status = 'SUBMITTED' AND %[1]s.id IN (SELECT g.submission FROM signatories g WHERE g.party IN (%[3]s) AND %[2]s
		AND NOT EXISTS (SELECT 1 FROM signatures x WHERE x.submission = g.submission AND x.party = g.party AND %[4]s
			AND x.edition = (SELECT MAX(e.edition) FROM editions e WHERE e.submission = g.submission AND e.idx <= %[5]s)))`,
		alias, r.valid("g"), quoted(r.Viewer.SpeaksFor()), r.valid("x"), number(r.upTo()))
}

// Key names an edition of all submissions.
func (e *Edition) Key() domain.ID { return editionKey(e.SubmissionID, e.Version) }

func editionKey(id domain.ID, edition int64) domain.ID {
	return domain.ID(fmt.Sprint(id, " ", edition))
}

// signers visits the co-signatories of editions. To outsiders a signature stands
// as of an index if it stood then and stands now: so they never hear who left.
func (r Reader) signers(ctx context.Context, wanted []signing, visit func(signing, *CoSignatory)) error {
	db, err := r.Engine.reading("submissions")
	if err != nil {
		return err
	}
	acts := quoted(r.actingIDs())
	_, err = collect(ctx, db, "signatories", `SELECT * FROM (SELECT w.value ->> 'id', w.value ->> 'edition', g.party, w.value ->> 'all' OR g.party IN (`+acts+`) AS all_told,
			EXISTS (SELECT 1 FROM signatures x WHERE x.submission = g.submission AND x.edition = w.value ->> 'edition' AND x.party = g.party AND `+r.valid("x")+`
				AND (x.valid_to = ? OR w.value ->> 'all' OR x.party IN (`+acts+`))) AS signed
		FROM json_each(?) w JOIN signatories g ON g.submission = w.value ->> 'id' AND `+r.valid("g")+`) WHERE signed OR all_told ORDER BY 1, 2, 3`,
		[]any{open, asJSON(wanted)}, func(rows *sql.Rows) (none struct{}, err error) {
			var of signing
			var c CoSignatory
			err = rows.Scan(&of.ID, &of.Edition, &c.PartyID, &of.All, &c.Confirmed)
			if err == nil {
				visit(of, &c)
			}
			return none, err
		})
	return err
}
