package commitment

import (
	"slices"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Characters.
const (
	maxText   = 10_000 // five pages; pledges at the first forum had one or two
	maxReason = 2_000  // a page
	maxSource = 300    // a document's title, symbol and paragraph
)

// westmost is how far the last time zone is behind UTC: a day has ended
// everywhere only then.
const westmost = 12 * time.Hour

// eastmost is how far the first time zone is ahead of UTC: it may already be
// tomorrow where somebody reports what happened today.
const eastmost = 14 * time.Hour

// Terms are what is committed.
type Terms struct {
	Kind   Kind               `json:"kind"`
	Text   domain.Text        `json:"text"`
	Scope  Scope              `json:"scope"`
	Amount *domain.Money      `json:"amount,omitempty"` // announced, not deposited (G12); only if FINANCIAL
	Fund   domain.ID          `json:"fund,omitempty"`   // it is meant for; only if FINANCIAL
	Ends   domain.PartialDate `json:"ends,omitempty"`
}

// Wording is terms as a caller sends them.
type Wording struct {
	Kind   Kind
	Text   domain.Text
	Scope  Scope
	Amount *Sum      // only if FINANCIAL
	Fund   domain.ID // only if FINANCIAL
	Ends   string    // by when it will be fulfilled, as exactly as that is known; may be empty
}

// A Sum is an amount of money as a caller sends it.
type Sum struct {
	Amount   string // decimal, such as "1250.50"
	Currency string // ISO 4217
}

func (w Wording) check(k Known) (t Terms, err error) {
	if !slices.Contains(Kinds, w.Kind) {
		return Terms{}, domain.Refuse(domain.Invalid, "commitment.kind", "Please say what kind of commitment this is.").At("kind")
	}
	t.Kind = w.Kind
	if t.Text, err = domain.NewText(w.Text.Language, w.Text.Value, maxText); err != nil {
		return Terms{}, err
	}
	if t.Scope, err = w.Scope.check(); err != nil {
		return Terms{}, err
	}
	if t.Ends, err = date(w.Ends, "ends"); err != nil {
		return Terms{}, err
	}
	return t, w.money(&t, k)
}

func (w Wording) money(t *Terms, k Known) error {
	if w.Kind != Financial && (w.Amount != nil || w.Fund != "") {
		return domain.Refuse(domain.Invalid, "commitment.not_financial", "Only a financial commitment has an amount or a fund.").At("kind")
	}
	if w.Fund != "" && !slices.Contains(k.Funds, w.Fund) {
		return domain.Refuse(domain.Invalid, "commitment.fund", "There is no such fund.").At("fund")
	}
	t.Fund = w.Fund
	if w.Amount == nil {
		return nil
	}
	sum, err := domain.ParseMoney(w.Amount.Amount, w.Amount.Currency, "amount")
	if err != nil {
		return err
	}
	if sum.Minor <= 0 {
		return domain.Refuse(domain.Invalid, "commitment.amount", "An amount is more than nothing.").At("amount", "amount")
	}
	t.Amount = &sum
	return nil
}

// LapsesAt returns when s lapses unless it is fulfilled: when its last day has
// ended in every time zone. It is zero for a commitment without an end.
func (s State) LapsesAt() time.Time { return s.Terms.over() }

func (t Terms) over() time.Time {
	last := t.Ends.Latest()
	if last == "" {
		return time.Time{}
	}
	return last.Time().AddDate(0, 0, 1).Add(westmost)
}

// isOver reports whether the end of t has come.
func (t Terms) isOver(at time.Time) bool {
	over := t.over()
	return !over.IsZero() && !at.Before(over)
}

// date reads a date that may be left out.
func date(s string, path ...string) (domain.PartialDate, error) {
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	return domain.ParsePartialDate(s, path...)
}

// happened reads a date that may be left out and cannot lie ahead.
func happened(s string, by domain.Cause) (domain.PartialDate, error) {
	d, err := date(s, "occurredOn")
	if err == nil && d.Earliest() > domain.DayOf(by.At.UTC().Add(eastmost)) {
		return "", domain.Refuse(domain.Invalid, "commitment.future", "This day has not come yet.").At("occurredOn")
	}
	return d, err
}

// optional is domain.NewText for what may be left out.
func optional(t domain.Text, limit int, path ...string) (domain.Text, error) {
	if strings.TrimSpace(t.Value) == "" {
		return domain.Text{}, nil
	}
	return domain.NewText(t.Language, t.Value, limit, path...)
}

func (t Terms) equal(u Terms) bool {
	return t.Kind == u.Kind && t.Text == u.Text && t.Fund == u.Fund && t.Ends == u.Ends && t.Scope.equal(u.Scope) &&
		(t.Amount == nil) == (u.Amount == nil) && (t.Amount == nil || *t.Amount == *u.Amount)
}
