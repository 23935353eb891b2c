package projections

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
)

var secondments = Projection{
	Name:    "secondments",
	Version: 2,
	Reads:   []string{"secondment"},
	Tables:  []Table{history("secondments")},
	Schema: `CREATE TABLE secondments (
		id               TEXT    NOT NULL,
		entity           TEXT    NOT NULL, -- which releases the staff member
		status           TEXT    NOT NULL, -- RECORDED OFFERED IMPENDING STARTED EXTENDED ENDED CANCELLED CONTESTED
		edition          INTEGER NOT NULL,
		recorded         INTEGER NOT NULL,
		confirmed        INTEGER NOT NULL,
		acknowledged     INTEGER NOT NULL,
		acknowledged_on  TEXT    NOT NULL, -- as a partial date has it, as all dates here
		title_language   TEXT    NOT NULL,
		title            TEXT    NOT NULL,
		grade            TEXT    NOT NULL,
		station_language TEXT    NOT NULL,
		station          TEXT    NOT NULL,
		function         INTEGER,          -- texts
		start            TEXT    NOT NULL, -- planned
		started_on       TEXT    NOT NULL,
		until            TEXT    NOT NULL, -- planned
		ended_on         TEXT    NOT NULL,
		source           TEXT    NOT NULL, -- what the record rests on
		reason           INTEGER,          -- texts; of the last extension, end, cancellation or contestation
		person           TEXT    NOT NULL, -- who is lent; shown only as seesPerson has it
		person_name      TEXT    NOT NULL, -- likewise
		created_at       INTEGER NOT NULL, -- milliseconds since 1970
		change           TEXT    NOT NULL, -- what made this row, as an event is named
		changed_at       INTEGER NOT NULL,
		occurred_on      TEXT    NOT NULL,
		valid_from       INTEGER NOT NULL,
		valid_to         INTEGER NOT NULL
	) STRICT;
	CREATE INDEX secondments_id ON secondments (id, valid_to);
	CREATE INDEX secondments_created ON secondments (valid_to, created_at, id);
	CREATE INDEX secondments_entity ON secondments (entity, valid_to, created_at, id);`,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		e, ok := f.Event.(secondment.Event)
		if !ok {
			return nil
		}
		return (&secondmentChange{ctx, tx, f}).apply(e)
	},
}

// secondmentChange applies one event to the table of secondments.
type secondmentChange struct {
	ctx context.Context
	tx  *Tx
	f   Fact
}

func (c *secondmentChange) apply(e secondment.Event) error {
	switch e := e.(type) {
	case secondment.Offered:
		return c.create(e.Post, e.OccurredOn, set{"entity", string(e.Entity), "status", "OFFERED", "confirmed", 1, "start", string(e.Start), "until", string(e.Until)})
	case secondment.Recorded:
		return c.create(e.Post, e.OccurredOn, append(knownOf(e.Known), "entity", string(e.Entity), "recorded", 1))
	case secondment.RecordCorrected:
		return c.described(e.Post, e.OccurredOn, knownOf(e.Known))
	case secondment.Confirmed:
		return c.confirmed(e)
	case secondment.Announced:
		return c.edit(e.OccurredOn, set{"status", "IMPENDING", "start", string(e.Start)})
	case secondment.Started:
		return c.edit(e.OccurredOn, set{"status", "STARTED", "started_on", string(e.OccurredOn)})
	case secondment.Acknowledged:
		return c.revise(e.OccurredOn, set{"acknowledged", 1, "acknowledged_on", string(e.OccurredOn)})
	case secondment.PersonNamed:
		return c.revise("", set{"person", string(e.Person.Of), "person_name", e.Person.Text})
	}
	return c.over(e)
}

// over applies what comes with a reason.
func (c *secondmentChange) over(e secondment.Event) error {
	switch e := e.(type) {
	case secondment.Extended:
		return withText(c.ctx, c.tx, c.f, e.Reason, func(s set) error { return c.edit(e.OccurredOn, s) }, set{"status", "EXTENDED", "until", string(e.Until), "reason", nil}, "reason")
	case secondment.Ended:
		return c.because(e.Reason, e.OccurredOn, set{"status", "ENDED", "ended_on", string(e.OccurredOn)})
	case secondment.Cancelled:
		return c.because(e.Reason, e.OccurredOn, set{"status", "CANCELLED"})
	case secondment.Contested:
		return c.because(e.Reason, e.OccurredOn, set{"status", "CONTESTED"})
	}
	return nil
}

func (c *secondmentChange) because(reason domain.Text, on domain.PartialDate, s set) error {
	return withText(c.ctx, c.tx, c.f, reason, func(s set) error { return c.revise(on, s) }, append(s, "reason", nil), "reason")
}

func knownOf(k secondment.Known) set {
	status := "RECORDED"
	if k.Impending {
		status = "IMPENDING"
	}
	return set{"status", status, "start", string(k.Start), "until", string(k.Until), "source", k.Source}
}

func (c *secondmentChange) confirmed(e secondment.Confirmed) error {
	status, err := c.tx.current(c.ctx, "secondments", "status", c.f.Aggregate)
	if err != nil {
		return err
	}
	if status == "RECORDED" {
		status = "OFFERED"
	}
	s := set{"confirmed", 1, "status", status}
	if e.Post != nil {
		return c.described(*e.Post, e.OccurredOn, s)
	}
	return c.revise(e.OccurredOn, s)
}

// revise adds the next row, naming what made it.
func (c *secondmentChange) revise(on domain.PartialDate, s set) error {
	s = append(s, "change", c.f.Type, "changed_at", c.f.at(), "occurred_on", string(on))
	return c.tx.revise(c.ctx, "secondments", c.f, c.f.Aggregate, s)
}

// edit is revise with the next edition.
func (c *secondmentChange) edit(on domain.PartialDate, s set) error {
	edition, err := c.tx.current(c.ctx, "secondments", "edition", c.f.Aggregate)
	if err != nil {
		return err
	}
	return c.revise(on, append(s, "edition", edition.(int64)+1))
}

// described is edit with another description of the post.
func (c *secondmentChange) described(p secondment.Post, on domain.PartialDate, s set) error {
	return withText(c.ctx, c.tx, c.f, p.Function, func(s set) error { return c.edit(on, s) }, append(append(s, "function", nil), postOf(p)...), "function")
}

func (c *secondmentChange) create(p secondment.Post, on domain.PartialDate, s set) error {
	base := set{
		"edition", 1, "recorded", 0, "confirmed", 0, "acknowledged", 0, "acknowledged_on", "", "started_on", "", "ended_on", "", "source", "",
		"person", "", "person_name", "", "created_at", c.f.at(), "change", c.f.Type, "changed_at", c.f.at(), "occurred_on", string(on),
	}
	write := func(s set) error { return c.tx.create(c.ctx, "secondments", c.f, c.f.Aggregate, s) }
	return withText(c.ctx, c.tx, c.f, p.Function, write, base.with(append(s, postOf(p)...)), "function")
}

func postOf(p secondment.Post) set {
	return set{
		"title_language", p.Title.Language, "title", p.Title.Value, "grade", p.Grade,
		"station_language", p.DutyStation.Language, "station", p.DutyStation.Value,
	}
}
