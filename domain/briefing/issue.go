package briefing

import "github.com/rapporteur-project/rapporteur/domain"

// RaiseIssue says that a matter was brought up which somebody should address.
type RaiseIssue struct {
	Voice      Voice
	Text       domain.Text
	Terms      []Term
	OccurredOn domain.PartialDate // empty: during the meeting

	Item  domain.ID `json:"-"`
	Known Known     `json:"-"`
}

// By implements domain.Command.
func (RaiseIssue) By() []domain.Capacity { return staff }

// Names implements Referring.
func (c RaiseIssue) Names() Names {
	return naming(c.Voice.Parties, append(c.Voice.terms(), c.Terms...))
}

// With implements Referring.
func (c RaiseIssue) With(item domain.ID, k Known) Command {
	c.Item, c.Known = item, k
	return c
}

func (c RaiseIssue) decide(s State, by domain.Cause) ([]Event, error) {
	if done, err := s.met(c.Item); done || err != nil {
		return nil, err
	}
	h, err := hear(c.Voice, c.Text, c.Terms, c.OccurredOn, c.Known, by)
	return []Event{IssueRaised{Issue: c.Item, Voice: h.voice, Text: h.text, Terms: h.terms, OccurredOn: h.on}}, err
}

// IssueRaised records a matter that was brought up.
type IssueRaised struct {
	Issue      domain.ID          `json:"issue"`
	Voice      Voice              `json:"voice"`
	Text       domain.Text        `json:"text"`
	Terms      []Term             `json:"terms,omitempty"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (IssueRaised) EventType() string { return "briefing.issue_raised" }

func (e IssueRaised) evolve(s State) State { return s.add(e.Issue, e.Voice.item(Issue)) }
