package domain

import (
	"cmp"
	"strconv"
	"strings"
)

// Money is an exact amount in one currency. The zero Money is nothing at all,
// in no currency, and may be added to any.
type Money struct {
	// Minor counts the currency's minor units: cents for EUR, whole francs
	// for XOF. It is a string on the wire, since JSON readers lose the digits
	// of large numbers.
	Minor    int64  `json:"minor,string"`
	Currency string `json:"currency"` // ISO 4217, such as "EUR"
}

// ParseMoney reads a decimal amount such as "1250.50" or "-3", without
// rounding. It refuses, pointing at "amount" or "currency" below path: another
// way of writing, more decimals than the currency has, more than 64 bits of
// minor units, and what is not a national currency.
func ParseMoney(amount, currency string, path ...string) (Money, error) {
	exp, ok := minorUnits[currency]
	if !ok {
		return Money{}, Refuse(Invalid, "money.currency", "This is not a currency. Please give its three letters, such as EUR or XOF.").At(within(path, "currency")...)
	}
	path = within(path, "amount")
	abs, negative := strings.CutPrefix(amount, "-")
	whole, frac, point := strings.Cut(abs, ".")
	if !digits(whole) || point && !digits(frac) {
		return Money{}, Refuse(Invalid, "money.amount", "This is not an amount. Please write it in digits with a point, such as 1250.50.").At(path...)
	}
	if len(frac) > exp {
		return Money{}, Refuse(Invalid, "money.decimals", "An amount in %s has at most %d decimals.", currency, exp).At(path...)
	}
	all := whole + frac + strings.Repeat("0", exp-len(frac))
	if negative {
		all = "-" + all
	}
	minor, err := strconv.ParseInt(all, 10, 64)
	if err != nil {
		return Money{}, tooMuch().At(path...)
	}
	return Money{minor, currency}, nil
}

// Amount returns m as ParseMoney reads it, with all decimals of its currency.
func (m Money) Amount() string {
	s, exp := strconv.FormatInt(m.Minor, 10), minorUnits[m.Currency]
	if exp == 0 {
		return s
	}
	s, negative := strings.CutPrefix(s, "-")
	if short := exp + 1 - len(s); short > 0 {
		s = strings.Repeat("0", short) + s
	}
	s = s[:len(s)-exp] + "." + s[len(s)-exp:]
	if negative {
		return "-" + s
	}
	return s
}

// String returns amount and currency, such as "1250.50 EUR".
func (m Money) String() string { return strings.TrimSpace(m.Amount() + " " + m.Currency) }

// Add returns m + n. It refuses different currencies, and a sum beyond 64 bits.
func (m Money) Add(n Money) (Money, error) {
	currency, err := m.shared(n)
	if err != nil {
		return Money{}, err
	}
	sum := m.Minor + n.Minor
	if (sum > m.Minor) != (n.Minor > 0) {
		return Money{}, tooMuch()
	}
	return Money{sum, currency}, nil
}

// Sub returns m - n. It refuses different currencies, and a difference beyond
// 64 bits.
func (m Money) Sub(n Money) (Money, error) {
	currency, err := m.shared(n)
	if err != nil {
		return Money{}, err
	}
	rest := m.Minor - n.Minor
	if (rest < m.Minor) != (n.Minor > 0) {
		return Money{}, tooMuch()
	}
	return Money{rest, currency}, nil
}

// Cmp returns -1 when m is less than n, 0 when they are equal, 1 when m is
// more. It refuses different currencies.
func (m Money) Cmp(n Money) (int, error) {
	if _, err := m.shared(n); err != nil {
		return 0, err
	}
	return cmp.Compare(m.Minor, n.Minor), nil
}

// shared returns the one currency of m and n.
func (m Money) shared(n Money) (string, error) {
	switch {
	case m.Currency == n.Currency, n == Money{}:
		return m.Currency, nil
	case m == Money{}:
		return n.Currency, nil
	}
	return "", Refuse(Invalid, "money.mismatch", "One amount is in %s and the other in %s; they cannot be taken together.", m.Currency, n.Currency)
}

func tooMuch() *Error {
	return Refuse(Invalid, "money.overflow", "The amount is too large to be recorded.")
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
