package briefing

import (
	"slices"
	"strconv"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxPoints  = 100 // a point to each paragraph of the longest statement
	maxFigures = 50
)

// A Point is one thing that a speaker said, in the recorder's words, coded to
// vocabulary terms.
type Point struct {
	Text    domain.Text `json:"text"`
	Terms   []Term      `json:"terms,omitempty"`
	Figures []Figure    `json:"figures,omitempty"`
}

// A Figure is a number that a speaker cited. It is their claim, kept in their
// words and never computed with.
type Figure struct {
	Claim  string `json:"claim"`            // "164 million international migrant workers"
	Source string `json:"source,omitempty"` // as the speaker gave it; empty when they gave none
}

// RecordStatement says that somebody on the list of speakers took the floor.
// The full text comes with [DepositText].
type RecordStatement struct {
	Speaker    Party
	Person     domain.ID   // the account of the natural person, if they have one
	Name       string      // of the natural person; may be empty
	OnBehalfOf []domain.ID // a group's members, when the speaker spoke for them
	Points     []Point
	OccurredOn domain.PartialDate // empty: during the meeting
	Import     domain.ID          // what it came with; empty: it was recorded by itself

	Item  domain.ID `json:"-"`
	Known Known     `json:"-"`
}

// By implements domain.Command.
func (RecordStatement) By() []domain.Capacity { return staff }

// Names implements Referring.
func (c RecordStatement) Names() Names {
	ps := []Party{c.Speaker, {Entity: c.Person}}
	for _, id := range c.OnBehalfOf {
		ps = append(ps, Party{Entity: id})
	}
	var ts []Term
	for _, p := range c.Points {
		ts = append(ts, p.Terms...)
	}
	return naming(ps, ts)
}

// With implements Referring.
func (c RecordStatement) With(item domain.ID, k Known) Command {
	c.Item, c.Known = item, k
	return c
}

func (c RecordStatement) decide(s State, by domain.Cause) ([]Event, error) {
	if done, err := s.met(c.Item); done || err != nil {
		return nil, err
	}
	e := StatementDelivered{Statement: c.Item, Import: c.Import}
	var err error
	if e.OccurredOn, err = happened(c.OccurredOn, by); err != nil {
		return nil, err
	}
	if e.Speaker, err = c.Speaker.check(c.Known, "speaker"); err != nil {
		return nil, err
	}
	if c.Person != "" && !slices.Contains(c.Known.IDs, c.Person) {
		return nil, domain.Refuse(domain.Invalid, "briefing.person", "There is no such person.").At("person")
	}
	if c.Name != "" {
		name, err := domain.Clean(c.Name, maxName, "name")
		if err != nil {
			return nil, err
		}
		e.Name = domain.About(subject(c.Person, c.Item), name)
	}
	e.Person = c.Person
	if e.OnBehalfOf, err = c.group(); err != nil {
		return nil, err
	}
	e.Points, err = points(c.Points, c.Known)
	return []Event{e}, err
}

func (c RecordStatement) group() ([]domain.ID, error) {
	var ps []Party
	for _, id := range c.OnBehalfOf {
		ps = append(ps, Party{Entity: id})
	}
	ps, err := parties(ps, c.Known, "onBehalfOf")
	return entities(ps...), err
}

func points(ps []Point, k Known) ([]Point, error) {
	if err := atMost(len(ps), maxPoints, "points"); err != nil {
		return nil, err
	}
	var out []Point
	for i, p := range ps {
		path := []string{"points", strconv.Itoa(i)}
		var q Point
		var err error
		if q.Text, err = text(p.Text, maxPoint, in(path, "text")...); err != nil {
			return nil, err
		}
		if q.Terms, err = terms(p.Terms, k, in(path, "terms")...); err != nil {
			return nil, err
		}
		if q.Figures, err = figures(p.Figures, in(path, "figures")...); err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, nil
}

func figures(fs []Figure, path ...string) ([]Figure, error) {
	if err := atMost(len(fs), maxFigures, path...); err != nil {
		return nil, err
	}
	var out []Figure
	for i, f := range fs {
		var err error
		if f.Claim, err = domain.Clean(f.Claim, maxName, in(path, strconv.Itoa(i), "claim")...); err != nil {
			return nil, err
		}
		if f.Source, err = cleanIf(f.Source, maxTitle, in(path, strconv.Itoa(i), "source")...); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// StatementDelivered records that somebody on the list of speakers spoke.
type StatementDelivered struct {
	Statement  domain.ID          `json:"statement"`
	Speaker    Party              `json:"speaker"`
	Person     domain.ID          `json:"person,omitempty"`
	Name       domain.Personal    `json:"name,omitzero"`
	OnBehalfOf []domain.ID        `json:"onBehalfOf,omitempty"`
	Points     []Point            `json:"points,omitempty"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
	Import     domain.ID          `json:"import,omitempty"`
}

// EventType implements domain.Event.
func (StatementDelivered) EventType() string { return "briefing.statement_delivered" }

func (e StatementDelivered) evolve(s State) State {
	return s.add(e.Statement, Item{Kind: Statement, By: unique([]domain.ID{e.Speaker.Entity, e.Person}), Import: e.Import})
}
