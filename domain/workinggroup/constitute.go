package workinggroup

import "github.com/rapporteur-project/rapporteur/domain"

// How long the texts may be, in characters a reader counts.
const (
	maxName = 300    // "Knowledge Platform and Connection Hub" has 37
	maxTask = 10_000 // terms of reference of four pages
)

// Constitute sets up a working group.
type Constitute struct {
	Name       domain.Text
	Task       domain.Text       // its terms of reference; may be empty
	Source     domain.MandateRef // on which it rests; may be empty
	Entity     domain.ID         // for which its co-leads act; may be empty
	OccurredOn domain.PartialDate

	IsGroup bool `json:"-"` // filled by app from the stream of Entity, if given: its kind is WORKING_GROUP and it acts
}

// By implements domain.Command.
func (Constitute) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat, domain.System} }

func (c Constitute) decide(s State, by domain.Cause) ([]Event, error) {
	e := Constituted{Entity: c.Entity}
	if c.Entity != "" && !c.IsGroup {
		return nil, domain.Refuse(domain.Invalid, "working_group.entity", "This is not the entity of a working group.").At("entity")
	}
	var err error
	if e.Name, err = domain.NewText(c.Name.Language, c.Name.Value, maxName, "name"); err != nil {
		return nil, err
	}
	if c.Task != (domain.Text{}) {
		if e.Task, err = domain.NewText(c.Task.Language, c.Task.Value, maxTask, "task"); err != nil {
			return nil, err
		}
	}
	if c.Source != (domain.MandateRef{}) {
		if e.Source, err = domain.NewMandateRef(c.Source.Symbol, c.Source.Paragraph, "source"); err != nil {
			return nil, err
		}
	}
	if e.OccurredOn, err = when(c.OccurredOn); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// Constituted records that a working group was set up.
type Constituted struct {
	Name       domain.Text        `json:"name"`
	Task       domain.Text        `json:"task,omitzero"`
	Source     domain.MandateRef  `json:"source,omitzero"`
	Entity     domain.ID          `json:"entity,omitempty"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Constituted) EventType() string { return "working_group.constituted" }

func (e Constituted) evolve(s State) State {
	s.Status, s.Entity = constituted, e.Entity
	return s
}

// Conclude records that a working group has done its work.
type Conclude struct{ OccurredOn domain.PartialDate }

// By implements domain.Command.
func (Conclude) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat, domain.System} }

func (c Conclude) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == concluded {
		return nil, nil
	}
	on, err := when(c.OccurredOn)
	if err != nil {
		return nil, err
	}
	return []Event{Concluded{on}}, nil
}

// Concluded records that a working group has done its work.
type Concluded struct {
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Concluded) EventType() string { return "working_group.concluded" }

func (Concluded) evolve(s State) State {
	s.Status = concluded
	return s
}
