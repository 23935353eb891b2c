package champion

import "github.com/rapporteur-project/rapporteur/domain"

const maxList = 10_000 // versions; a new one every day for 27 years

// List puts a State that has accepted on the public list of champion countries.
type List struct {
	ListVersion int // of the list it enters; the initial list is 1
	OccurredOn  domain.PartialDate
}

// By implements domain.Command.
func (List) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c List) decide(s State, by domain.Cause) ([]Event, error) {
	switch {
	case c.ListVersion == s.List && s.List > 0:
		return nil, nil
	case s.List > 0:
		return nil, domain.Refuse(domain.NotAllowed, "champion.listed", "This State has been on the list since version %d.", s.List)
	case c.ListVersion < 1 || c.ListVersion > maxList:
		return nil, domain.Refuse(domain.Invalid, "champion.list", "Versions of the list count from 1, the initial list.").At("listVersion")
	}
	on, err := when(c.OccurredOn)
	if err != nil {
		return nil, err
	}
	return []Event{Listed{ListVersion: c.ListVersion, OccurredOn: on}}, nil
}

// Listed records that the State stands on the public list.
type Listed struct {
	ListVersion int                `json:"listVersion"` // the first one with the State on it
	OccurredOn  domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Listed) EventType() string { return "champion.listed" }

func (e Listed) evolve(s State) State {
	s.Status, s.List = listed, e.ListVersion
	return s
}
