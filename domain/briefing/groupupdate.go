package briefing

import "github.com/rapporteur-project/rapporteur/domain"

// RecordWorkingGroupUpdate says that a working group told where its work stands.
type RecordWorkingGroupUpdate struct {
	Group      Party // the group, and in which office its speaker spoke
	Text       domain.Text
	Terms      []Term
	OccurredOn domain.PartialDate // empty: during the meeting

	Item  domain.ID `json:"-"`
	Known Known     `json:"-"`
}

// By implements domain.Command.
func (RecordWorkingGroupUpdate) By() []domain.Capacity { return staff }

// Names implements Referring.
func (c RecordWorkingGroupUpdate) Names() Names { return naming([]Party{c.Group}, c.Terms) }

// With implements Referring.
func (c RecordWorkingGroupUpdate) With(item domain.ID, k Known) Command {
	c.Item, c.Known = item, k
	return c
}

func (c RecordWorkingGroupUpdate) decide(s State, by domain.Cause) ([]Event, error) {
	if done, err := s.met(c.Item); done || err != nil {
		return nil, err
	}
	e := WorkingGroupUpdateGiven{Update: c.Item}
	var err error
	if e.OccurredOn, err = happened(c.OccurredOn, by); err != nil {
		return nil, err
	}
	if c.Group.Entity == "" {
		return nil, domain.Refuse(domain.Invalid, "briefing.group", "Please name the working group.").At("group")
	}
	if e.Group, err = c.Group.check(c.Known, "group"); err != nil {
		return nil, err
	}
	if e.Text, err = text(c.Text, maxPoint, "text"); err != nil {
		return nil, err
	}
	e.Terms, err = terms(c.Terms, c.Known, "terms")
	return []Event{e}, err
}

// WorkingGroupUpdateGiven records what a working group told of its work.
type WorkingGroupUpdateGiven struct {
	Update     domain.ID          `json:"update"`
	Group      Party              `json:"group"`
	Text       domain.Text        `json:"text"`
	Terms      []Term             `json:"terms,omitempty"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (WorkingGroupUpdateGiven) EventType() string { return "briefing.working_group_update_given" }

func (e WorkingGroupUpdateGiven) evolve(s State) State {
	return s.add(e.Update, Item{Kind: GroupUpdate, By: entities(e.Group)})
}
