package briefing

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Consent says to whom a participant lets their registration be shown. The
// secretariat, which keeps the list, always sees it.
//
// A projection may show a participant to those whom the consent names, and as
// part of the list only: nobody, and no State above all, may ask whether a
// given person or entity took part, and no list is filtered by either. That
// somebody registered does not say that they came; attendance is counted, for
// the meeting and by category, and never recorded person by person. Counts
// below k are not shown.
type Consent string

// The consents, from the closest. Without a word the first one holds.
const (
	Nobody       Consent = "NOBODY"
	SameCategory Consent = "CATEGORY"     // those registered in the same category
	Attendees    Consent = "PARTICIPANTS" // everyone registered for the briefing
	Everybody    Consent = "PUBLIC"
)

// Consents lists every consent, from the closest.
var Consents = []Consent{Nobody, SameCategory, Attendees, Everybody}

// A Participant is what decisions read of a registration.
type Participant struct {
	Person   domain.ID // empty for somebody without an account
	Entity   domain.ID // may be empty
	Category Term
	Consent  Consent
}

// RegisterParticipant puts a person on the list of a category, seen by nobody
// but the secretariat unless the person consented to more.
type RegisterParticipant struct {
	Category Term
	Entity   domain.ID // may be empty
	Person   domain.ID // may be empty: not everyone has an account
	Name     string
	Consent  Consent
	Basis    string // where a wider consent than NOBODY was given: "registration form of 2 March"

	Item  domain.ID `json:"-"`
	Known Known     `json:"-"`
}

// By implements domain.Command.
func (RegisterParticipant) By() []domain.Capacity { return staff }

// Names implements Referring.
func (c RegisterParticipant) Names() Names {
	return naming([]Party{{Entity: c.Entity}, {Entity: c.Person}}, []Term{c.Category})
}

// With implements Referring.
func (c RegisterParticipant) With(item domain.ID, k Known) Command {
	c.Item, c.Known = item, k
	return c
}

func (c RegisterParticipant) decide(s State, _ domain.Cause) ([]Event, error) {
	if _, ok := s.Participants[c.Item]; ok || s.registered(c.Person) {
		return nil, nil
	}
	if _, err := s.met(c.Item); err != nil {
		return nil, err
	}
	if err := atMost(len(s.Participants)+1, maxItems); err != nil {
		return nil, err
	}
	category, err := c.Category.check(c.Known, "category")
	if err != nil {
		return nil, err
	}
	if c.Entity != "" && !slices.Contains(c.Known.IDs, c.Entity) {
		return nil, domain.Refuse(domain.Invalid, "briefing.entity", "There is no such entity.").At("entity")
	}
	if c.Person != "" && !slices.Contains(c.Known.IDs, c.Person) {
		return nil, domain.Refuse(domain.Invalid, "briefing.person", "There is no such person.").At("person")
	}
	name, err := domain.Clean(c.Name, maxName, "name")
	if err != nil {
		return nil, err
	}
	out := []Event{ParticipantRegistered{Participant: c.Item, Category: category, Entity: c.Entity, Person: c.Person, Name: domain.About(subject(c.Person, c.Item), name)}}
	if c.Consent == "" || c.Consent == Nobody {
		return out, nil
	}
	basis, err := domain.Clean(c.Basis, maxName, "basis")
	if err != nil {
		return nil, err
	}
	e := ConsentRecorded{Participant: c.Item, Consent: c.Consent, Basis: basis}
	return append(out, e), e.Consent.check()
}

func (s State) registered(person domain.ID) bool {
	for _, p := range s.Participants {
		if person != "" && p.Person == person {
			return true
		}
	}
	return false
}

// subject is whose personal data something is: the person's, or, for somebody
// without an account, that of the item that alone tells of them.
func subject(person, item domain.ID) domain.ID {
	if person != "" {
		return person
	}
	return item
}

func (c Consent) check() error {
	if !slices.Contains(Consents, c) {
		return domain.Refuse(domain.Invalid, "briefing.consent", "This must be one of NOBODY, CATEGORY, PARTICIPANTS and PUBLIC.").At("consent")
	}
	return nil
}

// ParticipantRegistered records that a person is on the list of a category.
// It is for the secretariat until a consent says more; see [Consent].
type ParticipantRegistered struct {
	Participant domain.ID       `json:"participant"`
	Category    Term            `json:"category"`
	Entity      domain.ID       `json:"entity,omitempty"`
	Person      domain.ID       `json:"person,omitempty"`
	Name        domain.Personal `json:"name"`
}

// EventType implements domain.Event.
func (ParticipantRegistered) EventType() string { return "briefing.participant_registered" }

func (e ParticipantRegistered) evolve(s State) State {
	return s.participant(e.Participant, Participant{Person: e.Person, Entity: e.Entity, Category: e.Category, Consent: Nobody})
}

func (s State) participant(id domain.ID, p Participant) State {
	if s.Participants == nil {
		s.Participants = map[domain.ID]Participant{}
	}
	s.Participants[id] = p
	return s
}

// ChangeConsent widens or narrows whom a registration is shown to. Only the
// person may widen it; the secretariat may narrow it when asked to.
type ChangeConsent struct {
	Participant domain.ID
	Consent     Consent
}

// By implements domain.Command.
func (ChangeConsent) By() []domain.Capacity {
	return append([]domain.Capacity{domain.Secretariat}, domain.SignedIn...)
}

func (c ChangeConsent) decide(s State, by domain.Cause) ([]Event, error) {
	p, ok := s.Participants[c.Participant]
	self := ok && p.Person != "" && p.Person == by.By.Person
	if !self && (!ok || by.By.Capacity != domain.Secretariat) { // a stranger learns not even that there is one
		return nil, domain.Refuse(domain.NotFound, "briefing.participant", "There is no such participant.").At("participant")
	}
	if err := c.Consent.check(); err != nil {
		return nil, err
	}
	if c.Consent == p.Consent {
		return nil, nil
	}
	if !self && slices.Index(Consents, c.Consent) > slices.Index(Consents, p.Consent) {
		return nil, domain.Refuse(domain.NotOwner, "briefing.consent_wider", "Only the person may let their name be shown to more people.").At("consent")
	}
	return []Event{ConsentRecorded{Participant: c.Participant, Consent: c.Consent}}, nil
}

// ConsentRecorded records to whom a participant lets their registration be
// shown from now on. It stands alone, so that no edit ever resets it.
type ConsentRecorded struct {
	Participant domain.ID `json:"participant"`
	Consent     Consent   `json:"consent"`
	Basis       string    `json:"basis,omitempty"` // when the secretariat recorded it
}

// EventType implements domain.Event.
func (ConsentRecorded) EventType() string { return "briefing.consent_recorded" }

func (e ConsentRecorded) evolve(s State) State {
	p := s.Participants[e.Participant]
	p.Consent = e.Consent
	return s.participant(e.Participant, p)
}
