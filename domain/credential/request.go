package credential

import (
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxNote     = 1_000 // characters; enough to say who one is to the entity
	maxRequests = 20    // open at a time; nobody works for more entities than that
)

// Request asks those who grant a credential to do so. Doing it twice is quiet.
type Request struct {
	Person   domain.ID // whose credential: nobody asks for another
	Entity   domain.ID
	Capacity domain.Capacity
	Note     string // to whoever decides; may be empty

	Facts Entity `json:"-"` // filled by app from the stream of Entity
}

// By implements domain.Command.
func (Request) By() []domain.Capacity { return domain.SignedIn }

func (c Request) decide(s State, by domain.Cause) ([]Event, error) {
	h := domain.Holding{Entity: c.Entity, Capacity: c.Capacity}
	if by.By.Person != c.Person || s.Person != "" && s.Person != c.Person {
		return nil, domain.Refuse(domain.NotOwner, "credential.owner", "You can only ask for credentials of your own.").At("person")
	}
	if err := c.Facts.takes(c.Capacity); err != nil {
		return nil, err
	}
	if s.Credentials[h].Standing == IsRequested || s.Credentials[h].live(by.At) {
		return nil, nil
	}
	open := 0
	for _, was := range s.Credentials {
		if was.Standing == IsRequested {
			open++
		}
	}
	if open >= maxRequests {
		return nil, domain.Refuse(domain.NotAllowed, "credential.requests", "You have %d open requests; please wait for an answer.", open)
	}
	note := ""
	if strings.TrimSpace(c.Note) != "" {
		var err error
		if note, err = domain.Clean(c.Note, maxNote, "note"); err != nil {
			return nil, err
		}
	}
	return []Event{Requested{Person: c.Person, Entity: c.Entity, Capacity: c.Capacity, Note: domain.About(c.Person, note)}}, nil
}

// Requested records that a person asked for a credential.
type Requested struct {
	Person   domain.ID       `json:"person"`
	Entity   domain.ID       `json:"entity"`
	Capacity domain.Capacity `json:"capacity"`
	Note     domain.Personal `json:"note"`
}

// EventType implements domain.Event.
func (Requested) EventType() string { return "credential.requested" }

func (e Requested) evolve(s State) State {
	h := domain.Holding{Entity: e.Entity, Capacity: e.Capacity}
	s.Person = e.Person
	if s.Credentials == nil {
		s.Credentials = map[domain.Holding]Credential{}
	}
	s.Credentials[h] = Credential{Standing: IsRequested, Dismissed: s.Credentials[h].Dismissed}
	return s
}
