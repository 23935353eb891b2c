package projections

import (
	"cmp"
	"context"
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

const (
	seen         = `released > 0 AND label IN ('PUBLIC', 'ANONYMISED')` // of every row of which the public sees anything
	lateDecision = `change IN ('submission.late_accepted', 'submission.late_refused')`
)

var submissions = Projection{
	Name:    "submissions",
	Version: 8,
	Reads:   []string{"submission"},
	Tables: []Table{
		history("submissions"), {"editions", "submission, edition"}, {"answers", "submission, edition, n"},
		{"releases", "submission, valid_from"}, {"retractions", "submission, edition"},
		{"translations", "submission, edition, language, valid_from"}, {"signatories", "submission, party, valid_from"},
		{"signatures", "submission, edition, party, valid_from"}, {"attestations", "submission, valid_from"},
	},
	Schema: submissionSchema,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		e, ok := f.Event.(submission.Event)
		if !ok {
			return nil
		}
		return (&submissionChange{ctx, tx, f, e.Told()}).apply(e)
	},
}

// submissionChange applies one event to the tables of submissions.
type submissionChange struct {
	ctx context.Context
	tx  *Tx
	f   Fact

	told submission.Telling
}

func (c *submissionChange) apply(e submission.Event) error {
	switch e := e.(type) {
	case submission.DraftSaved:
		return c.draft(e)
	case submission.DraftDiscarded:
		return c.revise(set{"status", "DISCARDED"})
	case submission.AuthorisationProposed:
		return c.revise(set{"status", "PROPOSED"})
	case submission.Received:
		return c.received(e)
	case submission.Recorded:
		return c.recorded(e)
	case submission.RecordedConfirmed:
		return c.confirmed()
	case submission.RecordedContested:
		return c.contested(e)
	case submission.RecordCorrected:
		return c.corrected(e)
	case submission.RecordedAttestationProposed:
		return c.attested(e.Source, e.Until.UnixMilli(), nil)
	case submission.RecordedAttested:
		return c.attested(e.Source, nil, set{"attested", 1})
	case submission.Amended:
		return c.put("AMENDED", e.Content, nil)
	case submission.Withdrawn:
		return c.revise(set{"status", "WITHDRAWN", "reason", e.Reason.Text})
	case submission.Restored:
		return c.revise(set{"status", "SUBMITTED", "reason", ""})
	case submission.LateAccepted:
		return c.revise(set{"timeliness", string(submission.AcceptedLate), "reason", e.Reason})
	case submission.LateRefused:
		return c.revise(set{"timeliness", string(submission.RefusedLate), "reason", e.Reason.String()})
	case submission.Published:
		return c.published(e)
	case submission.EditionRetracted:
		return c.retracted(e)
	case submission.Hidden:
		return c.revise(set{"hidden", 1, "hidden_for", asJSON(e.Reason)})
	case submission.TranslationAttached:
		return c.translated(e.Translation)
	case submission.TranslationCorrected:
		return c.translated(e.Translation)
	}
	return c.wrapped(e)
}

// wrapped applies what changes who may read, or who signs.
func (c *submissionChange) wrapped(e submission.Event) error {
	switch e := e.(type) {
	case submission.ConfidentialityRequested:
		return c.revise(set{"label", string(domain.Sealed), "requested", string(e.Label)})
	case submission.ConfidentialityGranted:
		return c.labelled(e.Label, set{"label", string(e.Label), "requested", "", "reason", e.Reason})
	case submission.ConfidentialityDeclined:
		return c.revise(set{"requested", "", "reason", e.Reason})
	case submission.ConfidentialityLowered:
		return c.labelled(e.Label, set{"label", string(e.Label), "requested", "", "reason", ""}) // the reasons were not for everybody
	case submission.CoSignatoryInvited:
		return c.invited(e.Party)
	case submission.CoSignatoryConfirmed:
		return c.signed(e.Party)
	case submission.CoSignatoryLeft:
		return c.left(e.Party)
	}
	return fmt.Errorf("no row for %T", e)
}

// revise adds the next row, naming what made it. The change is about the
// current edition unless s says otherwise.
func (c *submissionChange) revise(s set) error {
	s = set{"change", c.f.Type, "changed_at", c.f.at(), "told", int(c.told), "about", column("edition")}.with(s)
	return c.tx.revise(c.ctx, "submissions", c.f, c.f.Aggregate, s)
}

func (c *submissionChange) create(s set) error {
	base := set{
		"author", "", "label", string(domain.Public), "requested", "", "released", 0, "hidden", 0, "hidden_for", "", "timeliness", "", "late", "",
		"edition", 1, "recorded", 0, "confirmed", 0, "contested", 0, "attested", 0, "outside", 0, "import", "", "source", "", "submitted_at", c.f.at(), "listed_at", c.f.at(), "reason", "",
		"change", c.f.Type, "changed_at", c.f.at(), "told", int(c.told), "about", 1,
	}
	return c.tx.create(c.ctx, "submissions", c.f, c.f.Aggregate, base.with(s))
}

// with returns s with the columns of t put in or changed.
func (s set) with(t set) set {
	out := append(set{}, s...)
next:
	for i := 0; i < len(t); i += 2 {
		for j := 0; j < len(out); j += 2 {
			if out[j] == t[i] {
				out[j+1] = t[i+1]
				continue next
			}
		}
		out = append(out, t[i], t[i+1])
	}
	return out
}

// edition returns the last edition, or 0 for a submission without a row yet.
func (c *submissionChange) edition() (int64, error) {
	row, err := c.tx.row(c.ctx, `SELECT COALESCE(MAX(edition), 0) FROM editions WHERE submission = ?`, string(c.f.Aggregate))
	if err != nil {
		return 0, err
	}
	var n int64
	return n, row.Scan(&n)
}

// put adds or revises the row, whichever it takes, with the next edition.
func (c *submissionChange) put(kind string, content submission.Content, s set) error {
	was, err := c.edition()
	if err != nil {
		return err
	}
	if err := c.content(was+1, kind, content); err != nil {
		return err
	}
	s = append(s, "edition", was+1, "about", was+1)
	if was == 0 {
		return c.create(s)
	}
	return c.revise(s)
}

func languageOf(c submission.Content) string {
	if c.Text != nil {
		return c.Text.Language
	}
	for _, a := range c.Answers {
		if a.Words != nil {
			return a.Words.Language
		}
	}
	return "und"
}

func (c *submissionChange) draft(e submission.DraftSaved) error {
	return c.put("DRAFT", e.Content, set{"consultation", string(e.Consultation), "owner", string(e.For), "status", "DRAFT"})
}

func (c *submissionChange) received(e submission.Received) error {
	s := set{"consultation", string(e.Consultation), "owner", string(e.For), "status", "SUBMITTED", "label", string(e.Label), "requested", string(e.Requested),
		"submitted_at", c.f.at(), "listed_at", listedAt(c.f.at(), e.Label), "timeliness", string(submission.OnTime)}
	if e.Late != nil {
		s = s.with(set{"timeliness", "", "late", e.Late.Reason.Text})
	}
	return c.put("SUBMITTED", e.Content, s)
}

func (c *submissionChange) recorded(e submission.Recorded) error {
	label := cmp.Or(e.Label, domain.Public)
	return c.put("RECORDED", e.Content, set{
		"consultation", string(e.Consultation), "owner", string(e.For), "author", e.Author.Text, "status", "SUBMITTED",
		"label", string(label), "listed_at", listedAt(c.f.at(), label), "timeliness", string(submission.OnTime), "recorded", 1, "outside", e.Outside, "import", string(e.Import), "source", asJSON(e.Source),
	})
}

// content stores an edition's texts and answers.
func (c *submissionChange) content(edition int64, kind string, content submission.Content) error {
	n := 0
	store := func(w *submission.Words) (any, error) {
		if w == nil {
			return nil, nil
		}
		id, err := c.tx.text(c.ctx, c.f, n, w.Language, w.Text.Text)
		n++
		return id, err
	}
	text, err := store(content.Text)
	if err != nil {
		return err
	}
	if _, err := c.tx.Exec(c.ctx, `INSERT INTO editions (submission, edition, kind, text, language, objectives, recorded_at, idx) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		string(c.f.Aggregate), edition, kind, text, languageOf(content), asJSON(append([]string{}, content.Objectives...)), c.f.at(), c.f.Index); err != nil {
		return err
	}
	for i, a := range content.Answers {
		text, err := store(a.Words)
		if err != nil {
			return err
		}
		if _, err := c.tx.Exec(c.ctx, `INSERT INTO answers (submission, edition, n, question, text, chosen) VALUES (?, ?, ?, ?, ?, ?)`,
			string(c.f.Aggregate), edition, i, string(a.Question), text, asJSON(append([]string{}, a.Chosen...))); err != nil {
			return err
		}
	}
	return nil
}

func (c *submissionChange) translated(t submission.Translation) error {
	text, err := c.tx.text(c.ctx, c.f, 0, t.Words.Language, t.Words.Text.Text)
	if err != nil {
		return err
	}
	id := string(c.f.Aggregate)
	if _, err := c.tx.Exec(c.ctx, `UPDATE translations SET valid_to = ? WHERE submission = ? AND edition = ? AND language = ? AND valid_to = ?`,
		c.f.Index, id, t.Edition, t.Words.Language, open); err != nil {
		return err
	}
	if _, err := c.tx.Exec(c.ctx, `INSERT INTO translations (submission, edition, language, origin, text, valid_from, valid_to) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		id, t.Edition, t.Words.Language, string(t.Origin), text, c.f.Index, open); err != nil {
		return err
	}
	return c.revise(set{"about", t.Edition})
}
