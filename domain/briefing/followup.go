package briefing

import "github.com/rapporteur-project/rapporteur/domain"

// FollowUpOutcome says what became of an outcome: progress, a later date, or
// that it is settled for good.
type FollowUpOutcome struct {
	Outcome    domain.ID
	Text       domain.Text
	Due        domain.PartialDate // another due date; empty leaves it
	Final      bool
	OccurredOn domain.PartialDate // empty: when it was recorded

	Item domain.ID `json:"-"`
}

// By implements domain.Command.
func (FollowUpOutcome) By() []domain.Capacity { return staffOrOwn }

// Names implements Referring.
func (FollowUpOutcome) Names() Names { return Names{} }

// With implements Referring.
func (c FollowUpOutcome) With(item domain.ID, _ Known) Command { c.Item = item; return c }

func (c FollowUpOutcome) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.item(c.Outcome, "outcome", Outcome)
	if err != nil {
		return nil, err
	}
	if _, err := it.of(by.By); err != nil {
		return nil, err
	}
	if done, err := s.met(c.Item); done || err != nil {
		return nil, err
	}
	if it.Closed {
		return nil, domain.Refuse(domain.NotAllowed, "briefing.followed_up", "This outcome has been followed up for good.").At("outcome")
	}
	e := OutcomeFollowedUp{FollowUp: c.Item, Outcome: c.Outcome, Was: it.Due, Final: c.Final}
	if e.OccurredOn, err = happened(c.OccurredOn, by); err != nil {
		return nil, err
	}
	if e.Due, err = dueOn(c.Due); err != nil {
		return nil, err
	}
	if e.Due == "" || e.Due == it.Due {
		e.Due, e.Was = "", ""
	}
	e.Text, err = text(c.Text, maxPoint, "text")
	return []Event{e}, err
}

// OutcomeFollowedUp records what became of an outcome. Once one is final, the
// outcome is on no further agenda.
type OutcomeFollowedUp struct {
	FollowUp   domain.ID          `json:"followUp"`
	Outcome    domain.ID          `json:"outcome"`
	Text       domain.Text        `json:"text"`
	Was        domain.PartialDate `json:"was,omitempty"` // the due date before, when there is another
	Due        domain.PartialDate `json:"due,omitempty"`
	Final      bool               `json:"final,omitempty"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (OutcomeFollowedUp) EventType() string { return "briefing.outcome_followed_up" }

func (e OutcomeFollowedUp) evolve(s State) State {
	s = s.change(e.Outcome, func(i *Item) {
		i.Closed = i.Closed || e.Final
		if e.Due != "" {
			i.Due = e.Due
		}
	})
	return s.add(e.FollowUp, Item{Kind: FollowUp})
}
