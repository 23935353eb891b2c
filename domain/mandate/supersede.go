package mandate

import "github.com/rapporteur-project/rapporteur/domain"

// Supersede says that another mandate takes the place of this one. What was
// done under this one stays under it.
type Supersede struct {
	Successor  domain.MandateRef
	OccurredOn domain.PartialDate // since when; may be empty
}

// By implements domain.Command.
func (Supersede) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat, domain.System} }

func (c Supersede) decide(s State, by domain.Cause) ([]Event, error) {
	ref, err := domain.NewMandateRef(c.Successor.Symbol, c.Successor.Paragraph, "successor")
	switch {
	case err != nil:
		return nil, err
	case ref == s.By:
		return nil, nil
	case s.Status == superseded:
		return nil, domain.Refuse(domain.NotAllowed, "mandate.superseded", "%s was superseded by %s already.", s.Symbol, s.By)
	case ref.Symbol == s.Symbol:
		return nil, domain.Refuse(domain.Invalid, "mandate.itself", "A mandate cannot supersede itself.").At("successor", "symbol")
	}
	e := Superseded{By: ref}
	if c.OccurredOn != "" {
		if e.OccurredOn, err = domain.ParsePartialDate(string(c.OccurredOn), "occurredOn"); err != nil {
			return nil, err
		}
	}
	return []Event{e}, nil
}

// Superseded records that another mandate took the place of this one.
type Superseded struct {
	By         domain.MandateRef  `json:"by"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Superseded) EventType() string { return "mandate.superseded" }

func (e Superseded) evolve(s State) State {
	s.Status, s.By = superseded, e.By
	return s
}
