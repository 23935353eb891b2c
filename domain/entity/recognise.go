package entity

import "github.com/rapporteur-project/rapporteur/domain"

// Recognise says that the secretariat knows the entity under its name. It
// changes what is shown beside the name, and no power or receipt.
type Recognise struct{}

// By implements domain.Command.
func (Recognise) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat, domain.System} }

func (c Recognise) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == recognised {
		return nil, nil
	}
	return []Event{Recognised{}}, nil
}

// Recognised records that the secretariat knows the entity.
type Recognised struct{}

// EventType implements domain.Event.
func (Recognised) EventType() string { return "entity.recognised" }

func (Recognised) evolve(s State) State {
	s.Status, s.Known = recognised, true
	return s
}
