package submission

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// attestingFor is how long one officer's attestation waits for a second one, as
// all that takes two.
const attestingFor = 14 * 24 * time.Hour

// A PublicSource is where anybody can read that something was said by somebody.
type PublicSource struct {
	Title string `json:"title"` // of the document or page
	Link  string `json:"link"`  // an https address
}

func (p PublicSource) checked() (PublicSource, error) {
	title, err := domain.Clean(p.Title, maxName, "source", "title")
	if err != nil {
		return PublicSource{}, err
	}
	link, ok := domain.Link(p.Link)
	if !ok {
		return PublicSource{}, domain.Refuse(domain.Invalid, "submission.link", "This is not an https address. Give one at which anybody can read who said this.").At("source", "link")
	}
	return PublicSource{Title: title, Link: link}, nil
}

// AttestRecord is an officer's word, with a public source, that what was taken
// down is of the one it names. It takes two officers; the first alone changes
// nothing, and lapses.
type AttestRecord struct {
	Source   PublicSource
	Expected *int64 // the edition that was read
}

// By implements domain.Command.
func (AttestRecord) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c AttestRecord) decide(s State, by domain.Cause) ([]Event, error) {
	switch {
	case s.Recorded && s.Owner == "":
		return nil, domain.Refuse(domain.NotAllowed, "submission.names_nobody", "This record names nobody on record, so there is nothing to attest.")
	case s.Attested && !s.Confirmed:
		return nil, nil
	case s.Contested:
		return nil, domain.Refuse(domain.NotAllowed, "submission.contested", "The one named says that this is not theirs. Only they can confirm it.")
	}
	if err := s.unconfirmed(); err != nil {
		return nil, err
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	source, err := c.Source.checked()
	if err != nil {
		return nil, err
	}
	switch first := s.Attesting; {
	case !by.At.Before(first.Until): // none, or it lapsed
		return []Event{RecordedAttestationProposed{Officer: by.By.Person, Source: source, Until: by.At.Add(attestingFor)}}, nil
	case first.Officer == by.By.Person:
		return nil, domain.Refuse(domain.FourEyesRequired, "submission.second_officer", "You have attested this; another officer must do so too.")
	}
	return []Event{RecordedAttested{Source: source}}, nil
}

// Attesting is one officer's attestation that waits for a second.
type Attesting struct {
	Officer domain.ID
	Until   time.Time // from that moment on it counts no more
}

// unattested is s without what officers attested.
func (s State) unattested() State {
	s.Attesting, s.Attested = Attesting{}, false
	return s
}

// RecordedAttestationProposed records the first of two officers. It shows
// nobody's name.
type RecordedAttestationProposed struct {
	Officer domain.ID    `json:"officer"`
	Source  PublicSource `json:"source"`
	Until   time.Time    `json:"until"` // from that moment on it counts no more
}

// EventType implements domain.Event.
func (RecordedAttestationProposed) EventType() string {
	return "submission.recorded_attestation_proposed"
}

// Told implements Event.
func (RecordedAttestationProposed) Told() Telling { return Insiders }

func (e RecordedAttestationProposed) evolve(s State) State {
	s.Attesting = Attesting{Officer: e.Officer, Until: e.Until}
	return s
}

// RecordedAttested records that two officers attest whose it is: from then on
// their name is shown.
type RecordedAttested struct {
	Source PublicSource `json:"source"` // the second officer's
}

// EventType implements domain.Event.
func (RecordedAttested) EventType() string { return "submission.recorded_attested" }

// Told implements Event.
func (RecordedAttested) Told() Telling { return WithItem }

func (e RecordedAttested) evolve(s State) State {
	s.Attesting, s.Attested = Attesting{}, true
	return s
}
