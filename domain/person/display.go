package person

import "github.com/rapporteur-project/rapporteur/domain"

const maxDisplayName = 100 // characters; it stands in a line of a list

// ChooseDisplayName says under which name a person wants what they publish in
// their own name to be shown. An empty name takes the one before back.
type ChooseDisplayName struct {
	Person domain.ID // who asks: nobody chooses for another
	Name   string
}

// By implements domain.Command.
func (ChooseDisplayName) By() []domain.Capacity { return domain.SignedIn }

func (c ChooseDisplayName) decide(s State, by domain.Cause) ([]Event, error) {
	if by.By.Person != c.Person || s.Person != c.Person {
		return nil, domain.Refuse(domain.NotOwner, "person.owner", "You can only choose a name of your own.").At("person")
	}
	name := c.Name
	if name != "" {
		clean, err := domain.Clean(name, maxDisplayName, "name")
		if err != nil {
			return nil, err
		}
		name = clean
	}
	if name == s.Displayed {
		return nil, nil
	}
	return []Event{DisplayNameChosen{Name: domain.About(s.Person, name)}}, nil
}

// DisplayNameChosen records the name that a person wants to be shown under;
// empty where they take theirs back.
type DisplayNameChosen struct {
	Name domain.Personal `json:"name"`
}

// EventType implements domain.Event.
func (DisplayNameChosen) EventType() string { return "person.display_name_chosen" }

func (e DisplayNameChosen) evolve(s State) State {
	s.Displayed = e.Name.Text
	return s
}
