package credential

import "github.com/rapporteur-project/rapporteur/domain"

// Expire records that the time of a credential has run out. It holds no longer
// whether that is recorded or not; the event is there to be acted upon.
type Expire struct {
	Entity   domain.ID
	Capacity domain.Capacity
}

// By implements domain.Command.
func (Expire) By() []domain.Capacity { return []domain.Capacity{domain.System} }

func (c Expire) decide(s State, by domain.Cause) ([]Event, error) {
	was, known := s.Credentials[domain.Holding{Entity: c.Entity, Capacity: c.Capacity}]
	switch {
	case !known:
		return nil, Decider.Unknown()
	case was.Standing == IsRevoked || was.Standing == IsExpired:
		return nil, nil
	case was.Standing != IsGranted || was.live(by.At):
		return nil, domain.Refuse(domain.NotAllowed, "credential.not_due", "This credential has not run out.")
	}
	return []Event{Expired(c)}, nil
}

// Expired records that the time of a credential has run out.
type Expired struct {
	Entity   domain.ID       `json:"entity"`
	Capacity domain.Capacity `json:"capacity"`
}

// EventType implements domain.Event.
func (Expired) EventType() string { return "credential.expired" }

func (e Expired) evolve(s State) State {
	h := domain.Holding{Entity: e.Entity, Capacity: e.Capacity}
	c := s.Credentials[h]
	c.Standing = IsExpired
	if s.Credentials == nil {
		s.Credentials = map[domain.Holding]Credential{}
	}
	s.Credentials[h] = c
	return s
}
