package entity

import (
	"errors"
	"net/url"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

// How long the texts may be, in characters a reader counts.
const (
	maxName        = 300   // the longest names of organisations in use take about 200
	maxAcronym     = 40    // some join two languages: "ACNUDH/OHCHR"
	maxDescription = 4_000 // a page and a half
	maxWebsite     = 2_000 // bytes; browsers cut longer addresses
)

// Propose makes an entity known. Anyone signed in may propose a stakeholder,
// an informal group or an organisation of States; the secretariat the rest.
// Proposing the same State again is quiet.
type Propose struct {
	Kind        Kind
	Name        domain.Text
	Acronym     string
	Code        string      // ISO 3166-1 alpha-3: required of a State, refused of others
	Website     string      // http or https; may be empty
	Description domain.Text // may be empty
	Vocabulary  string      // of the category the proposer puts it under; may be empty
	Term        string      // code of that category

	Entity domain.ID `json:"-"` // filled by app: the id that the new entity gets
	Listed Listed    `json:"-"` // filled by app, when Vocabulary is given, from that vocabulary's stream
}

// By implements domain.Command.
func (c Propose) By() []domain.Capacity {
	if c.Kind.Open() {
		return append([]domain.Capacity{domain.System}, domain.SignedIn...)
	}
	return []domain.Capacity{domain.Secretariat, domain.System}
}

func (c Propose) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status != "" {
		if c.Kind == Country && s.Kind == Country && c.Code == s.Code {
			return nil, nil
		}
		return nil, domain.Refuse(domain.NotAllowed, "entity.exists", "This entity exists already.")
	}
	if c.Entity == "" {
		return nil, errors.New("propose an entity: its id is not filled in")
	}
	e := Proposed{Entity: c.Entity, Proposer: proposer(by.By)}
	var err error
	if e.Kind, err = ParseKind(string(c.Kind), "kind"); err != nil {
		return nil, err
	}
	if e.Code, err = code(c.Kind, c.Code); err != nil {
		return nil, err
	}
	if e.Name, e.Acronym, err = name(c.Name, c.Acronym); err != nil {
		return nil, err
	}
	if e.Website, err = website(c.Website); err != nil {
		return nil, err
	}
	if c.Description != (domain.Text{}) {
		if e.Description, err = domain.NewText(c.Description.Language, c.Description.Value, maxDescription, "description"); err != nil {
			return nil, err
		}
	}
	if c.Vocabulary != "" {
		cat, err := c.Listed.category(c.Vocabulary, c.Term)
		if err != nil {
			return nil, err
		}
		e.Category = &cat
	}
	return []Event{e}, nil
}

// proposer is the person who proposes, if that is nobody of the office.
func proposer(by domain.Actor) domain.ID {
	if by.Capacity == domain.Secretariat || by.Capacity == domain.System {
		return ""
	}
	return by.Person
}

// MaxOpen is how many proposals of a person wait for the secretariat at a time:
// few belong to more groups that nobody knows yet.
const MaxOpen = 5

// TooMany refuses another proposal of somebody with MaxOpen open ones.
func TooMany() error {
	return domain.Refuse(domain.NotAllowed, "entity.proposals",
		"%d entities that you proposed wait for the secretariat, which is as many as may. Wait until it recognises one, or ask it to dissolve one.", MaxOpen)
}

func code(k Kind, code string) (string, error) {
	bad := len(code) != 3 || strings.ContainsFunc(code, func(r rune) bool { return r < 'A' || r > 'Z' })
	switch {
	case k == Country && bad:
		return "", domain.Refuse(domain.Invalid, "entity.code", "Please give the State's three-letter code of ISO 3166-1, such as SLV.").At("code")
	case k != Country && code != "":
		return "", domain.Refuse(domain.Invalid, "entity.code", "Only a State has a country code.").At("code")
	}
	return code, nil
}

func name(n domain.Text, acronym string) (domain.Text, string, error) {
	t, err := domain.NewText(n.Language, n.Value, maxName, "name")
	if err != nil {
		return t, "", err
	}
	if strings.TrimSpace(acronym) == "" {
		return t, "", nil
	}
	acronym, err = domain.Clean(acronym, maxAcronym, "acronym")
	return t, acronym, err
}

func website(s string) (string, error) {
	if s = strings.TrimSpace(s); s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil || len(s) > maxWebsite || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", domain.Refuse(domain.Invalid, "entity.website", "This is not a web address. Please write it as https://example.org.").At("website")
	}
	return u.String(), nil
}

// Proposed records that an entity became known.
type Proposed struct {
	Entity      domain.ID   `json:"entity"`
	Kind        Kind        `json:"kind"`
	Name        domain.Text `json:"name"`
	Acronym     string      `json:"acronym,omitempty"`
	Code        string      `json:"code,omitempty"`
	Website     string      `json:"website,omitempty"`
	Description domain.Text `json:"description,omitzero"`
	Category    *Category   `json:"category,omitempty"` // as its proposer puts it
	Proposer    domain.ID   `json:"proposer,omitempty"` // the person; empty when the office proposed it
}

// EventType implements domain.Event.
func (Proposed) EventType() string { return "entity.proposed" }

func (e Proposed) evolve(s State) State {
	s.Entity, s.Status, s.Kind, s.Code = e.Entity, proposed, e.Kind, e.Code
	s.Proposer = e.Proposer
	s.Name, s.Acronym, s.Edition = e.Name, e.Acronym, 1
	if e.Category != nil {
		return Classified{*e.Category}.evolve(s)
	}
	return s
}
