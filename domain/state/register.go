package state

import (
	"maps"
	"slices"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxName      = 300 // characters; formal names take up to about 80
	maxRegion    = 100 // characters
	maxLanguages = 50  // the six official languages, and a State's own
)

// Register enters a State. Doing it again with the same facts is quiet; with
// other names it renames the State, and other facts correct the entry. So a
// newer table can be imported over an older one.
type Register struct {
	Code  string // ISO 3166-1 alpha-3; the app derives the id from it
	Names map[string]Name
	Facts Facts
}

// By implements domain.Command.
func (Register) By() []domain.Capacity { return keepers }

func (c Register) decide(s State, by domain.Cause) ([]Event, error) {
	if !letters(c.Code) || s.Code != "" && s.Code != c.Code {
		return nil, domain.Refuse(domain.Invalid, "state.code", "Please give the three-letter code of ISO 3166-1, such as SLV. It never changes.").At("code")
	}
	all, err := names(c.Names)
	if err != nil {
		return nil, err
	}
	facts, err := c.Facts.check()
	if err != nil {
		return nil, err
	}
	if s.Status == "" {
		return []Event{Registered{Code: c.Code, Names: all, Facts: facts}}, nil
	}
	var out []Event
	if !maps.Equal(all, s.Names) {
		out = append(out, Renamed{Names: all})
	}
	if facts != s.Facts {
		out = append(out, Corrected{Corrects: s.Edition, Facts: facts})
	}
	if len(out) > 0 && s.Status == ended {
		return nil, domain.Refuse(domain.NotAllowed, "state.ended", "%s has ended; its entry changes no more.", s.Code)
	}
	return out, nil
}

func letters(code string) bool {
	return len(code) == 3 && !strings.ContainsFunc(code, func(r rune) bool { return r < 'A' || r > 'Z' })
}

func names(in map[string]Name) (map[string]Name, error) {
	if len(in) == 0 || len(in) > maxLanguages {
		return nil, domain.Refuse(domain.Invalid, "state.names", "Please give the name in at least one and at most %d languages.", maxLanguages).At("names")
	}
	out := map[string]Name{}
	for _, tag := range slices.Sorted(maps.Keys(in)) { // so that the same input gets the same refusal
		n := in[tag]
		t, err := domain.NewText(tag, n.Short, maxName, "names", tag)
		if err != nil {
			return nil, err
		}
		if _, dup := out[t.Language]; dup {
			return nil, domain.Refuse(domain.Invalid, "state.language", "The language %s stands here twice.", t.Language).At("names", tag)
		}
		formal, err := optional(n.Formal, maxName, "names", tag, "formal")
		if err != nil {
			return nil, err
		}
		out[t.Language] = Name{Short: t.Value, Formal: formal}
	}
	return out, nil
}

func (f Facts) check() (Facts, error) {
	f.Numeric = strings.TrimSpace(f.Numeric)
	if f.Numeric == "" || len(f.Numeric) > 3 || strings.ContainsFunc(f.Numeric, func(r rune) bool { return r < '0' || r > '9' }) {
		return f, domain.Refuse(domain.Invalid, "state.numeric", "Please give the numeric code of M49, such as 222.").At("facts", "numeric")
	}
	f.Numeric = strings.Repeat("0", 3-len(f.Numeric)) + f.Numeric // tables drop the zeros in front
	if f.Membership != MemberState && f.Membership != Observer {
		return f, domain.Refuse(domain.Invalid, "state.membership", "This must be MEMBER_STATE or OBSERVER.").At("facts", "membership")
	}
	var err error
	if f.MemberSince != "" {
		if f.MemberSince, err = domain.ParsePartialDate(string(f.MemberSince), "facts", "memberSince"); err != nil {
			return f, err
		}
	}
	if f.Region, err = optional(f.Region, maxRegion, "facts", "region"); err != nil {
		return f, err
	}
	f.SubRegion, err = optional(f.SubRegion, maxRegion, "facts", "subRegion")
	return f, err
}

func optional(s string, limit int, path ...string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	return domain.Clean(s, limit, path...)
}

// Registered records that a State was entered.
type Registered struct {
	Code  string          `json:"code"`
	Names map[string]Name `json:"names"` // by language
	Facts Facts           `json:"facts"`
}

// EventType implements domain.Event.
func (Registered) EventType() string { return "state.registered" }

func (e Registered) evolve(s State) State {
	s.Status, s.Code, s.Names, s.Facts, s.Edition = active, e.Code, e.Names, e.Facts, 1
	return s
}

// Corrected records other facts; names are Renamed.
type Corrected struct {
	Corrects int64 `json:"corrects"` // the edition that was wrong
	Facts    Facts `json:"facts"`
}

// EventType implements domain.Event.
func (Corrected) EventType() string { return "state.corrected" }

func (e Corrected) evolve(s State) State {
	s.Facts = e.Facts
	s.Edition++
	return s
}
