package commitment

import (
	"slices"
	"strconv"

	"github.com/rapporteur-project/rapporteur/domain"
)

// MaxCoPledgers bounds how many a pledge names: all Member States could pledge
// together.
const MaxCoPledgers = 200

// Submit pledges in the name of the actor's entity, which becomes the owner.
// The pledge is public once the owner publishes it.
type Submit struct {
	Form Form // empty for INDIVIDUAL
	Wording
	CoPledgers   []domain.ID // entities; each confirms for itself. COMMON and PARTNERSHIP need one
	Announcement domain.ID   // which the owner says this was; may be empty
	OccurredOn   string

	Known Known `json:"-"` // filled by app
	Cited Cited `json:"-"` // filled by app from the stream of Announcement
}

// Cited is what app reads in the stream of an announcement that is cited.
type Cited struct {
	Found bool      // it is an announcement or a record of one, and stands
	Owner domain.ID // whom it names; empty for nobody
}

// By implements domain.Command. A person alone does not pledge; an entity does.
func (Submit) By() []domain.Capacity { return parties() }

func (c Submit) decide(_ State, by domain.Cause) ([]Event, error) {
	e := Submitted{Owner: by.By.For(), Form: c.Form, Announcement: c.Announcement}
	if e.Form == "" {
		e.Form = Individual
	}
	var err error
	if e.Terms, err = c.Wording.check(c.Known); err != nil {
		return nil, err
	}
	if err := e.Terms.Scope.test(); err != nil {
		return nil, err
	}
	if e.Terms.isOver(by.At) {
		return nil, over().At("ends")
	}
	if e.CoPledgers, err = c.coPledgers(e.Form, e.Owner); err != nil {
		return nil, err
	}
	if err := c.cites(e.Owner); err != nil {
		return nil, err
	}
	if e.OccurredOn, err = happened(c.OccurredOn, by); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

func over() *domain.Error {
	return domain.Refuse(domain.Invalid, "commitment.over", "The end of this pledge has passed.")
}

func (c Submit) coPledgers(form Form, owner domain.ID) ([]domain.ID, error) {
	switch {
	case !slices.Contains(Forms, form):
		return nil, domain.Refuse(domain.Invalid, "commitment.form", "Please say INDIVIDUAL, COMMON, PARTNERSHIP or MATCHING.").At("form")
	case form.Joint() && len(c.CoPledgers) == 0:
		return nil, domain.Refuse(domain.Invalid, "commitment.alone", "Please name who pledges with you.").At("coPledgers")
	case form == Individual && len(c.CoPledgers) > 0:
		return nil, domain.Refuse(domain.Invalid, "commitment.individual", "An individual pledge has no co-pledgers.").At("coPledgers")
	case len(c.CoPledgers) > MaxCoPledgers:
		return nil, domain.Refuse(domain.Invalid, "commitment.co_pledgers", "At most %d co-pledgers, please.", MaxCoPledgers).At("coPledgers")
	}
	var out []domain.ID
	for i, id := range c.CoPledgers {
		at := []string{"coPledgers", strconv.Itoa(i)}
		if err := c.Known.entity(id, at...); err != nil {
			return nil, err
		}
		if id == owner {
			return nil, domain.Refuse(domain.Invalid, "commitment.own_co_pledger", "You pledge yourself; please name the others.").At(at...)
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, nil
}

// cites lets the owner claim what named nobody. What names the owner is
// confirmed instead, or it would count twice (G17).
func (c Submit) cites(owner domain.ID) error {
	switch {
	case c.Announcement == "":
		return nil
	case c.Cited.Found && c.Cited.Owner == owner:
		return domain.Refuse(domain.Invalid, "commitment.confirm_instead", "This names you already. Please confirm it, in your own words if you like.").At("announcement")
	case !c.Cited.Found || c.Cited.Owner != "":
		return domain.Refuse(domain.Invalid, "commitment.announcement", "There is no such announcement that could be yours.").At("announcement")
	}
	return nil
}

// Submitted records that an entity pledges.
type Submitted struct {
	Owner        domain.ID          `json:"owner"`
	Form         Form               `json:"form"`
	Terms        Terms              `json:"terms"`
	CoPledgers   []domain.ID        `json:"coPledgers,omitempty"` // named, not yet confirmed
	Announcement domain.ID          `json:"announcement,omitempty"`
	OccurredOn   domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Submitted) EventType() string { return "commitment.submitted" }

func (e Submitted) evolve(s State) State {
	s.Status, s.Owner, s.Confirmed = submitted, e.Owner, true
	s.Attribution, s.Announcement = domain.Named, e.Announcement
	s.Form, s.Terms, s.Edition = e.Form, e.Terms, s.Edition+1
	s.CoPledgers = map[domain.ID]bool{}
	for _, id := range e.CoPledgers {
		s.CoPledgers[id] = false
	}
	return s
}
