package projections

import (
	"context"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
)

var commitments = Projection{
	Name:    "commitments",
	Version: 2,
	Reads:   []string{"commitment"},
	Tables: []Table{
		history("commitments"), {"co_pledgers", "id, entity, valid_from"}, {"matches", "id, other"},
		{"progress_reports", "commitment, number"}, {"challenges", "commitment, report, idx"},
	},
	Schema: `CREATE TABLE commitments (
		id           TEXT    NOT NULL,
		status       TEXT    NOT NULL, -- ANNOUNCED RECORDED SUBMITTED CONFIRMED PLANNING IN_PROGRESS FULFILLED LAPSED WITHDRAWN CONTESTED
		edition      INTEGER NOT NULL,
		owner        TEXT    NOT NULL, -- whose it is, or whose the record says it is; empty for nobody in particular
		recorded     INTEGER NOT NULL, -- by the secretariat
		confirmed    INTEGER NOT NULL, -- the owner stands by it; only then it is attributed
		published    INTEGER NOT NULL,
		quantifier   TEXT    NOT NULL, -- of an announcement; never a number
		attribution  TEXT    NOT NULL,
		category     TEXT    NOT NULL, -- JSON {vocabulary, version, term}, or empty
		announcement TEXT    NOT NULL, -- which the owner says this pledge was
		form         TEXT    NOT NULL,
		kind         TEXT    NOT NULL,
		text         INTEGER NOT NULL, -- texts
		concerns     TEXT    NOT NULL,
		objectives   TEXT    NOT NULL, -- JSON: numbers
		principles   TEXT    NOT NULL, -- JSON: letters
		places       TEXT    NOT NULL, -- JSON: [{symbol, paragraph}]
		amount       INTEGER,          -- minor units of the currency
		currency     TEXT    NOT NULL,
		fund         TEXT    NOT NULL,
		ends         TEXT    NOT NULL, -- as a partial date has it, as all dates here
		lapses_at    INTEGER,          -- milliseconds since 1970, as all times here
		update_due   INTEGER,
		stale        INTEGER NOT NULL,
		source       TEXT    NOT NULL, -- what a record rests on
		reason       INTEGER,          -- texts; of a contestation or withdrawal
		created_at   INTEGER NOT NULL,
		change       TEXT    NOT NULL, -- what made this row, as an event is named
		changed_at   INTEGER NOT NULL,
		occurred_on  TEXT    NOT NULL,
		valid_from   INTEGER NOT NULL,
		valid_to     INTEGER NOT NULL
	) STRICT;
	CREATE INDEX commitments_id ON commitments (id, valid_to);
	CREATE INDEX commitments_created ON commitments (valid_to, created_at, id);
	CREATE INDEX commitments_owner ON commitments (owner, valid_to, created_at, id);
	CREATE INDEX commitments_due ON commitments (valid_to, update_due) WHERE update_due IS NOT NULL;
	CREATE INDEX commitments_lapse ON commitments (valid_to, lapses_at) WHERE lapses_at IS NOT NULL;
	-- Whom the owner names, and whether they pledge too.
	CREATE TABLE co_pledgers (
		id         TEXT    NOT NULL, -- the commitment
		entity     TEXT    NOT NULL,
		confirmed  INTEGER NOT NULL,
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX co_pledgers_id ON co_pledgers (id, valid_to);
	CREATE TABLE matches (
		id         TEXT    NOT NULL, -- the commitment whose owner linked it
		other      TEXT    NOT NULL,
		valid_from INTEGER NOT NULL,
		valid_to   INTEGER NOT NULL
	) STRICT;
	CREATE INDEX matches_id ON matches (id, other);
	CREATE INDEX matches_other ON matches (other, id);
	-- Every report of progress, for ever.
	CREATE TABLE progress_reports (
		commitment  TEXT    NOT NULL,
		number      INTEGER NOT NULL,
		stage       TEXT    NOT NULL,
		text        INTEGER NOT NULL, -- texts
		evidence    TEXT    NOT NULL, -- JSON: [{title, link}]
		occurred_on TEXT    NOT NULL,
		recorded_at INTEGER NOT NULL,
		idx         INTEGER NOT NULL,
		PRIMARY KEY (commitment, number)
	) STRICT;
	CREATE TABLE challenges (
		commitment  TEXT    NOT NULL,
		report      INTEGER NOT NULL,
		entity      TEXT    NOT NULL,
		text        INTEGER NOT NULL, -- texts
		evidence    TEXT    NOT NULL, -- JSON: [{title, link}]
		recorded_at INTEGER NOT NULL,
		idx         INTEGER NOT NULL
	) STRICT;
	CREATE INDEX challenges_of ON challenges (commitment, report, idx);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		e, ok := f.Event.(commitment.Event)
		if !ok {
			return nil
		}
		return (&commitmentChange{ctx, tx, f}).apply(e)
	},
}

// commitmentChange applies one event to the tables of commitments.
type commitmentChange struct {
	ctx context.Context
	tx  *Tx
	f   Fact
}

func (c *commitmentChange) apply(e commitment.Event) error {
	switch e := e.(type) {
	case commitment.Announced:
		return c.announced(e)
	case commitment.Recorded:
		return c.recorded(e)
	case commitment.RecordCorrected:
		return c.edit(e.OccurredOn, e.Terms, set{"source", e.Source})
	case commitment.Confirmed:
		return c.edit(e.OccurredOn, e.Terms, set{"status", "CONFIRMED", "confirmed", 1, "owner", string(e.Owner), "update_due", millis(e.UpdateDue)})
	case commitment.Contested:
		return c.because(e.Reason, e.OccurredOn, set{"status", "CONTESTED"})
	case commitment.Submitted:
		return c.submitted(e)
	case commitment.CoPledgerConfirmed:
		return c.pledger(e.Entity, 1, true)
	case commitment.CoPledgerLeft:
		return c.pledger(e.Entity, 0, false)
	case commitment.Published:
		return c.revise("", set{"status", "CONFIRMED", "published", 1, "update_due", millis(e.UpdateDue)})
	case commitment.Matched:
		return c.matched(e)
	}
	return c.course(e)
}

// course applies what comes once a commitment is under way.
func (c *commitmentChange) course(e commitment.Event) error {
	switch e := e.(type) {
	case commitment.ProgressReported:
		return c.reported(e)
	case commitment.ProgressChallenged:
		return c.challenged(e)
	case commitment.Fulfilled:
		return c.revise(e.OccurredOn, set{"status", "FULFILLED"})
	case commitment.BecameStale:
		return c.revise("", set{"stale", 1})
	case commitment.Lapsed:
		return c.revise("", set{"status", "LAPSED", "stale", 0, "update_due", nil})
	case commitment.Withdrawn:
		return c.because(e.Reason, e.OccurredOn, set{"status", "WITHDRAWN", "stale", 0, "update_due", nil})
	}
	return nil
}

// millis is t as it is stored, and null for the zero time.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// terms stores the text of t and returns the columns of all of it.
func (c *commitmentChange) terms(t commitment.Terms) (set, error) {
	text, err := c.tx.text(c.ctx, c.f, 0, t.Text.Language, t.Text.Value)
	if err != nil {
		return nil, err
	}
	var amount any
	var currency string
	if t.Amount != nil {
		amount, currency = t.Amount.Minor, t.Amount.Currency
	}
	return set{
		"kind", string(t.Kind), "text", text, "concerns", string(t.Scope.Concerns), "objectives", asJSON(append([]int{}, t.Scope.Objectives...)),
		"principles", asJSON(append([]string{}, t.Scope.Principles...)), "places", asJSON(append([]domain.MandateRef{}, t.Scope.Places...)),
		"amount", amount, "currency", currency, "fund", string(t.Fund), "ends", string(t.Ends), "lapses_at", millis(commitment.State{Terms: t}.LapsesAt()),
	}, nil
}

func (c *commitmentChange) create(on domain.PartialDate, t commitment.Terms, s set) error {
	terms, err := c.terms(t)
	if err != nil {
		return err
	}
	base := set{
		"edition", 1, "owner", "", "recorded", 0, "confirmed", 0, "published", 0, "quantifier", "", "attribution", "", "category", "", "announcement", "",
		"form", string(commitment.Individual), "stale", 0, "source", "", "created_at", c.f.at(), "change", c.f.Type, "changed_at", c.f.at(), "occurred_on", string(on),
	}
	return c.tx.create(c.ctx, "commitments", c.f, c.f.Aggregate, append(base.with(s), terms...))
}

// revise adds the next row, naming what made it.
func (c *commitmentChange) revise(on domain.PartialDate, s set) error {
	s = append(append(set{}, s...), "change", c.f.Type, "changed_at", c.f.at(), "occurred_on", string(on))
	return c.tx.revise(c.ctx, "commitments", c.f, c.f.Aggregate, s)
}

// next is revise with the next edition.
func (c *commitmentChange) next(on domain.PartialDate, s set) error {
	edition, err := c.tx.current(c.ctx, "commitments", "edition", c.f.Aggregate)
	if err != nil {
		return err
	}
	return c.revise(on, append(s, "edition", edition.(int64)+1))
}

// edit is next with other terms.
func (c *commitmentChange) edit(on domain.PartialDate, t commitment.Terms, s set) error {
	terms, err := c.terms(t)
	if err != nil {
		return err
	}
	return c.next(on, append(s, terms...))
}

func (c *commitmentChange) because(reason domain.Text, on domain.PartialDate, s set) error {
	return withText(c.ctx, c.tx, c.f, reason, func(s set) error { return c.revise(on, s) }, s, "reason")
}

func (c *commitmentChange) announced(e commitment.Announced) error {
	category := ""
	if e.Category != (commitment.Category{}) {
		category = asJSON(e.Category)
	}
	return c.create(e.OccurredOn, e.Terms, set{
		"status", "ANNOUNCED", "owner", string(e.Owner), "recorded", 1, "published", 1,
		"quantifier", string(e.Quantifier), "attribution", string(e.Attribution), "category", category, "source", e.Source,
	})
}

// recorded is the first row, or the terms of what was announced before.
func (c *commitmentChange) recorded(e commitment.Recorded) error {
	s := set{"status", "RECORDED", "owner", string(e.Owner), "recorded", 1, "published", 1, "source", e.Source}
	if c.f.Version == 1 {
		return c.create(e.OccurredOn, e.Terms, s)
	}
	return c.edit(e.OccurredOn, e.Terms, s)
}

func (c *commitmentChange) submitted(e commitment.Submitted) error {
	for _, id := range e.CoPledgers {
		if err := c.tx.create(c.ctx, "co_pledgers", c.f, c.f.Aggregate, set{"entity", string(id), "confirmed", 0}); err != nil {
			return err
		}
	}
	return c.create(e.OccurredOn, e.Terms, set{
		"status", "SUBMITTED", "owner", string(e.Owner), "confirmed", 1, "attribution", string(domain.Named),
		"announcement", string(e.Announcement), "form", string(e.Form),
	})
}

// pledger ends a co-pledger's row and, unless they left, adds the next.
func (c *commitmentChange) pledger(entity domain.ID, confirmed int, stays bool) error {
	if _, err := c.tx.Exec(c.ctx, `UPDATE co_pledgers SET valid_to = ? WHERE id = ? AND entity = ? AND valid_to = ?`,
		c.f.Index, string(c.f.Aggregate), string(entity), open); err != nil {
		return err
	}
	if stays {
		if err := c.tx.create(c.ctx, "co_pledgers", c.f, c.f.Aggregate, set{"entity", string(entity), "confirmed", confirmed}); err != nil {
			return err
		}
	}
	return c.revise("", nil)
}

func (c *commitmentChange) matched(e commitment.Matched) error {
	if err := c.tx.create(c.ctx, "matches", c.f, c.f.Aggregate, set{"other", string(e.With)}); err != nil {
		return err
	}
	return c.revise("", nil)
}
