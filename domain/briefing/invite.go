package briefing

import (
	"slices"
	"strconv"

	"github.com/rapporteur-project/rapporteur/domain"
)

// maxInvitees is for one command. Each of its facts is stored with the pins of
// all, so that the bytes grow with the square: 100 come to some 650 KiB.
const maxInvitees = 100

// An Invitee is an entity, or everyone of a category.
type Invitee struct {
	Entity   domain.ID `json:"entity,omitempty"`
	Category Term      `json:"category,omitzero"`
}

// Invite asks entities and categories to come. Who was asked before is left out.
type Invite struct {
	Invitees []Invitee
	Known    Known `json:"-"`
}

// By implements domain.Command.
func (Invite) By() []domain.Capacity { return staff }

// Names implements Referring.
func (c Invite) Names() Names {
	var ps []Party
	var ts []Term
	for _, i := range c.Invitees {
		ps, ts = append(ps, Party{Entity: i.Entity}), append(ts, i.Category)
	}
	return naming(ps, ts)
}

// With implements Referring.
func (c Invite) With(_ domain.ID, k Known) Command { c.Known = k; return c }

func (c Invite) decide(s State, _ domain.Cause) ([]Event, error) {
	if len(c.Invitees) == 0 {
		return nil, domain.Refuse(domain.Invalid, "briefing.invitee", "Please say who is invited.").At("invitees")
	}
	if err := atMost(len(c.Invitees), maxInvitees, "invitees"); err != nil {
		return nil, err
	}
	var out []Event
	for i, who := range c.Invitees {
		who, err := who.check(c.Known, "invitees", strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		e := Event(InvitationIssued{Invitee: who})
		if !s.Invited[who] && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	if err := atMost(len(s.Invited)+len(out), maxItems, "invitees"); err != nil {
		return nil, err
	}
	return out, nil
}

func (i Invitee) check(k Known, path ...string) (Invitee, error) {
	var err error
	switch {
	case (i.Entity == "") == (i.Category == Term{}):
		return i, domain.Refuse(domain.Invalid, "briefing.invitee", "Please name either an entity or a category.").At(path...)
	case i.Entity != "":
		_, err = Party{Entity: i.Entity}.check(k, path...)
	default:
		i.Category, err = i.Category.check(k, in(path, "category")...)
	}
	return i, err
}

// InvitationIssued records that an entity or a category was invited.
type InvitationIssued struct {
	Invitee Invitee `json:"invitee"`
}

// EventType implements domain.Event.
func (InvitationIssued) EventType() string { return "briefing.invitation_issued" }

func (e InvitationIssued) evolve(s State) State {
	if s.Invited == nil {
		s.Invited = map[Invitee]bool{}
	}
	s.Invited[e.Invitee] = true
	return s
}
