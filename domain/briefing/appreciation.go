package briefing

import "github.com/rapporteur-project/rapporteur/domain"

// RecordAppreciation says that thanks or praise were expressed, and for what.
type RecordAppreciation struct {
	Voice      Voice
	Text       domain.Text
	Terms      []Term
	OccurredOn domain.PartialDate // empty: during the meeting

	Item  domain.ID `json:"-"`
	Known Known     `json:"-"`
}

// By implements domain.Command.
func (RecordAppreciation) By() []domain.Capacity { return staff }

// Names implements Referring.
func (c RecordAppreciation) Names() Names {
	return naming(c.Voice.Parties, append(c.Voice.terms(), c.Terms...))
}

// With implements Referring.
func (c RecordAppreciation) With(item domain.ID, k Known) Command {
	c.Item, c.Known = item, k
	return c
}

func (c RecordAppreciation) decide(s State, by domain.Cause) ([]Event, error) {
	if done, err := s.met(c.Item); done || err != nil {
		return nil, err
	}
	h, err := hear(c.Voice, c.Text, c.Terms, c.OccurredOn, c.Known, by)
	return []Event{AppreciationExpressed{Appreciation: c.Item, Voice: h.voice, Text: h.text, Terms: h.terms, OccurredOn: h.on}}, err
}

// AppreciationExpressed records thanks or praise, and for what.
type AppreciationExpressed struct {
	Appreciation domain.ID          `json:"appreciation"`
	Voice        Voice              `json:"voice"`
	Text         domain.Text        `json:"text"`
	Terms        []Term             `json:"terms,omitempty"`
	OccurredOn   domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (AppreciationExpressed) EventType() string { return "briefing.appreciation_expressed" }

func (e AppreciationExpressed) evolve(s State) State {
	return s.add(e.Appreciation, e.Voice.item(Appreciation))
}
