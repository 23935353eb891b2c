package person

import "github.com/rapporteur-project/rapporteur/domain"

// Register makes a person known. Their first token does it; doing it again is quiet.
type Register struct {
	Person domain.ID // who, by their token
	Name   string    // as the token calls them; may be empty
}

// By implements domain.Command.
func (Register) By() []domain.Capacity {
	return append([]domain.Capacity{domain.System}, domain.SignedIn...)
}

func (c Register) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status != "" {
		return nil, nil
	}
	return []Event{Registered{Name: domain.About(c.Person, c.Name)}}, nil
}

// Registered records that a person became known, at level SELF_DECLARED.
type Registered struct {
	Name domain.Personal `json:"name"` // what they call themselves
}

// EventType implements domain.Event.
func (Registered) EventType() string { return "person.registered" }

func (e Registered) evolve(s State) State {
	s.Person, s.Status, s.Level = e.Name.Of, registered, SelfDeclared
	return s
}
