package projections

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
)

// saidRow is what of an item never changes, as it is kept in JSON.
type saidRow struct {
	Party      briefing.Party       `json:"party,omitzero"`   // the speaker, presenter, group or owner
	Parties    []briefing.Party     `json:"parties,omitzero"` // who answered
	Voice      briefing.Voice       `json:"voice,omitzero"`
	OnBehalfOf []domain.ID          `json:"onBehalfOf,omitzero"`
	Place      string               `json:"place,omitzero"`
	Terms      []briefing.Term      `json:"terms,omitzero"`
	Kind       briefing.OutcomeKind `json:"kind,omitzero"`
	Was        domain.PartialDate   `json:"was,omitzero"` // the due date that a follow-up changed
	Final      bool                 `json:"final,omitzero"`
	OccurredOn domain.PartialDate   `json:"occurredOn,omitzero"`
}

// said applies what was said, shown or agreed, and what is added to it.
func (c *briefingChange) said(e briefing.Event) error {
	switch e := e.(type) {
	case briefing.StatementDelivered:
		return c.statement(e)
	case briefing.PresentationGiven:
		return c.item(e.Presentation, briefing.Presentation, saidRow{Party: e.Presenter, OccurredOn: e.OccurredOn}, e.Title, set{"about", string(e.Beside)})
	case briefing.WorkingGroupUpdateGiven:
		return c.item(e.Update, briefing.GroupUpdate, saidRow{Party: e.Group, Terms: e.Terms, OccurredOn: e.OccurredOn}, e.Text, nil)
	case briefing.InterventionRecorded:
		return c.item(e.Intervention, briefing.Intervention, saidRow{Voice: e.Voice, Terms: e.Terms, OccurredOn: e.OccurredOn}, e.Text, nil)
	case briefing.IssueRaised:
		return c.item(e.Issue, briefing.Issue, saidRow{Voice: e.Voice, Terms: e.Terms, OccurredOn: e.OccurredOn}, e.Text, nil)
	case briefing.ConcernRaised:
		return c.item(e.Concern, briefing.Concern, saidRow{Voice: e.Voice, Place: e.Place, Terms: e.Terms, OccurredOn: e.OccurredOn}, e.Text, nil)
	case briefing.AppreciationExpressed:
		return c.item(e.Appreciation, briefing.Appreciation, saidRow{Voice: e.Voice, Terms: e.Terms, OccurredOn: e.OccurredOn}, e.Text, nil)
	case briefing.IssueAddressed:
		return c.item(e.Answer, briefing.Answer, saidRow{Parties: e.By, OccurredOn: e.OccurredOn}, e.Text, set{"about", string(e.Issue)})
	case briefing.OutcomeRecorded:
		return c.item(e.Outcome, briefing.Outcome, saidRow{Party: e.Owner, Kind: e.Kind, Terms: e.Terms, OccurredOn: e.OccurredOn}, e.Text, dueOn(e.Due))
	case briefing.OutcomeFollowedUp:
		return c.followedUp(e)
	case briefing.OutcomeFellDue:
		return c.tx.revise(c.ctx, "briefing_items", c.f, e.Outcome, set{"overdue", 1})
	case briefing.ItemRetracted:
		why, err := c.text(e.Reason)
		if err != nil {
			return err
		}
		return c.tx.revise(c.ctx, "briefing_items", c.f, e.Item, set{"retracted", 1, "reason", why})
	}
	return c.added(e)
}

// added applies what speakers and translators add to what was said.
func (c *briefingChange) added(e briefing.Event) error {
	switch e := e.(type) {
	case briefing.StatementTextDeposited:
		return c.deposited(e.Statement, e.Edition, e.Own, e.Text, e.TextSha256, e.Document)
	case briefing.PresentationDeposited:
		return c.deposited(e.Presentation, e.Edition, e.Own, domain.Text{}, "", e.Document)
	case briefing.StatementTextWithdrawn:
		return c.insert(`INSERT INTO briefing_withdrawals (item, edition, reason, valid_from) VALUES (?, ?, ?, ?)`,
			string(e.Statement), e.Edition, e.Reason, c.f.Index)
	case briefing.StatementTranslationAttached:
		return c.translated(e)
	}
	return c.claimed(e)
}

// item adds the first row of an item.
func (c *briefingChange) item(id domain.ID, kind briefing.Kind, s saidRow, words domain.Text, more set) error {
	text, err := c.text(words)
	if err != nil {
		return err
	}
	row, err := c.tx.row(c.ctx, `SELECT COALESCE(MAX(n), 0) + 1 FROM briefing_items WHERE briefing = ?`, c.id())
	if err != nil {
		return err
	}
	var n int64
	if err := row.Scan(&n); err != nil {
		return err
	}
	base := set{
		"briefing", c.id(), "n", n, "kind", string(kind), "import", "", "about", "", "said", asJSON(s), "person", "", "name", "", "text", text,
		"due", "", "due_until", nil, "overdue", 0, "closed", 0, "retracted", 0, "reason", nil, "recorded_at", c.f.at(),
	}
	return c.tx.create(c.ctx, "briefing_items", c.f, id, base.with(more))
}

func (c *briefingChange) statement(e briefing.StatementDelivered) error {
	s := saidRow{Party: e.Speaker, OnBehalfOf: e.OnBehalfOf, OccurredOn: e.OccurredOn}
	if err := c.item(e.Statement, briefing.Statement, s, domain.Text{}, set{"person", string(e.Person), "name", e.Name.Text, "import", string(e.Import)}); err != nil {
		return err
	}
	for i, p := range e.Points {
		text, err := c.text(p.Text)
		if err != nil {
			return err
		}
		if err := c.insert(`INSERT INTO briefing_points (item, n, text, terms, figures) VALUES (?, ?, ?, ?, ?)`, string(e.Statement), i, text,
			asJSON(append([]briefing.Term{}, p.Terms...)), asJSON(append([]briefing.Figure{}, p.Figures...))); err != nil {
			return err
		}
	}
	return nil
}

// dueOn sets when an outcome is due. Whoever owns it has no declared zone, so
// the day ends in UTC, as it does for who decides that it has passed.
func dueOn(due domain.PartialDate) set {
	if due == "" {
		return nil
	}
	return set{"due", string(due), "due_until", due.Latest().Time().AddDate(0, 0, 1).UnixMilli()}
}

func (c *briefingChange) followedUp(e briefing.OutcomeFollowedUp) error {
	s := saidRow{Was: e.Was, Final: e.Final, OccurredOn: e.OccurredOn}
	if err := c.item(e.FollowUp, briefing.FollowUp, s, e.Text, set{"about", string(e.Outcome), "due", string(e.Due)}); err != nil {
		return err
	}
	change := set{}
	if e.Due != "" {
		change = append(dueOn(e.Due), "overdue", 0) // whether that has passed is another question
	}
	if e.Final {
		change = append(change, "closed", 1)
	}
	return c.tx.revise(c.ctx, "briefing_items", c.f, e.Outcome, change)
}

func (c *briefingChange) deposited(item domain.ID, edition int64, own bool, words domain.Text, hash string, doc briefing.Document) error {
	text, err := c.text(words)
	if err != nil {
		return err
	}
	if err := c.insert(`UPDATE briefing_deposits SET valid_to = ? WHERE item = ? AND valid_to = ?`, c.f.Index, string(item), open); err != nil {
		return err
	}
	return c.insert(`INSERT INTO briefing_deposits (item, edition, own, text, text_sha256, link, file_sha256, recorded_at, valid_from, valid_to)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, string(item), edition, own, text, hash, doc.Link, doc.Sha256, c.f.at(), c.f.Index, open)
}

func (c *briefingChange) translated(e briefing.StatementTranslationAttached) error {
	text, err := c.text(e.Translation.Text)
	if err != nil {
		return err
	}
	item, lang := string(e.Statement), e.Translation.Language
	if err := c.insert(`UPDATE briefing_translations SET valid_to = ? WHERE item = ? AND edition = ? AND language = ? AND valid_to = ?`,
		c.f.Index, item, e.Edition, lang, open); err != nil {
		return err
	}
	return c.insert(`INSERT INTO briefing_translations (item, edition, language, origin, text, valid_from, valid_to) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		item, e.Edition, lang, string(e.Translation.Origin), text, c.f.Index, open)
}
