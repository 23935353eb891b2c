package workinggroup

import "github.com/rapporteur-project/rapporteur/domain"

const (
	maxMembers = 500 // entities; the whole Network has some 60
	maxCoLeads = 10
)

// DesignateCoLead names an entity to lead the group with others. Stakeholders
// may lead as well as entities of the United Nations (G7). Who leads belongs
// to the group.
type DesignateCoLead struct {
	CoLead     domain.ID // an entity
	OccurredOn domain.PartialDate

	Acts bool `json:"-"` // filled by app from the stream of the entity CoLead
}

// By implements domain.Command.
func (DesignateCoLead) By() []domain.Capacity {
	return []domain.Capacity{domain.Secretariat, domain.System}
}

func (c DesignateCoLead) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Members[c.CoLead] {
		return nil, nil
	}
	if err := s.admits(c.CoLead, c.Acts, "coLead"); err != nil {
		return nil, err
	}
	n := 0
	for _, leads := range s.Members {
		if leads {
			n++
		}
	}
	if n >= maxCoLeads {
		return nil, domain.Refuse(domain.NotAllowed, "working_group.co_leads", "A working group has at most %d co-leads.", maxCoLeads)
	}
	on, err := when(c.OccurredOn)
	if err != nil {
		return nil, err
	}
	return []Event{CoLeadDesignated{CoLead: c.CoLead, OccurredOn: on}}, nil
}

// admits refuses an entity that is none or does not act, and one too many.
func (s State) admits(entity domain.ID, acts bool, path string) error {
	_, in := s.Members[entity]
	switch {
	case entity == "" || !acts:
		return domain.Refuse(domain.Invalid, "working_group.member", "There is no such entity, or nobody may act for it.").At(path)
	case entity == s.Entity:
		return domain.Refuse(domain.Invalid, "working_group.itself", "A working group is no member of itself.").At(path)
	case !in && len(s.Members) >= maxMembers:
		return domain.Refuse(domain.NotAllowed, "working_group.members", "A working group has at most %d members.", maxMembers)
	}
	return nil
}

// CoLeadDesignated records that an entity leads the group.
type CoLeadDesignated struct {
	CoLead     domain.ID          `json:"coLead"` // an entity
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (CoLeadDesignated) EventType() string { return "working_group.co_lead_designated" }

func (e CoLeadDesignated) evolve(s State) State {
	s.Status = active
	return s.set(e.CoLead, true)
}

func (s State) set(entity domain.ID, leads bool) State {
	if s.Members == nil {
		s.Members = map[domain.ID]bool{}
	}
	s.Members[entity] = leads
	return s
}

// Join makes an entity a member: by its own people, or recorded by the
// secretariat.
type Join struct {
	Member     domain.ID // an entity
	OccurredOn domain.PartialDate

	Acts bool `json:"-"` // filled by app from the stream of the entity Member
}

// By implements domain.Command.
func (Join) By() []domain.Capacity { return everyone() }

func (c Join) decide(s State, by domain.Cause) ([]Event, error) {
	if err := member(c.Member, by.By); err != nil {
		return nil, err
	}
	if _, in := s.Members[c.Member]; in {
		return nil, nil
	}
	if err := s.admits(c.Member, c.Acts, "member"); err != nil {
		return nil, err
	}
	on, err := when(c.OccurredOn)
	if err != nil {
		return nil, err
	}
	return []Event{Joined{Member: c.Member, OccurredOn: on}}, nil
}

// member refuses whoever speaks for another entity than the one named.
func member(entity domain.ID, by domain.Actor) error {
	if records(by) || entity == by.Entity {
		return nil
	}
	return domain.Refuse(domain.NotOwner, "working_group.owner", "You can only speak for your own entity here.").At("member")
}

// Joined records that an entity belongs to the group.
type Joined struct {
	Member     domain.ID          `json:"member"` // an entity
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Joined) EventType() string { return "working_group.joined" }

func (e Joined) evolve(s State) State { return s.set(e.Member, s.Members[e.Member]) }

// Leave ends a membership, and the lead with it. An entity may also leave a
// group that has concluded.
type Leave struct {
	Member     domain.ID // an entity
	OccurredOn domain.PartialDate
}

// By implements domain.Command.
func (Leave) By() []domain.Capacity { return everyone() }

func (c Leave) decide(s State, by domain.Cause) ([]Event, error) {
	if err := member(c.Member, by.By); err != nil {
		return nil, err
	}
	if _, in := s.Members[c.Member]; !in {
		return nil, nil
	}
	on, err := when(c.OccurredOn)
	if err != nil {
		return nil, err
	}
	return []Event{Left{Member: c.Member, OccurredOn: on}}, nil
}

// Left records that an entity belongs to the group no longer.
type Left struct {
	Member     domain.ID          `json:"member"` // an entity
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Left) EventType() string { return "working_group.left" }

func (e Left) evolve(s State) State {
	delete(s.Members, e.Member)
	return s
}
