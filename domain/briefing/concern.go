package briefing

import "github.com/rapporteur-project/rapporteur/domain"

// RaiseConcern says that a concern was voiced, about a place or another matter.
type RaiseConcern struct {
	Voice      Voice
	Text       domain.Text
	Place      string // where the concern is about, as it was said; may be empty
	Terms      []Term
	OccurredOn domain.PartialDate // empty: during the meeting

	Item  domain.ID `json:"-"`
	Known Known     `json:"-"`
}

// By implements domain.Command.
func (RaiseConcern) By() []domain.Capacity { return staff }

// Names implements Referring.
func (c RaiseConcern) Names() Names {
	return naming(c.Voice.Parties, append(c.Voice.terms(), c.Terms...))
}

// With implements Referring.
func (c RaiseConcern) With(item domain.ID, k Known) Command {
	c.Item, c.Known = item, k
	return c
}

func (c RaiseConcern) decide(s State, by domain.Cause) ([]Event, error) {
	if done, err := s.met(c.Item); done || err != nil {
		return nil, err
	}
	h, err := hear(c.Voice, c.Text, c.Terms, c.OccurredOn, c.Known, by)
	if err != nil {
		return nil, err
	}
	place, err := cleanIf(c.Place, maxName, "place")
	return []Event{ConcernRaised{Concern: c.Item, Voice: h.voice, Text: h.text, Place: place, Terms: h.terms, OccurredOn: h.on}}, err
}

// ConcernRaised records a concern that was voiced.
type ConcernRaised struct {
	Concern    domain.ID          `json:"concern"`
	Voice      Voice              `json:"voice"`
	Text       domain.Text        `json:"text"`
	Place      string             `json:"place,omitempty"`
	Terms      []Term             `json:"terms,omitempty"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (ConcernRaised) EventType() string { return "briefing.concern_raised" }

func (e ConcernRaised) evolve(s State) State { return s.add(e.Concern, e.Voice.item(Concern)) }
