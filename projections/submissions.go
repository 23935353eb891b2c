package projections

import (
	"cmp"
	"context"
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

var submissions = Projection{
	Name:    "submissions",
	Version: 5,
	Reads:   []string{"submission"},
	Tables: []Table{
		history("submissions"), {"editions", "submission, edition"}, {"answers", "submission, edition, n"},
		{"translations", "submission, edition, language, valid_from"}, {"signatories", "submission, party, valid_from"},
	},
	Schema: `CREATE TABLE submissions (
		id           TEXT    NOT NULL,
		consultation TEXT    NOT NULL,
		owner        TEXT    NOT NULL, -- entity or person; empty for one recorded without a known owner
		author       TEXT    NOT NULL, -- the name a recorded one came under
		status       TEXT    NOT NULL, -- DRAFT PROPOSED SUBMITTED WITHDRAWN DISCARDED
		label        TEXT    NOT NULL, -- as it stands: SEALED while a request is pending
		requested    TEXT    NOT NULL, -- confidentiality asked for and not decided
		published    INTEGER NOT NULL,
		hidden       INTEGER NOT NULL,
		number       INTEGER,          -- public, given once everybody may read it, counted in the consultation
		timeliness   TEXT    NOT NULL, -- empty for a draft, and while a late one waits
		late         TEXT    NOT NULL, -- the reason given, if it came late
		edition      INTEGER NOT NULL,
		language     TEXT    NOT NULL, -- of the text, or of the first answer
		objectives   TEXT    NOT NULL, -- JSON: codes
		recorded     INTEGER NOT NULL,
		confirmed    INTEGER NOT NULL,
		outside      INTEGER NOT NULL, -- a recorded one from outside the audience
		source       TEXT    NOT NULL, -- JSON of a recorded one; else empty
		submitted_at INTEGER NOT NULL, -- milliseconds; of a draft, when it was begun
		reason       TEXT    NOT NULL, -- of the last decision or withdrawal
		change       TEXT    NOT NULL, -- what made this row, as an event is named
		changed_at   INTEGER NOT NULL,
		valid_from   INTEGER NOT NULL,
		valid_to     INTEGER NOT NULL
	) STRICT;
	CREATE INDEX submissions_id ON submissions (id, valid_to);
	-- Pages are read in order, at any moment: what does not count then is passed over in the index.
	CREATE INDEX submissions_submitted ON submissions (submitted_at, id, valid_to, valid_from);
	CREATE INDEX submissions_consultation ON submissions (consultation, submitted_at, id, valid_to, valid_from);
	CREATE INDEX submissions_number ON submissions (consultation, number) WHERE number IS NOT NULL;
	CREATE INDEX submissions_owner ON submissions (owner, valid_to, submitted_at, id);
	-- Every edition of the content, for ever.
	CREATE TABLE editions (
		submission  TEXT    NOT NULL,
		edition     INTEGER NOT NULL,
		kind        TEXT    NOT NULL, -- DRAFT SUBMITTED RECORDED AMENDED
		text        INTEGER,          -- texts
		recorded_at INTEGER NOT NULL,
		idx         INTEGER NOT NULL,
		PRIMARY KEY (submission, edition)
	) STRICT;
	CREATE TABLE answers (
		submission TEXT    NOT NULL,
		edition    INTEGER NOT NULL,
		n          INTEGER NOT NULL, -- as they were given
		question   TEXT    NOT NULL,
		text       INTEGER,          -- texts
		chosen     TEXT    NOT NULL, -- JSON: options
		PRIMARY KEY (submission, edition, n)
	) STRICT;
	CREATE TABLE translations (
		submission TEXT    NOT NULL,
		edition    INTEGER NOT NULL,
		language   TEXT    NOT NULL,
		origin     TEXT    NOT NULL,
		text       INTEGER NOT NULL, -- texts
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX translations_of ON translations (submission, edition);
	CREATE TABLE signatories (
		submission TEXT    NOT NULL,
		party      TEXT    NOT NULL,
		confirmed  INTEGER NOT NULL,
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX signatories_of ON signatories (submission, valid_to);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		e, ok := f.Event.(submission.Event)
		if !ok {
			return nil
		}
		return (&submissionChange{ctx, tx, f}).apply(e)
	},
}

// submissionChange applies one event to the tables of submissions.
type submissionChange struct {
	ctx context.Context
	tx  *Tx
	f   Fact
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
		return c.revise(set{"confirmed", 1})
	case submission.Amended:
		return c.amended(e)
	case submission.Withdrawn:
		return c.revise(set{"status", "WITHDRAWN", "reason", e.Reason.Text})
	case submission.Restored:
		return c.revise(set{"status", "SUBMITTED", "reason", ""})
	case submission.LateAccepted:
		return c.revise(set{"timeliness", string(submission.AcceptedLate), "reason", e.Reason})
	case submission.LateRefused:
		return c.revise(set{"timeliness", string(submission.RefusedLate), "reason", e.Reason.String()})
	case submission.Published:
		return c.released(set{"published", 1})
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
		return c.released(set{"label", string(e.Label), "requested", "", "reason", e.Reason})
	case submission.ConfidentialityDeclined:
		return c.revise(set{"requested", "", "reason", e.Reason})
	case submission.ConfidentialityLowered:
		return c.released(set{"label", string(e.Label), "requested", "", "reason", ""}) // the reasons were not for everybody
	case submission.CoSignatoryInvited:
		return c.sign(e.Party, 0, true)
	case submission.CoSignatoryConfirmed:
		return c.sign(e.Party, 1, true)
	case submission.CoSignatoryLeft:
		return c.sign(e.Party, 0, false)
	}
	return fmt.Errorf("no row for %T", e)
}

// revise adds the next row, naming what made it.
func (c *submissionChange) revise(s set) error {
	s = append(append(set{}, s...), "change", c.f.Type, "changed_at", c.f.at())
	return c.tx.revise(c.ctx, "submissions", c.f, c.f.Aggregate, s)
}

func (c *submissionChange) create(s set) error {
	base := set{
		"author", "", "label", string(domain.Public), "requested", "", "published", 0, "hidden", 0, "timeliness", "", "late", "",
		"edition", 1, "recorded", 0, "confirmed", 0, "outside", 0, "source", "", "submitted_at", c.f.at(), "reason", "", "change", c.f.Type, "changed_at", c.f.at(),
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
	s = append(s, "edition", was+1, "language", languageOf(content), "objectives", asJSON(append([]string{}, content.Objectives...)))
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
	s := set{"consultation", string(e.Consultation), "owner", string(e.For), "status", "SUBMITTED", "label", string(e.Label), "submitted_at", c.f.at(), "timeliness", string(submission.OnTime)}
	if e.Late != nil {
		s = s.with(set{"timeliness", "", "late", e.Late.Reason.Text})
	}
	return c.put("SUBMITTED", e.Content, s)
}

func (c *submissionChange) recorded(e submission.Recorded) error {
	return c.put("RECORDED", e.Content, set{
		"consultation", string(e.Consultation), "owner", string(e.For), "author", e.Author.Text, "status", "SUBMITTED",
		"label", string(cmp.Or(e.Label, domain.Public)), "timeliness", string(submission.OnTime), "recorded", 1, "outside", e.Outside, "source", asJSON(e.Source),
	})
}

func (c *submissionChange) amended(e submission.Amended) error {
	// Signatures are of the edition before: whoever signed is asked again.
	for _, statement := range []string{
		`INSERT INTO signatories (submission, party, confirmed, valid_from, valid_to)
			SELECT submission, party, 0, ?, valid_to FROM signatories WHERE submission = ? AND valid_to = ? AND confirmed`,
		`UPDATE signatories SET valid_to = ? WHERE submission = ? AND valid_to = ? AND confirmed`,
	} {
		if _, err := c.tx.Exec(c.ctx, statement, c.f.Index, string(c.f.Aggregate), open); err != nil {
			return err
		}
	}
	return c.put("AMENDED", e.Content, nil)
}

// released revises the row and, once everybody may read the words, gives the
// public number: the next in the consultation, in index order. Nothing else
// takes one, so that no gap tells of what is not public.
func (c *submissionChange) released(s set) error {
	row, err := c.tx.row(c.ctx, `SELECT consultation, published, label, number IS NOT NULL FROM submissions WHERE id = ? AND valid_to = ?`, string(c.f.Aggregate), open)
	if err != nil {
		return err
	}
	var round string
	var published, numbered bool
	var label any
	if err := row.Scan(&round, &published, &label, &numbered); err != nil {
		return err
	}
	for i := 0; i < len(s); i += 2 {
		switch s[i] {
		case "published":
			published = true
		case "label":
			label = s[i+1]
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
	if _, err := c.tx.Exec(c.ctx, `INSERT INTO editions (submission, edition, kind, text, recorded_at, idx) VALUES (?, ?, ?, ?, ?, ?)`,
		string(c.f.Aggregate), edition, kind, text, c.f.at(), c.f.Index); err != nil {
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
	return c.revise(nil)
}

// sign ends a co-signatory's row and, unless they left, adds the next.
func (c *submissionChange) sign(party domain.ID, confirmed int, stays bool) error {
	id := string(c.f.Aggregate)
	if _, err := c.tx.Exec(c.ctx, `UPDATE signatories SET valid_to = ? WHERE submission = ? AND party = ? AND valid_to = ?`, c.f.Index, id, string(party), open); err != nil {
		return err
	}
	if stays {
		if _, err := c.tx.Exec(c.ctx, `INSERT INTO signatories (submission, party, confirmed, valid_from, valid_to) VALUES (?, ?, ?, ?, ?)`,
			id, string(party), confirmed, c.f.Index, open); err != nil {
			return err
		}
	}
	return c.revise(nil)
}
