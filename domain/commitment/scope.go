package commitment

import (
	"slices"
	"strconv"

	"github.com/rapporteur-project/rapporteur/domain"
)

// The Compact numbers its objectives in paragraph 16 and letters its guiding
// principles in paragraph 15; neither changes.
const (
	Compact    = "A/RES/73/195"
	objectives = 23
	principles = "abcdefghij"
	maxPlaces  = 20 // more than any commitment needs; the Compact has 54 paragraphs
)

// A Population is whom a commitment concerns.
type Population string

// The populations, as stored and as the API spells them.
const (
	Migrants            Population = "MIGRANTS"
	MigrantsAndRefugees Population = "MIGRANTS_AND_REFUGEES" // migrants among others
	Refugees            Population = "REFUGEES"              // alone: outside the Compact
)

// Populations lists every population.
var Populations = []Population{Migrants, MigrantsAndRefugees, Refugees}

// A Scope declares how a commitment relates to the Compact.
type Scope struct {
	Concerns   Population          `json:"concerns,omitempty"`
	Objectives []int               `json:"objectives,omitempty"` // 1 to 23, ascending
	Principles []string            `json:"principles,omitempty"` // a to j, ascending
	Places     []domain.MandateRef `json:"places,omitempty"`     // paragraphs of the Compact
}

// check returns s in order and without repeats. It refuses what is not in the
// Compact, and what concerns refugees alone. Nothing need be said yet.
func (s Scope) check() (Scope, error) {
	switch {
	case s.Concerns == Refugees:
		return Scope{}, domain.Refuse(domain.Invalid, "commitment.refugees", "A commitment that concerns refugees alone belongs to the Global Compact on Refugees.").At("scope", "concerns")
	case s.Concerns != "" && !slices.Contains(Populations, s.Concerns):
		return Scope{}, domain.Refuse(domain.Invalid, "commitment.population", "Please say whom this concerns: MIGRANTS or MIGRANTS_AND_REFUGEES.").At("scope", "concerns")
	case len(s.Objectives) > objectives || len(s.Principles) > len(principles) || len(s.Places) > maxPlaces:
		return Scope{}, domain.Refuse(domain.Invalid, "commitment.scope_long", "At most %d objectives, %d principles and %d paragraphs, please.", objectives, len(principles), maxPlaces).At("scope")
	}
	out := Scope{Concerns: s.Concerns}
	for i, o := range s.Objectives {
		if o < 1 || o > objectives {
			return Scope{}, domain.Refuse(domain.Invalid, "commitment.objective", "The Compact has the objectives 1 to %d.", objectives).At("scope", "objectives", strconv.Itoa(i))
		}
		out.Objectives = append(out.Objectives, o)
	}
	for i, p := range s.Principles {
		if len(p) != 1 || p[0] < principles[0] || p[0] > principles[len(principles)-1] {
			return Scope{}, domain.Refuse(domain.Invalid, "commitment.principle", "The Compact letters its guiding principles a to j.").At("scope", "principles", strconv.Itoa(i))
		}
		out.Principles = append(out.Principles, p)
	}
	slices.Sort(out.Objectives)
	slices.Sort(out.Principles)
	out.Objectives, out.Principles = slices.Compact(out.Objectives), slices.Compact(out.Principles)
	for i, p := range s.Places {
		ref, err := domain.NewMandateRef(p.Symbol, p.Paragraph, "scope", "places", strconv.Itoa(i))
		if err != nil {
			return Scope{}, err
		}
		if ref.Symbol != Compact || ref.Paragraph == "" {
			return Scope{}, domain.Refuse(domain.Invalid, "commitment.place", "Please give a paragraph of the Compact, %s.", Compact).At("scope", "places", strconv.Itoa(i))
		}
		if !slices.Contains(out.Places, ref) {
			out.Places = append(out.Places, ref)
		}
	}
	return out, nil
}

// test is the scope test that every pledge passes before it is its owner's: it
// concerns migrants, and names a place in the Compact.
func (s Scope) test() error {
	switch {
	case s.Concerns == "":
		return domain.Refuse(domain.Invalid, "commitment.population", "Please say whom this concerns: MIGRANTS or MIGRANTS_AND_REFUGEES.").At("scope", "concerns")
	case len(s.Objectives)+len(s.Principles)+len(s.Places) == 0:
		return domain.Refuse(domain.Invalid, "commitment.scope", "Please name at least one objective, guiding principle or paragraph of the Compact.").At("scope")
	}
	return nil
}

func (s Scope) equal(o Scope) bool {
	return s.Concerns == o.Concerns && slices.Equal(s.Objectives, o.Objectives) &&
		slices.Equal(s.Principles, o.Principles) && slices.Equal(s.Places, o.Places)
}
