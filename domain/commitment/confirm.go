package commitment

import (
	"errors"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// updateMonths is how long a commitment may go without a report of progress
// before it is stale: a year, as the review of national plans is yearly. Every
// event that starts the time says when it ends, so that another number changes
// nothing for the past.
const updateMonths = 12

// nextUpdate returns when the next report is due after at.
func nextUpdate(at time.Time) time.Time { return at.AddDate(0, updateMonths, 0) }

// Confirm makes what the secretariat entered the owner's own commitment. What
// names nobody cannot be confirmed: whoever said it submits a pledge that
// cites it.
type Confirm struct {
	Terms      *Wording // in the owner's own words; nil confirms what was recorded
	OccurredOn string
	Expected   *int64 // the edition that was read

	Known Known `json:"-"` // filled by app, when Terms are given
}

// By implements domain.Command.
func (Confirm) By() []domain.Capacity { return domain.Owner }

func (c Confirm) decide(s State, by domain.Cause) ([]Event, error) {
	if err := s.named(); err != nil {
		return nil, err
	}
	if s.Confirmed {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	terms, err := c.terms(s)
	if err != nil {
		return nil, err
	}
	on, err := happened(c.OccurredOn, by)
	if err != nil {
		return nil, err
	}
	return []Event{Confirmed{Owner: s.Owner, Edition: s.Edition, Terms: terms, UpdateDue: nextUpdate(by.At), OccurredOn: on}}, nil
}

// terms returns what is confirmed, once it passes the scope test. Refusals
// point below "terms", where the owner can give what the record lacks.
func (c Confirm) terms(s State) (Terms, error) {
	terms, err := s.Terms, error(nil)
	if c.Terms != nil {
		terms, err = c.Terms.check(c.Known)
	}
	if err == nil {
		err = terms.Scope.test()
	}
	if e, ok := errors.AsType[*domain.Error](err); ok {
		return Terms{}, e.At(append([]string{"terms"}, e.Path...)...)
	}
	return terms, err
}

// named refuses while no owner is named. Authority refuses everybody then, as
// nobody owns the item; the rule stands here too, for it must never break.
func (s State) named() error {
	if s.Owner == "" {
		return domain.Refuse(domain.NotOwner, "commitment.names_nobody", "This commitment names nobody. If it is yours, please submit a pledge that cites it.")
	}
	return nil
}

// Confirmed records that the owner stands by a commitment. Of a financial one
// for a fund, a contribution may be proposed to the owner; it is no deposit.
type Confirmed struct {
	Owner      domain.ID          `json:"owner"`
	Edition    int64              `json:"edition"` // which was read
	Terms      Terms              `json:"terms"`   // which the owner stands by
	UpdateDue  time.Time          `json:"updateDue"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Confirmed) EventType() string { return "commitment.confirmed" }

func (e Confirmed) evolve(s State) State {
	s.Status, s.Confirmed, s.Owner = confirmed, true, e.Owner
	s.Terms, s.UpdateDue, s.Edition = e.Terms, e.UpdateDue, s.Edition+1
	return s
}
