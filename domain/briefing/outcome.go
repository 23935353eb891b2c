package briefing

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// An OutcomeKind says what an outcome asks for.
type OutcomeKind string

// The kinds of outcomes.
const (
	Action         OutcomeKind = "ACTION"          // its owner will do something
	Information    OutcomeKind = "INFORMATION"     // its owner will provide something to read
	FurtherMeeting OutcomeKind = "FURTHER_MEETING" // its owner will hold another meeting
	Ongoing        OutcomeKind = "ONGOING"         // work that goes on
	Acceptance     OutcomeKind = "ACCEPTANCE"      // somebody took something on
	Recognition    OutcomeKind = "RECOGNITION"     // something was acknowledged
)

// OutcomeKinds lists every kind.
var OutcomeKinds = []OutcomeKind{Action, Information, FurtherMeeting, Ongoing, Acceptance, Recognition}

// owned reports whether somebody must see to an outcome of kind k.
func (k OutcomeKind) owned() bool { return k == Action || k == Information || k == FurtherMeeting }

// RecordOutcome says what came out of the briefing, whose it is to see to, and
// by when, as exactly as that was said.
type RecordOutcome struct {
	Kind       OutcomeKind
	Owner      Party // required for ACTION, INFORMATION and FURTHER_MEETING
	Due        domain.PartialDate
	Text       domain.Text
	Terms      []Term
	OccurredOn domain.PartialDate // empty: during the meeting

	Item  domain.ID `json:"-"`
	Known Known     `json:"-"`
}

// By implements domain.Command.
func (RecordOutcome) By() []domain.Capacity { return staff }

// Names implements Referring.
func (c RecordOutcome) Names() Names { return naming([]Party{c.Owner}, c.Terms) }

// With implements Referring.
func (c RecordOutcome) With(item domain.ID, k Known) Command {
	c.Item, c.Known = item, k
	return c
}

func (c RecordOutcome) decide(s State, by domain.Cause) ([]Event, error) {
	if done, err := s.met(c.Item); done || err != nil {
		return nil, err
	}
	e := OutcomeRecorded{Outcome: c.Item, Kind: c.Kind}
	var err error
	if e.OccurredOn, err = happened(c.OccurredOn, by); err != nil {
		return nil, err
	}
	if !slices.Contains(OutcomeKinds, c.Kind) {
		return nil, domain.Refuse(domain.Invalid, "briefing.outcome_kind", "This is not a kind of outcome.").At("kind")
	}
	if c.Owner != (Party{}) || c.Kind.owned() {
		if e.Owner, err = c.Owner.check(c.Known, "owner"); err != nil {
			return nil, err
		}
	}
	if e.Due, err = dueOn(c.Due); err != nil {
		return nil, err
	}
	if e.Text, err = text(c.Text, maxPoint, "text"); err != nil {
		return nil, err
	}
	e.Terms, err = terms(c.Terms, c.Known, "terms")
	return []Event{e}, err
}

func dueOn(due domain.PartialDate) (domain.PartialDate, error) {
	if due == "" {
		return "", nil
	}
	return domain.ParsePartialDate(string(due), "due")
}

// OutcomeRecorded records what came out of the briefing. Until it is followed
// up for good it is carried to the agenda of the next one.
type OutcomeRecorded struct {
	Outcome    domain.ID          `json:"outcome"`
	Kind       OutcomeKind        `json:"kind"`
	Owner      Party              `json:"owner,omitzero"`
	Due        domain.PartialDate `json:"due,omitempty"`
	Text       domain.Text        `json:"text"`
	Terms      []Term             `json:"terms,omitempty"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (OutcomeRecorded) EventType() string { return "briefing.outcome_recorded" }

func (e OutcomeRecorded) evolve(s State) State {
	return s.add(e.Outcome, Item{Kind: Outcome, By: entities(e.Owner), Due: e.Due})
}

// Open reports whether the outcome of that id exists and is still to be
// followed up.
func (s State) Open(outcome domain.ID) bool {
	it := s.Items[outcome]
	return it.Kind == Outcome && !it.Closed && !it.Retracted
}

// ReportOutcomeDue says that the due date of an outcome has passed. A timer
// asks for it, once for each date.
type ReportOutcomeDue struct{ Outcome domain.ID }

// By implements domain.Command.
func (ReportOutcomeDue) By() []domain.Capacity { return []domain.Capacity{domain.System} }

func (c ReportOutcomeDue) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.item(c.Outcome, "outcome", Outcome)
	if err != nil {
		return nil, err
	}
	if it.Closed || it.FellBy != "" && it.FellBy == it.Due {
		return nil, nil
	}
	// The last day that the words may mean ends in UTC: whoever owns an
	// outcome has no declared time zone.
	if it.Due == "" || domain.DayOf(by.At.UTC()) <= it.Due.Latest() {
		return nil, domain.Refuse(domain.NotAllowed, "briefing.not_due", "This outcome is not overdue.").At("outcome")
	}
	return []Event{OutcomeFellDue{Outcome: c.Outcome, Due: it.Due}}, nil
}

// OutcomeFellDue records that an outcome was not followed up by its due date.
type OutcomeFellDue struct {
	Outcome domain.ID          `json:"outcome"`
	Due     domain.PartialDate `json:"due"`
}

// EventType implements domain.Event.
func (OutcomeFellDue) EventType() string { return "briefing.outcome_fell_due" }

func (e OutcomeFellDue) evolve(s State) State {
	return s.change(e.Outcome, func(i *Item) { i.FellBy = e.Due })
}
