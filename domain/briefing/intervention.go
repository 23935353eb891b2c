package briefing

import "github.com/rapporteur-project/rapporteur/domain"

// RecordIntervention says that the floor was taken in the discussion.
type RecordIntervention struct {
	Voice      Voice
	Text       domain.Text
	Terms      []Term
	OccurredOn domain.PartialDate // empty: during the meeting

	Item  domain.ID `json:"-"`
	Known Known     `json:"-"`
}

// By implements domain.Command.
func (RecordIntervention) By() []domain.Capacity { return staff }

// Names implements Referring.
func (c RecordIntervention) Names() Names {
	return naming(c.Voice.Parties, append(c.Voice.terms(), c.Terms...))
}

// With implements Referring.
func (c RecordIntervention) With(item domain.ID, k Known) Command {
	c.Item, c.Known = item, k
	return c
}

func (c RecordIntervention) decide(s State, by domain.Cause) ([]Event, error) {
	if done, err := s.met(c.Item); done || err != nil {
		return nil, err
	}
	h, err := hear(c.Voice, c.Text, c.Terms, c.OccurredOn, c.Known, by)
	return []Event{InterventionRecorded{Intervention: c.Item, Voice: h.voice, Text: h.text, Terms: h.terms, OccurredOn: h.on}}, err
}

// InterventionRecorded records what was said in the discussion.
type InterventionRecorded struct {
	Intervention domain.ID          `json:"intervention"`
	Voice        Voice              `json:"voice"`
	Text         domain.Text        `json:"text"`
	Terms        []Term             `json:"terms,omitempty"`
	OccurredOn   domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (InterventionRecorded) EventType() string { return "briefing.intervention_recorded" }

func (e InterventionRecorded) evolve(s State) State {
	return s.add(e.Intervention, e.Voice.item(Intervention))
}
