package commitment

import "github.com/rapporteur-project/rapporteur/domain"

// RecordAnnouncement enters what was said in a meeting. Who said it may be one
// entity by name, a category, or nobody in particular: "several countries" is
// SEVERAL and UNATTRIBUTED, and becomes neither a number nor names.
type RecordAnnouncement struct {
	Quantifier  domain.Quantifier
	Attribution domain.Attribution
	Owner       domain.ID // if NAMED, and then the quantifier is ONE
	Category    Category  // if CATEGORY
	Wording
	Source     string // what this rests on: "Briefing to Member States, 4 March 2020"
	OccurredOn string

	Known Known `json:"-"` // filled by app
}

// By implements domain.Command.
func (RecordAnnouncement) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c RecordAnnouncement) decide(_ State, by domain.Cause) ([]Event, error) {
	e, err := c.speaker()
	if err != nil {
		return nil, err
	}
	if e.Terms, err = c.Wording.check(c.Known); err != nil {
		return nil, err
	}
	if err := nobodys(e.Owner, e.Terms); err != nil {
		return nil, err
	}
	if e.Source, err = domain.Clean(c.Source, maxSource, "source"); err != nil {
		return nil, err
	}
	if e.OccurredOn, err = happened(c.OccurredOn, by); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// speaker returns an event that says who spoke, as far as that may be said.
func (c RecordAnnouncement) speaker() (e Announced, err error) {
	if e.Quantifier, err = domain.ParseQuantifier(string(c.Quantifier), "quantifier"); err != nil {
		return e, err
	}
	if e.Attribution, err = domain.ParseAttribution(string(c.Attribution), "attribution"); err != nil {
		return e, err
	}
	if c.Attribution != domain.Named && c.Owner != "" {
		return e, domain.Refuse(domain.Invalid, "commitment.named", "An announcement that is not NAMED names nobody.").At("owner")
	}
	if c.Attribution != domain.ByCategory && c.Category != (Category{}) {
		return e, domain.Refuse(domain.Invalid, "commitment.categorised", "Only an announcement by CATEGORY has a category.").At("category")
	}
	switch c.Attribution {
	case domain.Named:
		if c.Quantifier != domain.One {
			return e, domain.Refuse(domain.Invalid, "commitment.named_one", "Please record what each named entity announced on its own, with quantifier ONE.").At("quantifier")
		}
		e.Owner = c.Owner
		err = c.Known.entity(c.Owner, "owner")
	case domain.ByCategory:
		e.Category, err = c.Known.category(c.Category)
	}
	return e, err
}

// nobodys refuses an amount that nobody in particular promised: nobody could
// be asked for it, and it would find its way into a sum.
func nobodys(owner domain.ID, t Terms) error {
	if owner == "" && t.Amount != nil {
		return domain.Refuse(domain.Invalid, "commitment.unattributed_amount", "What nobody in particular announced has no amount.").At("amount")
	}
	return nil
}

// Announced records what was announced. Nobody named in it has confirmed it.
type Announced struct {
	Quantifier  domain.Quantifier  `json:"quantifier"`
	Attribution domain.Attribution `json:"attribution"`
	Owner       domain.ID          `json:"owner,omitempty"`
	Category    Category           `json:"category,omitzero"`
	Terms       Terms              `json:"terms"`
	Source      string             `json:"source"`
	OccurredOn  domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Announced) EventType() string { return "commitment.announced" }

func (e Announced) evolve(s State) State {
	s.Quantifier, s.Attribution, s.Owner, s.Category = e.Quantifier, e.Attribution, e.Owner, e.Category
	s.Terms, s.Form, s.Edition = e.Terms, Individual, s.Edition+1
	s.Status, s.Recorded, s.Published = announced, true, true
	return s
}
