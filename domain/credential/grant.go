package credential

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

const maxDocument = 500 // characters; a citation, not the document

// twoOfficers lists the capacities that no officer grants alone.
var twoOfficers = []domain.Capacity{domain.Protection, domain.Auditor, domain.Coordinator, domain.DataProtection}

// TakesTwo reports whether no officer grants c alone.
func TakesTwo(c domain.Capacity) bool { return slices.Contains(twoOfficers, c) }

// Grant lets a person act for an entity in a capacity. Who grants what:
//
//   - the secretariat: staff capacities, four of which take two officers, and
//     the first credential to run an entity, to the person named for that;
//   - those who run an entity: everything else for their own entity;
//   - the installation: all, by configuration and for the demonstration.
//
// Nobody grants to themselves. Granting again what is held is quiet; with
// another end, it replaces the end.
type Grant struct {
	Person   domain.ID // the stream's person
	Entity   domain.ID
	Capacity domain.Capacity
	Until    *time.Time // from that moment on it no longer holds; nil: no end
	Document string     // on which it rests: symbol, number or date, naming nobody

	Facts Entity `json:"-"` // filled by app from the stream of Entity
}

// By implements domain.Command.
func (Grant) By() []domain.Capacity {
	return []domain.Capacity{domain.Secretariat, domain.EntityAdmin, domain.StateMission, domain.System}
}

func (c Grant) decide(s State, by domain.Cause) ([]Event, error) {
	if c.Person == "" || s.Person != "" && s.Person != c.Person {
		return nil, fmt.Errorf("grant a credential: for %q in the stream of %q", c.Person, s.Person)
	}
	h := domain.Holding{Entity: c.Entity, Capacity: c.Capacity}
	if err := c.may(s.Credentials[h], by.By); err != nil {
		return nil, err
	}
	until := utc(c.Until).Truncate(time.Millisecond)
	if was := s.Credentials[h]; was.live(by.At) && was.Until.Equal(until) {
		return nil, nil
	}
	if err := c.Facts.takes(c.Capacity); err != nil {
		return nil, err
	}
	if !until.IsZero() && !until.After(by.At) {
		return nil, domain.Refuse(domain.Invalid, "credential.until", "This moment has passed.").At("until")
	}
	doc, err := c.cites(by.By)
	if err != nil {
		return nil, err
	}
	g := Granted{Person: c.Person, Entity: c.Entity, Capacity: c.Capacity, Document: doc}
	if !until.IsZero() {
		g.Until = &until
	}
	if by.By.Capacity == domain.System || !slices.Contains(twoOfficers, c.Capacity) {
		return []Event{g}, nil
	}
	return s.second(h, g, by.By.Person)
}

// may says whether an actor may grant c at all, given what became of the same
// credential before.
func (c Grant) may(was Credential, by domain.Actor) error {
	switch {
	case by.Capacity == domain.System:
		return nil
	case by.Person == c.Person:
		return domain.Refuse(domain.FourEyesRequired, "credential.self", "Nobody grants a credential to themselves.").At("person")
	case by.Capacity != domain.Secretariat:
		return ownPeople(c.Entity, c.Capacity, by)
	case c.Capacity.Staff():
		return nil
	case !runs(c.Capacity):
		return domain.Refuse(domain.NotAllowed, "credential.entity_decides", "The entity itself says who acts for it in this capacity.")
	case c.Facts.Named != c.Person:
		return domain.Refuse(domain.NotAllowed, "credential.not_named", "Only the person named to run this entity can be granted this by the secretariat.").At("person")
	case was.Dismissed:
		return domain.Refuse(domain.NotAllowed, "credential.dismissed", "The entity took this credential back; only the entity can give it again.")
	}
	return nil
}

// ownPeople refuses an actor who does not run entity, or for whom capacity is
// not to give or take.
func ownPeople(entity domain.ID, capacity domain.Capacity, by domain.Actor) error {
	switch {
	case !runs(by.Capacity) || by.Entity != entity:
		return domain.Refuse(domain.NotOwner, "credential.owner", "Only those who run this entity may do this.").At("entity")
	case capacity.Staff():
		return domain.Refuse(domain.NotAllowed, "credential.staff", "The secretariat grants and revokes this capacity.").At("capacity")
	}
	return nil
}

// cites demands a document where an officer gives somebody an entity to run.
func (c Grant) cites(by domain.Actor) (string, error) {
	must := by.Capacity == domain.Secretariat && runs(c.Capacity)
	if !must && strings.TrimSpace(c.Document) == "" {
		return "", nil
	}
	return domain.Clean(c.Document, maxDocument, "document")
}

// second grants what another officer has proposed in the same terms, or else
// records g as proposed.
func (s State) second(h domain.Holding, g Granted, officer domain.ID) ([]Event, error) {
	p, ok := s.Proposals[h]
	switch {
	case !ok:
		return []Event{GrantProposed{Granted: g, Officer: officer}}, nil
	case p.Officer == officer:
		return nil, domain.Refuse(domain.FourEyesRequired, "credential.second_officer", "You have proposed this; another officer must grant it.")
	case !p.Until.Equal(utc(g.Until)):
		return nil, domain.Refuse(domain.Invalid, "credential.terms", "The other officer proposed another end. Please agree on one, or revoke the proposal.").At("until")
	}
	return []Event{g}, nil
}

// GrantProposed records the first of two officers. It lets nobody act.
type GrantProposed struct {
	Granted
	Officer domain.ID `json:"officer"`
}

// EventType implements domain.Event.
func (GrantProposed) EventType() string { return "credential.grant_proposed" }

func (e GrantProposed) evolve(s State) State {
	s.Person = e.Person
	if s.Proposals == nil {
		s.Proposals = map[domain.Holding]Proposal{}
	}
	s.Proposals[e.holding()] = Proposal{Officer: e.Officer, Until: utc(e.Until)}
	return s
}

// Granted records that a person may act for an entity in a capacity.
type Granted struct {
	Person   domain.ID       `json:"person"`
	Entity   domain.ID       `json:"entity"`
	Capacity domain.Capacity `json:"capacity"`
	Until    *time.Time      `json:"until,omitempty"` // from that moment on it no longer holds
	Document string          `json:"document,omitempty"`
}

// EventType implements domain.Event.
func (Granted) EventType() string { return "credential.granted" }

func (e Granted) evolve(s State) State {
	s.Person = e.Person
	return s.set(e.holding(), Credential{Standing: IsGranted, Until: utc(e.Until)})
}

func (e Granted) holding() domain.Holding {
	return domain.Holding{Entity: e.Entity, Capacity: e.Capacity}
}
