package submission

import "github.com/rapporteur-project/rapporteur/domain"

// CoSignatoryInvited records that the owner names somebody as co-signatory.
// They count only once they confirm.
type CoSignatoryInvited struct {
	Party domain.ID `json:"party"` // entity or person
}

// EventType implements domain.Event.
func (CoSignatoryInvited) EventType() string { return "submission.co_signatory_invited" }

// Told implements Event.
func (CoSignatoryInvited) Told() Telling { return Insiders }

func (e CoSignatoryInvited) evolve(s State) State {
	return s.signer(e.Party, 0)
}

// signer notes that a co-signatory signed an edition last.
func (s State) signer(party domain.ID, edition int64) State {
	if s.CoSigners == nil {
		s.CoSigners = map[domain.ID]int64{}
	}
	s.CoSigners[party] = edition
	return s
}

// ConfirmCoSignature is a co-signatory's own word that they sign.
type ConfirmCoSignature struct{ Expected *int64 } // the edition they sign

// By implements domain.Command.
func (ConfirmCoSignature) By() []domain.Capacity { return domain.SignedIn }

func (c ConfirmCoSignature) decide(s State, by domain.Cause) ([]Event, error) {
	if err := coSigner(s, by); err != nil {
		return nil, err
	}
	if s.Signed(by.By.For()) {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	return []Event{CoSignatoryConfirmed{Party: by.By.For()}}, nil
}

// coSigner refuses whoever does not speak for an invited party.
func coSigner(s State, by domain.Cause) error {
	_, invited := s.CoSigners[by.By.For()]
	switch {
	case !invited:
		return domain.Refuse(domain.NotOwner, "submission.not_invited", "You do not act for a co-signatory of this submission.")
	case !by.By.Capacity.Speaks():
		return domain.Refuse(domain.NotAllowed, "submission.co_signatory_capacity", "In your capacity you do not speak for this co-signatory.")
	}
	return nil
}

// CoSignatoryConfirmed records that a co-signatory signs the edition that is
// current then. Others are told once that edition is released, for as long as
// the signature stands: that somebody left is not for them.
type CoSignatoryConfirmed struct {
	Party domain.ID `json:"party"`
}

// EventType implements domain.Event.
func (CoSignatoryConfirmed) EventType() string { return "submission.co_signatory_confirmed" }

// Told implements Event.
func (CoSignatoryConfirmed) Told() Telling { return WithSignature }

func (e CoSignatoryConfirmed) evolve(s State) State {
	return s.signer(e.Party, s.Edition)
}

// LeaveJoint takes a co-signatory's name off, confirmed or not, and off every
// edition: nobody else hears that it ever stood there.
type LeaveJoint struct{ Expected *int64 }

// By implements domain.Command.
func (LeaveJoint) By() []domain.Capacity { return domain.SignedIn }

func (c LeaveJoint) decide(s State, by domain.Cause) ([]Event, error) {
	if err := coSigner(s, by); err != nil {
		return nil, err
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	return []Event{CoSignatoryLeft{Party: by.By.For()}}, nil
}

// CoSignatoryLeft records that a co-signatory is none any more.
type CoSignatoryLeft struct {
	Party domain.ID `json:"party"`
}

// EventType implements domain.Event.
func (CoSignatoryLeft) EventType() string { return "submission.co_signatory_left" }

// Told implements Event.
func (CoSignatoryLeft) Told() Telling { return Insiders }

func (e CoSignatoryLeft) evolve(s State) State {
	delete(s.CoSigners, e.Party)
	return s
}
