package briefing

import "github.com/rapporteur-project/rapporteur/domain"

// AddressIssue says that somebody answered an issue or a concern. It may be
// answered more than once.
type AddressIssue struct {
	Issue      domain.ID // or concern
	Answerers  []Party
	Text       domain.Text        // what they said; may be empty
	OccurredOn domain.PartialDate // empty: during the meeting

	Item  domain.ID `json:"-"`
	Known Known     `json:"-"`
}

// By implements domain.Command.
func (AddressIssue) By() []domain.Capacity { return staff }

// Names implements Referring.
func (c AddressIssue) Names() Names { return naming(c.Answerers, nil) }

// With implements Referring.
func (c AddressIssue) With(item domain.ID, k Known) Command {
	c.Item, c.Known = item, k
	return c
}

func (c AddressIssue) decide(s State, by domain.Cause) ([]Event, error) {
	if done, err := s.met(c.Item); done || err != nil {
		return nil, err
	}
	if _, err := s.item(c.Issue, "issue", Issue, Concern); err != nil {
		return nil, err
	}
	e := IssueAddressed{Answer: c.Item, Issue: c.Issue}
	var err error
	if e.OccurredOn, err = happened(c.OccurredOn, by); err != nil {
		return nil, err
	}
	if len(c.Answerers) == 0 {
		return nil, domain.Refuse(domain.Invalid, "briefing.party", "Please say who answered.").At("answerers")
	}
	if e.By, err = parties(c.Answerers, c.Known, "answerers"); err != nil {
		return nil, err
	}
	e.Text, err = textIf(c.Text, maxPoint, "text")
	return []Event{e}, err
}

// IssueAddressed records who answered an issue or a concern, and perhaps how.
type IssueAddressed struct {
	Answer     domain.ID          `json:"answer"`
	Issue      domain.ID          `json:"issue"`
	By         []Party            `json:"by"`
	Text       domain.Text        `json:"text,omitzero"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (IssueAddressed) EventType() string { return "briefing.issue_addressed" }

func (e IssueAddressed) evolve(s State) State {
	return s.add(e.Answer, Item{Kind: Answer, By: unique(entities(e.By...))})
}
