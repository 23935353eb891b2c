package entity

import "github.com/rapporteur-project/rapporteur/domain"

const maxDocument = 500 // characters; a citation, not the document

// NameAdministrator names the first person who may run an entity, or the
// mission of a State. Package credential lets the secretariat grant that
// person, and nobody else, the credential; after that people are the entity's
// own business. The secretariat names somebody else only once the one named
// before holds no live credential; those who run the entity may hand over at
// any time.
type NameAdministrator struct {
	Person   domain.ID
	Document string // by which this was asked for: symbol, number or date, naming nobody

	Earlier Earlier `json:"-"` // filled by app from the stream of the credentials of State.Named
}

// Earlier is what app reads about the person named before. Its zero value
// says that nobody was.
type Earlier struct {
	Person domain.ID
	Live   bool // they hold ENTITY_ADMIN or STATE_MISSION for this entity now
}

// By implements domain.Command.
func (NameAdministrator) By() []domain.Capacity {
	return append([]domain.Capacity{domain.Secretariat, domain.System}, run...)
}

func (c NameAdministrator) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.own(by.By); err != nil {
		return nil, err
	}
	officer := by.By.Capacity == domain.Secretariat
	switch {
	case s.Kind == Secretariat:
		return nil, domain.Refuse(domain.NotAllowed, "entity.no_administrator", "The secretariat has no administrator: its officers grant its credentials.")
	case c.Person == "":
		return nil, domain.Refuse(domain.Invalid, "entity.person", "Please say who.").At("person")
	case s.Named == c.Person:
		return nil, nil
	case officer && by.By.Person == c.Person:
		return nil, domain.Refuse(domain.FourEyesRequired, "entity.self", "No officer names herself or himself.").At("person")
	case officer && s.Named != "" && (c.Earlier.Person != s.Named || c.Earlier.Live):
		return nil, domain.Refuse(domain.NotAllowed, "entity.administrated", "This entity is run by its own people, who name their successors.")
	}
	doc, err := domain.Clean(c.Document, maxDocument, "document")
	if err != nil {
		return nil, err
	}
	return []Event{AdministratorNamed{Person: c.Person, Document: doc}}, nil
}

// AdministratorNamed records who may be granted the first credential to run an
// entity, and by which document.
type AdministratorNamed struct {
	Person   domain.ID `json:"person"`
	Document string    `json:"document"`
}

// EventType implements domain.Event.
func (AdministratorNamed) EventType() string { return "entity.administrator_named" }

func (e AdministratorNamed) evolve(s State) State {
	s.Named = e.Person
	return s
}
