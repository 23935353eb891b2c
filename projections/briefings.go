package projections

import (
	"context"
	"fmt"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
)

var briefings = Projection{
	Name:    "briefings",
	Version: 3,
	Reads:   []string{"briefing"},
	Tables: []Table{
		history("briefings"), history("briefing_items"), history("briefing_participants"),
		{"briefing_agendas", "briefing, valid_from, n"}, {"briefing_carried", "briefing, outcome"}, {"briefing_invitations", "briefing, n"},
		{"briefing_attendances", "briefing, edition"}, {"briefing_summaries", "briefing, edition"}, {"briefing_drafts", "briefing, valid_from"},
		{"briefing_points", "item, n"}, {"briefing_deposits", "item, edition"}, {"briefing_withdrawals", "item, edition"},
		{"briefing_translations", "item, edition, language, valid_from"}, {"briefing_claims", "item, speaker, valid_from"},
	},
	Schema: briefingSchema + briefingItemSchema,
	Apply: func(ctx context.Context, tx *Tx, f Fact) error {
		e, ok := f.Event.(briefing.Event)
		if !ok {
			return nil
		}
		return (&briefingChange{ctx: ctx, tx: tx, f: f}).apply(e)
	},
}

// briefingChange applies one event to the tables of briefings.
type briefingChange struct {
	ctx   context.Context
	tx    *Tx
	f     Fact
	texts int // stored so far of this event
}

// text stores words, and returns nothing for no words.
func (c *briefingChange) text(t domain.Text) (any, error) {
	if t.Value == "" {
		return nil, nil
	}
	id, err := c.tx.text(c.ctx, c.f, c.texts, t.Language, t.Value)
	c.texts++
	return id, err
}

func (c *briefingChange) id() string { return string(c.f.Aggregate) }

func (c *briefingChange) apply(e briefing.Event) error {
	switch e := e.(type) {
	case briefing.Scheduled:
		return c.scheduled(e)
	case briefing.Rescheduled:
		return c.rescheduled(e)
	case briefing.Cancelled:
		return c.cancelled(e)
	case briefing.MeetingStarted:
		return c.started(e)
	case briefing.MeetingConcluded:
		return c.revise(set{"status", "CONCLUDED", "concluded", string(e.OccurredOn)}, false)
	case briefing.AgendaPublished:
		return c.agenda(e)
	case briefing.OutcomeCarried:
		return c.insert(`INSERT INTO briefing_carried (briefing, outcome, valid_from, valid_to) VALUES (?, ?, ?, ?)`,
			c.id(), string(e.From.Outcome), c.f.Index, open)
	case briefing.InvitationIssued:
		return c.insert(`INSERT INTO briefing_invitations (briefing, n, entity, category, valid_from, valid_to)
			SELECT ?, count(*) + 1, ?, ?, ?, ? FROM briefing_invitations WHERE briefing = ?`,
			c.id(), string(e.Invitee.Entity), asJSON(e.Invitee.Category), c.f.Index, open, c.id())
	case briefing.ParticipantRegistered:
		return c.tx.create(c.ctx, "briefing_participants", c.f, e.Participant, set{
			"briefing", c.id(), "vocabulary", e.Category.Vocabulary, "version", e.Category.Version, "term", e.Category.Code,
			"entity", string(e.Entity), "person", string(e.Person), "name", e.Name.Text, "consent", string(briefing.Nobody), "basis", "",
		})
	case briefing.ConsentRecorded:
		return c.tx.revise(c.ctx, "briefing_participants", c.f, e.Participant, set{"consent", string(e.Consent), "basis", e.Basis})
	case briefing.AttendanceRecorded:
		return c.attended(e)
	case briefing.SummaryDrafted:
		return c.drafted(e)
	case briefing.SummaryPublished:
		return c.summed("SUMMARY_PUBLISHED", e.Edition, 0, e.Text, domain.Text{})
	case briefing.SummaryCorrected:
		return c.summed("CORRECTED", e.Edition, e.Corrects, e.Text, e.Reason)
	}
	return c.said(e)
}

func (c *briefingChange) insert(query string, args ...any) error {
	_, err := c.tx.Exec(c.ctx, query, args...)
	return err
}

// close ends the current rows of a table that belong to the briefing.
func (c *briefingChange) close(table string) error {
	return c.insert(`UPDATE `+table+` SET valid_to = ? WHERE briefing = ? AND valid_to = ?`, c.f.Index, c.id(), open)
}

// revise adds the next row of the briefing, with or without another edition.
func (c *briefingChange) revise(s set, edition bool) error {
	if edition {
		was, err := c.tx.current(c.ctx, "briefings", "edition", c.f.Aggregate)
		if err != nil {
			return err
		}
		s = append(s, "edition", was.(int64)+1)
	}
	return c.tx.revise(c.ctx, "briefings", c.f, c.f.Aggregate, s)
}

// held sets the day of a briefing, by which it is found.
func held(on domain.PartialDate) set {
	return set{"held_on", string(on), "first_day", string(on.Earliest()), "last_day", string(on.Latest())}
}

func placed(p briefing.Place) set {
	return append(set{"city", p.City, "date", string(p.Date), "local_time", p.LocalTime}, held(p.Date)...)
}

func (c *briefingChange) scheduled(e briefing.Scheduled) error {
	return c.tx.create(c.ctx, "briefings", c.f, c.f.Aggregate, append(set{
		"title_language", e.Title.Language, "title", e.Title.Value, "moved_from", "", "status", "SCHEDULED", "edition", 1,
		"started", "", "concluded", "", "called", c.f.Index, "reason", nil,
	}, placed(e.Place)...))
}

func (c *briefingChange) rescheduled(e briefing.Rescheduled) error {
	why, err := c.text(e.Reason)
	if err != nil {
		return err
	}
	return c.revise(append(set{"status", "RESCHEDULED", "moved_from", asJSON(e.Was), "reason", why}, placed(e.Place)...), true)
}

func (c *briefingChange) cancelled(e briefing.Cancelled) error {
	why, err := c.text(e.Reason)
	if err != nil {
		return err
	}
	return c.revise(set{"status", "CANCELLED", "reason", why}, false)
}

func (c *briefingChange) started(e briefing.MeetingStarted) error {
	s := set{"status", "IN_SESSION", "started", string(e.OccurredOn)}
	if e.OccurredOn != "" {
		s = append(s, held(e.OccurredOn)...)
	}
	return c.revise(s, false)
}

func (c *briefingChange) agenda(e briefing.AgendaPublished) error {
	if err := c.close("briefing_agendas"); err != nil {
		return err
	}
	for i, it := range e.Items {
		title, err := c.text(it.Title)
		if err != nil {
			return err
		}
		if err := c.insert(`INSERT INTO briefing_agendas (briefing, n, title, mandates, valid_from, valid_to) VALUES (?, ?, ?, ?, ?, ?)`,
			c.id(), i, title, asJSON(append([]domain.MandateRef{}, it.Mandates...)), c.f.Index, open); err != nil {
			return err
		}
	}
	return c.revise(nil, true)
}

func (c *briefingChange) attended(e briefing.AttendanceRecorded) error {
	if err := c.close("briefing_attendances"); err != nil {
		return err
	}
	if err := c.insert(`INSERT INTO briefing_attendances (briefing, edition, corrects, total, not_broken_down, counts, represented, occurred_on, recorded_at, valid_from, valid_to)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, c.id(), e.Edition, e.Corrects, e.Total, e.NotBrokenDown,
		asJSON(append([]briefing.Count{}, e.Counts...)), asJSON(append([]briefing.Term{}, e.Represented...)), string(e.OccurredOn), c.f.at(), c.f.Index, open); err != nil {
		return err
	}
	return c.revise(nil, true)
}

func (c *briefingChange) drafted(e briefing.SummaryDrafted) error {
	if err := c.close("briefing_drafts"); err != nil {
		return err
	}
	text, err := c.tx.text(c.ctx, c.f, 0, e.Language, e.Draft.Text)
	if err != nil {
		return err
	}
	if err := c.insert(`INSERT INTO briefing_drafts (briefing, text, valid_from, valid_to) VALUES (?, ?, ?, ?)`, c.id(), text, c.f.Index, open); err != nil {
		return err
	}
	return c.revise(set{"status", "SUMMARY_DRAFTED"}, true)
}

func (c *briefingChange) summed(status string, edition, corrects int64, t, reason domain.Text) error {
	if err := c.close("briefing_summaries"); err != nil {
		return err
	}
	text, err := c.text(t)
	if err != nil {
		return err
	}
	why, err := c.text(reason)
	if err != nil {
		return err
	}
	if text == nil {
		return fmt.Errorf("edition %d of a summary has no text", edition)
	}
	if err := c.insert(`INSERT INTO briefing_summaries (briefing, edition, corrects, text, reason, recorded_at, valid_from, valid_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		c.id(), edition, corrects, text, why, c.f.at(), c.f.Index, open); err != nil {
		return err
	}
	return c.revise(set{"status", status}, true)
}
