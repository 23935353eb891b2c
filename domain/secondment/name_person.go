package secondment

import "github.com/rapporteur-project/rapporteur/domain"

const maxName = 200 // characters: the longest names on passports, with room

// NamePerson says who is lent, or who is lent instead. Only the releasing
// entity names its staff; the secretariat reads the name and never records it.
type NamePerson struct {
	Person domain.ID // if they are registered here; may be empty
	Name   string

	// Subject is whose personal data the name is, filled by app: Person, or an
	// id made for a person without an account, so that the name alone can be
	// forgotten.
	Subject domain.ID `json:"-"`
}

// By implements domain.Command.
func (NamePerson) By() []domain.Capacity { return releasing() }

func (c NamePerson) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.ours(by); err != nil {
		return nil, err
	}
	name, err := domain.Clean(c.Name, maxName, "name")
	if err != nil {
		return nil, err
	}
	if c.Subject == "" || c.Person != "" && c.Person != c.Subject {
		return nil, domain.Refuse(domain.Invalid, "secondment.person", "There is no such person.").At("person")
	}
	if name == s.Person.Text && (c.Person == "" || c.Person == s.Person.Of) {
		return nil, nil
	}
	return []Event{PersonNamed{Person: domain.About(c.Subject, name)}}, nil
}

// PersonNamed records who is lent. It is the one event of a secondment with
// personal data.
type PersonNamed struct {
	Person domain.Personal `json:"person"`
}

// EventType implements domain.Event.
func (PersonNamed) EventType() string { return "secondment.person_named" }

func (e PersonNamed) evolve(s State) State { s.Person = e.Person; return s }
