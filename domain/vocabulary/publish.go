package vocabulary

import (
	"regexp"
	"strconv"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxTerms = 1_000 // a long thesaurus; the lists in use have up to 54
	maxLabel = 200   // characters; one line
	maxCode  = 64    // bytes
)

var codeShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// exactly says how many terms a version has by the document it comes from. It
// never has one more or less.
var exactly = map[string]map[int]int{
	Objectives: {1: 23},
	Principles: {1: 10},
}

// Publish puts a version of a vocabulary in force: the first one, or the next.
// Earlier versions stay, and what was put under their terms stays there.
// Publishing the version in force again with the same terms is quiet.
type Publish struct {
	Name    string // such as "gcm-objectives"; the app derives the id from it
	Version int    // counts from 1
	Source  domain.MandateRef
	Terms   []Term // all terms of this version
}

// By implements domain.Command.
func (Publish) By() []domain.Capacity { return keepers }

func (c Publish) decide(s State, by domain.Cause) ([]Event, error) {
	if !code(c.Name) || s.Name != "" && s.Name != c.Name {
		return nil, domain.Refuse(domain.Invalid, "vocabulary.name", "Please name it in small letters, digits and hyphens, and do not change that name.").At("name")
	}
	src, err := domain.NewMandateRef(c.Source.Symbol, c.Source.Paragraph, "source")
	if err != nil {
		return nil, err
	}
	terms, err := c.terms()
	if err != nil {
		return nil, err
	}
	switch {
	case c.Version == s.Version && s.same(terms):
		return nil, nil
	case c.Version != s.Version+1:
		return nil, domain.Refuse(domain.Invalid, "vocabulary.version", "The next version is %d.", s.Version+1).At("version")
	}
	return []Event{Published{Name: c.Name, Version: c.Version, Source: src, Terms: terms}}, nil
}

func (c Publish) terms() ([]Term, error) {
	want, fixed := exactly[c.Name][c.Version]
	switch n := len(c.Terms); {
	case fixed && n != want:
		return nil, domain.Refuse(domain.Invalid, "vocabulary.fixed", "Version %d of %s has exactly %d terms, not %d.", c.Version, c.Name, want, n).At("terms")
	case n == 0 || n > maxTerms:
		return nil, domain.Refuse(domain.Invalid, "vocabulary.count", "A vocabulary has between 1 and %d terms.", maxTerms).At("terms")
	}
	out := make([]Term, len(c.Terms))
	seen := map[string]bool{}
	for i, t := range c.Terms {
		var err error
		if out[i], err = t.check("terms", strconv.Itoa(i)); err != nil {
			return nil, err
		}
		if seen[t.Code] {
			return nil, domain.Refuse(domain.Invalid, "vocabulary.duplicate", "The code %s stands here twice.", t.Code).At("terms", strconv.Itoa(i), "code")
		}
		seen[t.Code] = true
	}
	return out, nil
}

func (t Term) check(path ...string) (Term, error) {
	if !code(t.Code) {
		return t, domain.Refuse(domain.Invalid, "vocabulary.code", "Please write the code in small letters, digits and hyphens.").At(append(path, "code")...)
	}
	var err error
	t.Label, err = domain.NewText(t.Label.Language, t.Label.Value, maxLabel, append(path, "label")...)
	return t, err
}

func code(s string) bool { return len(s) <= maxCode && codeShape.MatchString(s) }

// same reports whether the version in force has been published with terms, or
// has come to have them.
func (s State) same(terms []Term) bool {
	for _, t := range terms {
		if e, ok := s.Terms[t.Code]; !ok || e.Label != t.Label {
			return false
		}
	}
	return len(terms) == len(s.Terms)
}

// Published records that a version came into force.
type Published struct {
	Name    string            `json:"name"`
	Version int               `json:"version"`
	Source  domain.MandateRef `json:"source"`
	Terms   []Term            `json:"terms"`
}

// EventType implements domain.Event.
func (Published) EventType() string { return "vocabulary.published" }

func (e Published) evolve(s State) State {
	s.Name, s.Version, s.Terms = e.Name, e.Version, map[string]Entry{}
	for _, t := range e.Terms {
		s.Terms[t.Code] = Entry{Label: t.Label}
	}
	return s
}
