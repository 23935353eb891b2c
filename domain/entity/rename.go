package entity

import "github.com/rapporteur-project/rapporteur/domain"

// Rename gives an entity another name. What was recognised is a name: when an
// entity other than a State renames itself, recognition must be given anew, so
// that nobody takes the name of another and keeps the mark.
type Rename struct {
	Name       domain.Text
	Acronym    string
	OccurredOn domain.PartialDate // since when it goes by that name; may be empty
	Expected   *int64             // edition of the name that the caller saw
}

// By implements domain.Command.
func (Rename) By() []domain.Capacity { return append([]domain.Capacity{domain.Secretariat}, run...) }

func (c Rename) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.own(by.By); err != nil {
		return nil, err
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	n, acronym, err := name(c.Name, c.Acronym)
	if err != nil {
		return nil, err
	}
	if n == s.Name && acronym == s.Acronym {
		return nil, nil
	}
	if s.Kind == Country && by.By.Capacity == domain.Secretariat {
		return nil, domain.Refuse(domain.NotAllowed, "entity.state_name", "A State names itself: its mission may change this name.")
	}
	e := Renamed{Name: n, Acronym: acronym}
	if c.OccurredOn != "" {
		if e.OccurredOn, err = domain.ParsePartialDate(string(c.OccurredOn), "occurredOn"); err != nil {
			return nil, err
		}
	}
	e.Unrecognised = s.Status == recognised && by.By.Capacity != domain.Secretariat && s.Kind != Country
	return []Event{e}, nil
}

// Renamed records another name; the earlier one stays in the history.
type Renamed struct {
	Name         domain.Text        `json:"name"`
	Acronym      string             `json:"acronym,omitempty"`
	Unrecognised bool               `json:"unrecognised,omitempty"` // the name is the entity's own word until recognised
	OccurredOn   domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Renamed) EventType() string { return "entity.renamed" }

func (e Renamed) evolve(s State) State {
	s.Name, s.Acronym = e.Name, e.Acronym
	s.Edition++
	if e.Unrecognised {
		s.Status = proposed
	}
	return s
}
