package domain_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/text/currency"
	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
)

func TestParseMoney(t *testing.T) {
	tests := []struct {
		amount, currency string
		minor            int64
		shown            string
	}{
		{"12.34", "EUR", 1234, "12.34"},
		{"12.3", "EUR", 1230, "12.30"},
		{"12", "EUR", 1200, "12.00"},
		{"0.05", "USD", 5, "0.05"},
		{"-0.05", "USD", -5, "-0.05"},
		{"-0", "USD", 0, "0.00"},
		{"0012.50", "CHF", 1250, "12.50"},
		{"500", "JPY", 500, "500"},
		{"-7", "XOF", -7, "-7"},
		{"1.234", "KWD", 1234, "1.234"},
		{"0.001", "TND", 1, "0.001"},
		{"10", "AFN", 1000, "10.00"},
		{"92233720368547758.07", "EUR", math.MaxInt64, "92233720368547758.07"},
		{"-92233720368547758.08", "EUR", math.MinInt64, "-92233720368547758.08"},
	}
	for _, tt := range tests {
		m, err := domain.ParseMoney(tt.amount, tt.currency)
		if err != nil || m != (domain.Money{Minor: tt.minor, Currency: tt.currency}) {
			t.Errorf("%s %s: got %+v, %v", tt.amount, tt.currency, m, err)
			continue
		}
		if m.Amount() != tt.shown || m.String() != tt.shown+" "+tt.currency {
			t.Errorf("%s %s: shown as %q", tt.amount, tt.currency, m)
		}
	}
	if s := (domain.Money{}).String(); s != "0" {
		t.Errorf("nothing is shown as %q", s)
	}
}

func TestParseMoneyRefuses(t *testing.T) {
	tests := []struct{ amount, currency, reason, field string }{
		{"", "EUR", "money.amount", "amount"},
		{"-", "EUR", "money.amount", "amount"},
		{"--1", "EUR", "money.amount", "amount"},
		{"+1", "EUR", "money.amount", "amount"},
		{"1,000.00", "EUR", "money.amount", "amount"},
		{"1e3", "EUR", "money.amount", "amount"},
		{"1_000", "EUR", "money.amount", "amount"},
		{" 1", "EUR", "money.amount", "amount"},
		{"1.", "EUR", "money.amount", "amount"},
		{".5", "EUR", "money.amount", "amount"},
		{"1.2.3", "EUR", "money.amount", "amount"},
		{"١٢", "EUR", "money.amount", "amount"},
		{"NaN", "EUR", "money.amount", "amount"},
		{"1.001", "EUR", "money.decimals", "amount"},
		{"1.000", "EUR", "money.decimals", "amount"},
		{"1.0", "JPY", "money.decimals", "amount"},
		{"92233720368547758.08", "EUR", "money.overflow", "amount"},
		{"-92233720368547758.09", "EUR", "money.overflow", "amount"},
		{strings.Repeat("9", 400), "JPY", "money.overflow", "amount"},
		{"1", "", "money.currency", "currency"},
		{"1", "eur", "money.currency", "currency"},
		{"1", "EURO", "money.currency", "currency"},
		{"1", "XXX", "money.currency", "currency"},
		{"1", "XAU", "money.currency", "currency"},
		{"1", "DEM", "money.currency", "currency"},
	}
	for _, tt := range tests {
		_, err := domain.ParseMoney(tt.amount, tt.currency, "input", "price")
		refused(t, err, tt.reason, "input", "price", tt.field)
	}
}

func TestMoneyOnTheWire(t *testing.T) {
	m := domain.Money{Minor: math.MaxInt64, Currency: "USD"}
	b, err := json.Marshal(m)
	if err != nil || string(b) != `{"minor":"9223372036854775807","currency":"USD"}` {
		t.Fatalf("got %s, %v", b, err)
	}
	var back domain.Money
	if err := json.Unmarshal(b, &back); err != nil || back != m {
		t.Errorf("got back %+v, %v", back, err)
	}
}

func TestMoneySums(t *testing.T) {
	eur := func(n int64) domain.Money { return domain.Money{Minor: n, Currency: "EUR"} }
	usd := domain.Money{Minor: 1, Currency: "USD"}

	_, err := eur(1).Add(usd)
	refused(t, err, "money.mismatch")
	_, err = eur(1).Sub(usd)
	refused(t, err, "money.mismatch")
	_, err = eur(1).Cmp(usd)
	refused(t, err, "money.mismatch")
	_, err = eur(math.MaxInt64).Add(eur(1))
	refused(t, err, "money.overflow")
	_, err = eur(math.MinInt64).Sub(eur(1))
	refused(t, err, "money.overflow")
	_, err = eur(0).Sub(eur(math.MinInt64))
	refused(t, err, "money.overflow")

	if got, err := eur(-1).Sub(eur(math.MinInt64)); err != nil || got != eur(math.MaxInt64) {
		t.Errorf("got %v, %v", got, err)
	}
	// The zero Money starts a sum in any currency.
	if got, err := (domain.Money{}).Add(usd); err != nil || got != usd {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := usd.Sub(domain.Money{}); err != nil || got != usd {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestMoneyIsExact(t *testing.T) {
	codes := rapid.SampledFrom([]string{"EUR", "JPY", "KWD"})
	rapid.Check(t, func(t *rapid.T) {
		code := codes.Draw(t, "currency")
		a := domain.Money{Minor: rapid.Int64().Draw(t, "a"), Currency: code}
		b := domain.Money{Minor: rapid.Int64().Draw(t, "b"), Currency: code}
		if back, err := domain.ParseMoney(a.Amount(), code); err != nil || back != a {
			t.Errorf("%v reads back as %v, %v", a, back, err)
		}
		exact(t, "+", a, b, new(big.Int).Add(big.NewInt(a.Minor), big.NewInt(b.Minor)), domain.Money.Add)
		exact(t, "-", a, b, new(big.Int).Sub(big.NewInt(a.Minor), big.NewInt(b.Minor)), domain.Money.Sub)
		if c, err := a.Cmp(b); err != nil || c != big.NewInt(a.Minor).Cmp(big.NewInt(b.Minor)) {
			t.Errorf("%v against %v: got %d, %v", a, b, c, err)
		}
	})
}

func exact(t *rapid.T, op string, a, b domain.Money, want *big.Int, f func(domain.Money, domain.Money) (domain.Money, error)) {
	got, err := f(a, b)
	if want.IsInt64() != (err == nil) || err == nil && got.Minor != want.Int64() {
		t.Errorf("%v %s %v: got %v, %v; want %s", a, op, b, got, err, want)
	}
}

func FuzzParseMoney(f *testing.F) {
	f.Add("12.34", "EUR")
	f.Add("-0.001", "KWD")
	f.Add("92233720368547758.08", "EUR")
	f.Fuzz(func(t *testing.T, amount, code string) {
		m, err := domain.ParseMoney(amount, code)
		if err != nil {
			return
		}
		given, ok := new(big.Rat).SetString(amount)
		shown, ok2 := new(big.Rat).SetString(m.Amount())
		if !ok || !ok2 || given.Cmp(shown) != 0 {
			t.Fatalf("%q became %q", amount, m.Amount())
		}
		if back, err := domain.ParseMoney(m.Amount(), code); err != nil || back != m {
			t.Fatalf("%q reads back as %v, %v", m.Amount(), back, err)
		}
	})
}

// The list of currencies is our own; the Unicode tables know it too, save the
// currencies younger than they are, and save the decimals on which people and
// ISO 4217 differ.
func TestCurrenciesAgreeWithUnicode(t *testing.T) {
	younger := "MRU SLE VED VES XCG ZWG"
	fewerInUse := "AFN ALL AMD COP GYD IDR IQD IRR KPW LAK LBP MGA MMK MNT MUR PKR RSD SLL SOS SYP TZS UZS YER"
	known := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			for c := 'A'; c <= 'Z'; c++ {
				code := string([]rune{a, b, c})
				m, err := domain.ParseMoney("0", code)
				if err != nil {
					continue
				}
				known++
				_, decimals, _ := strings.Cut(m.Amount(), ".")
				unit, err := currency.ParseISO(code)
				if (err != nil) != strings.Contains(younger, code) {
					t.Errorf("%s: listed as younger or not, and %v", code, err)
				}
				if err != nil {
					continue
				}
				n, _ := currency.Standard.Rounding(unit)
				if (n != len(decimals)) != strings.Contains(fewerInUse, code) || n > len(decimals) {
					t.Errorf("%s: %d decimals, Unicode has %d", code, len(decimals), n)
				}
			}
		}
	}
	if known < 150 {
		t.Errorf("only %d currencies", known)
	}
}
