package commitment

import "github.com/rapporteur-project/rapporteur/domain"

// ConfirmCoPledge is a co-pledger's own word that it pledges too. Until then
// nothing shows its name. The pledge still counts once (G17).
type ConfirmCoPledge struct{}

// By implements domain.Command.
func (ConfirmCoPledge) By() []domain.Capacity { return parties() }

func (ConfirmCoPledge) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.coPledger(by); err != nil {
		return nil, err
	}
	if s.CoPledgers[by.By.For()] {
		return nil, nil
	}
	return []Event{CoPledgerConfirmed{Entity: by.By.For()}}, nil
}

// coPledger refuses whoever the owner has not named.
func (s State) coPledger(by domain.Cause) error {
	if _, named := s.CoPledgers[by.By.For()]; !named {
		return domain.Refuse(domain.NotOwner, "commitment.not_co_pledger", "You do not act for a co-pledger of this pledge.")
	}
	return nil
}

// CoPledgerConfirmed records that a co-pledger stands by the pledge.
type CoPledgerConfirmed struct {
	Entity domain.ID `json:"entity"`
}

// EventType implements domain.Event.
func (CoPledgerConfirmed) EventType() string { return "commitment.co_pledger_confirmed" }

func (e CoPledgerConfirmed) evolve(s State) State {
	if s.CoPledgers == nil {
		s.CoPledgers = map[domain.ID]bool{}
	}
	s.CoPledgers[e.Entity] = true
	return s
}

// LeavePledge takes a co-pledger off a pledge, whether it had confirmed or not.
type LeavePledge struct{}

// By implements domain.Command.
func (LeavePledge) By() []domain.Capacity { return parties() }

func (LeavePledge) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.coPledger(by); err != nil {
		return nil, err
	}
	return []Event{CoPledgerLeft{Entity: by.By.For()}}, nil
}

// CoPledgerLeft records that an entity is no co-pledger, or none any more.
type CoPledgerLeft struct {
	Entity domain.ID `json:"entity"`
}

// EventType implements domain.Event.
func (CoPledgerLeft) EventType() string { return "commitment.co_pledger_left" }

func (e CoPledgerLeft) evolve(s State) State {
	delete(s.CoPledgers, e.Entity)
	return s
}
