package person

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

const maxName = 300 // characters; a long name with its titles has half of that

// Verify records how well a person's identity is known, and their name as verified.
type Verify struct {
	Level Level
	Name  string
}

// By implements domain.Command.
func (Verify) By() []domain.Capacity { return []domain.Capacity{domain.Secretariat} }

func (c Verify) decide(s State, by domain.Cause) ([]Event, error) {
	switch {
	case !slices.Contains([]Level{Contacted, Documented}, c.Level):
		return nil, domain.Refuse(domain.Invalid, "person.level", "Say how the identity was verified: CONTACTED or DOCUMENTED.").At("level")
	case by.By.Person == s.Person:
		return nil, domain.Refuse(domain.FourEyesRequired, "person.self", "Nobody verifies their own identity.")
	}
	name, err := domain.Clean(c.Name, maxName, "name")
	if err != nil {
		return nil, err
	}
	var out []Event
	if c.Level != s.Level {
		out = append(out, IdentityVerified{Level: c.Level, Name: domain.About(s.Person, name)})
	} else if name != s.Verified {
		out = append(out, VerifiedNameChanged{Name: domain.About(s.Person, name)})
	}
	return out, nil
}

// IdentityVerified records that the secretariat knows who a person is.
type IdentityVerified struct {
	Level Level           `json:"level"`
	Name  domain.Personal `json:"name"`
}

// EventType implements domain.Event.
func (IdentityVerified) EventType() string { return "person.identity_verified" }

func (e IdentityVerified) evolve(s State) State {
	s.Status, s.Level, s.Verified = verified, e.Level, e.Name.Text
	return s
}

// VerifiedNameChanged records another verified name; an alias is never one.
type VerifiedNameChanged struct {
	Name domain.Personal `json:"name"`
}

// EventType implements domain.Event.
func (VerifiedNameChanged) EventType() string { return "person.verified_name_changed" }

func (e VerifiedNameChanged) evolve(s State) State {
	s.Verified = e.Name.Text
	return s
}
