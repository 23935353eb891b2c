package submission

import (
	"regexp"
	"slices"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Moderation is how the system that an item was taken over from had moderated it.
type Moderation string

// The moderation states of a source.
const (
	SourceAccepted Moderation = "ACCEPTED"
	SourceRejected Moderation = "REJECTED"
	SourcePending  Moderation = "PENDING"
)

const (
	maxName = 500 // characters of a name or of a source
	maxItem = 100 // characters of what an item is called at its source
)

// A Source says where a recorded item comes from.
type Source struct {
	Name       string             `json:"name"`                 // the system, file or sender
	Item       string             `json:"item,omitempty"`       // its number there
	Hash       string             `json:"hash"`                 // SHA-256 of the original, hex
	Moderation Moderation         `json:"moderation,omitempty"` // empty where the source has none
	Agrees     int64              `json:"agrees,omitempty"`     // support counted there
	Disagrees  int64              `json:"disagrees,omitempty"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"` // when it was made there
}

var sha256Hex = regexp.MustCompile(`^[0-9a-f]{64}$`)

// check returns s in the form in which it is stored.
func (s Source) check(by domain.Cause) (_ Source, err error) {
	if s.Name == "" {
		return s, domain.Refuse(domain.Invalid, "submission.source", "Say where it comes from, in at most %d characters.", maxName).At("source", "name")
	}
	if s.Name, err = domain.Clean(s.Name, maxName, "source", "name"); err != nil {
		return s, err
	}
	if s.Item, err = optional(s.Item, maxItem, "source", "item"); err != nil {
		return s, err
	}
	switch {
	case !sha256Hex.MatchString(s.Hash):
		return s, domain.Refuse(domain.Invalid, "submission.source_hash", "Give the SHA-256 of the original, as 64 hex digits.").At("source", "hash")
	case !slices.Contains([]Moderation{"", SourceAccepted, SourceRejected, SourcePending}, s.Moderation):
		return s, domain.Refuse(domain.Invalid, "submission.source_moderation", "There is no such moderation state.").At("source", "moderation")
	case s.Agrees < 0 || s.Disagrees < 0:
		return s, domain.Refuse(domain.Invalid, "submission.source_support", "Support is counted from nought.").At("source")
	case s.OccurredOn == "":
		return s, nil
	}
	if s.OccurredOn, err = domain.ParsePartialDate(string(s.OccurredOn), "source", "occurredOn"); err != nil {
		return s, err
	}
	if s.OccurredOn.Earliest() > domain.DayOf(by.At.Add(14*time.Hour)) { // it is that day somewhere
		return s, domain.Refuse(domain.Invalid, "submission.source_future", "This has not happened yet: give the day on which it was made at its source.").At("source", "occurredOn")
	}
	return s, nil
}
