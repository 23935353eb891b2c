package credential

import "github.com/rapporteur-project/rapporteur/domain"

const maxReason = 2_000 // characters; a page

// Revoke takes a credential back, declines one that was requested, or drops
// one that waits for its second officer. It takes effect at its own moment:
// what was done before stays valid.
type Revoke struct {
	Entity   domain.ID
	Capacity domain.Capacity
	Reason   string // the person will be told
}

// By implements domain.Command.
func (Revoke) By() []domain.Capacity {
	return []domain.Capacity{domain.Secretariat, domain.EntityAdmin, domain.StateMission, domain.System}
}

func (c Revoke) decide(s State, by domain.Cause) ([]Event, error) {
	own := runs(by.By.Capacity)
	if own {
		if err := ownPeople(c.Entity, c.Capacity, by.By); err != nil {
			return nil, err
		}
	}
	h := domain.Holding{Entity: c.Entity, Capacity: c.Capacity}
	if by.By.Capacity == domain.Secretariat && runs(c.Capacity) && s.Credentials[h].live(by.At) {
		return nil, domain.Refuse(domain.NotAllowed, "credential.entity_runs", "Only the entity itself takes this back from those who run it. An officer may suspend a person, or an entity that is no State.")
	}
	was, known := s.Credentials[h]
	_, waits := s.Proposals[h]
	switch {
	case !known && !waits:
		return nil, Decider.Unknown()
	case !waits && was.Standing != IsRequested && !was.live(by.At):
		return nil, nil
	}
	why, err := domain.Clean(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{Revoked{Entity: c.Entity, Capacity: c.Capacity, Reason: why, ByEntity: own}}, nil
}

// Revoked records that a person may not act in a capacity any more.
type Revoked struct {
	Entity   domain.ID       `json:"entity"`
	Capacity domain.Capacity `json:"capacity"`
	Reason   string          `json:"reason"`
	ByEntity bool            `json:"byEntity,omitempty"` // by those who run the entity
}

// EventType implements domain.Event.
func (Revoked) EventType() string { return "credential.revoked" }

func (e Revoked) evolve(s State) State {
	h := domain.Holding{Entity: e.Entity, Capacity: e.Capacity}
	return s.set(h, Credential{Standing: IsRevoked, Dismissed: e.ByEntity || s.Credentials[h].Dismissed})
}
