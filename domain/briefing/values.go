package briefing

import (
	"slices"
	"strconv"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Lengths of text, in characters that a reader would count.
const (
	maxName      = 300    // of an office, a place, a person: two lines of a list of speakers
	maxTitle     = 500    // the longest agenda items of the General Assembly have some 400
	maxPoint     = 4_000  // two pages: a point, an issue or an outcome, not a speech
	maxReason    = 2_000  // a page
	maxSummary   = 60_000 // ten times the summary of March 2020
	maxStatement = 60_000 // twice the longest statement of the general debate of 2022
)

// Lengths of lists.
const (
	maxParties = 300 // all Member States, the Network's entities, and some more
	maxTerms   = 50  // the 23 objectives, the 10 principles, and some more
)

// A Party is who spoke, answers or owns: an entity, an office in it, or an
// office alone ("the Coordinator"). It never names a natural person.
type Party struct {
	Entity domain.ID `json:"entity,omitempty"` // an entity or working group
	Office string    `json:"office,omitempty"` // "Deputy Director-General"
}

// A Term is an entry of a versioned vocabulary.
type Term struct {
	Vocabulary string `json:"vocabulary"`        // its name, such as "gcm-principles"
	Version    int    `json:"version,omitempty"` // in a command: empty for the one in force
	Code       string `json:"term"`
}

// check returns p clean. It refuses an empty one and an unknown entity.
func (p Party) check(k Known, path ...string) (Party, error) {
	if p == (Party{}) {
		return p, domain.Refuse(domain.Invalid, "briefing.party", "Please name an entity, an office, or both.").At(path...)
	}
	if p.Entity != "" && !slices.Contains(k.IDs, p.Entity) {
		return p, domain.Refuse(domain.Invalid, "briefing.entity", "There is no such entity.").At(in(path, "entity")...)
	}
	if p.Office == "" {
		return p, nil
	}
	var err error
	p.Office, err = domain.Clean(p.Office, maxName, in(path, "office")...)
	return p, err
}

// parties checks each of ps and leaves out what is listed twice.
func parties(ps []Party, k Known, path ...string) ([]Party, error) {
	if err := atMost(len(ps), maxParties, path...); err != nil {
		return nil, err
	}
	var out []Party
	for i, p := range ps {
		p, err := p.check(k, in(path, strconv.Itoa(i))...)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out, nil
}

// entities returns the entities among ps.
func entities(ps ...Party) []domain.ID {
	var ids []domain.ID
	for _, p := range ps {
		if p.Entity != "" {
			ids = append(ids, p.Entity)
		}
	}
	return ids
}

// check returns t with its version. It refuses a term that its vocabulary does
// not hold, or not in that version.
func (t Term) check(k Known, path ...string) (Term, error) {
	i := slices.IndexFunc(k.Vocabularies, func(v Vocabulary) bool { return v.Name == t.Vocabulary })
	if i < 0 || !slices.Contains(k.Vocabularies[i].Codes, t.Code) {
		return t, domain.Refuse(domain.Invalid, "briefing.term", "There is no such term in that vocabulary.").At(path...)
	}
	v := k.Vocabularies[i]
	if t.Version != 0 && t.Version != v.Version {
		return t, domain.Refuse(domain.Invalid, "briefing.term_version", "That vocabulary is at version %d.", v.Version).At(in(path, "version")...)
	}
	t.Version = v.Version
	return t, nil
}

// terms checks each of ts and leaves out what is listed twice.
func terms(ts []Term, k Known, path ...string) ([]Term, error) {
	if err := atMost(len(ts), maxTerms, path...); err != nil {
		return nil, err
	}
	var out []Term
	for i, t := range ts {
		t, err := t.check(k, in(path, strconv.Itoa(i))...)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out, nil
}

func text(t domain.Text, limit int, path ...string) (domain.Text, error) {
	return domain.NewText(t.Language, t.Value, limit, path...)
}

// textIf checks t unless there is none.
func textIf(t domain.Text, limit int, path ...string) (domain.Text, error) {
	if t == (domain.Text{}) {
		return t, nil
	}
	return text(t, limit, path...)
}

// cleanIf cleans s unless it is empty.
func cleanIf(s string, limit int, path ...string) (string, error) {
	if s == "" {
		return "", nil
	}
	return domain.Clean(s, limit, path...)
}

// happened checks a date on which something is said to have happened. It
// refuses what lies wholly in the future, by the clock that is furthest ahead
// (UTC+14), since nobody says where.
func happened(on domain.PartialDate, by domain.Cause) (domain.PartialDate, error) {
	if on == "" {
		return "", nil
	}
	on, err := domain.ParsePartialDate(string(on), "occurredOn")
	if err != nil {
		return "", err
	}
	if on.Earliest() > domain.DayOf(by.At.Add(14*time.Hour)) {
		return "", domain.Refuse(domain.Invalid, "briefing.future", "This has not happened yet: please give the day on which it did.").At("occurredOn")
	}
	return on, nil
}

// atMost refuses a list of more than limit.
func atMost(n, limit int, path ...string) error {
	if n > limit {
		return domain.Refuse(domain.Invalid, "briefing.too_many", "These are %d; at most %d are possible.", n, limit).At(path...)
	}
	return nil
}

// in returns path with names after it, leaving path alone.
func in(path []string, names ...string) []string { return append(slices.Clip(path), names...) }
