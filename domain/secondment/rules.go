package secondment

import (
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxReason = 1_000 // characters: a paragraph
	maxSource = 300   // characters: a document's title, symbol and paragraph
)

// eastmost is how far the earliest time zone is ahead of UTC: it may already
// be tomorrow where somebody reports what happened today.
const eastmost = 14 * time.Hour

// releasing lists the capacities in which somebody speaks for an entity that
// lends staff. Whether it is the entity that lends this one is for mine to say.
func releasing() []domain.Capacity {
	return []domain.Capacity{domain.NetworkEntity, domain.StateMission}
}

// mine refuses whoever does not act for the releasing entity.
func (s State) mine(by domain.Cause) error {
	if by.By.For() != s.Entity {
		return domain.Refuse(domain.NotOwner, "secondment.owner", "Only the releasing entity may do this, and you do not act for it.")
	}
	return nil
}

// ours refuses whoever does not act for the releasing entity, and what nobody
// has confirmed.
func (s State) ours(by domain.Cause) error {
	if err := s.mine(by); err != nil {
		return err
	}
	if !s.Confirmed {
		return domain.Refuse(domain.NotAllowed, "secondment.unconfirmed", "The secretariat recorded this secondment. Please confirm it first, or contest it.")
	}
	return nil
}

// date reads a date that may be left out.
func date(s string, path ...string) (domain.PartialDate, error) {
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	return domain.ParsePartialDate(s, path...)
}

// happened reads a date that may be left out and cannot lie ahead.
func happened(s string, by domain.Cause, path ...string) (domain.PartialDate, error) {
	d, err := date(s, path...)
	if err == nil && d.Earliest() > domain.DayOf(by.At.UTC().Add(eastmost)) {
		return "", domain.Refuse(domain.Invalid, "secondment.future", "This day has not come yet.").At(path...)
	}
	return d, err
}

// period reads planned dates, of which the end cannot come before the start.
func period(start, until string) (from, to domain.PartialDate, err error) {
	if from, err = date(start, "start"); err != nil {
		return "", "", err
	}
	if to, err = date(until, "until"); err != nil {
		return "", "", err
	}
	return from, to, ordered(from, to, "until")
}

func ordered(from, to domain.PartialDate, path ...string) error {
	if to.Before(from) {
		return domain.Refuse(domain.Invalid, "secondment.period", "The end lies before the start.").At(path...)
	}
	return nil
}
