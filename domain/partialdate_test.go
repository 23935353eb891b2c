package domain_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
)

func TestPartialDate(t *testing.T) {
	tests := []struct {
		words          string
		earliest, last domain.Day
	}{
		{"2020-03-04", "2020-03-04", "2020-03-04"},
		{"4 March 2020", "2020-03-04", "2020-03-04"},
		{"29 February 2020", "2020-02-29", "2020-02-29"},
		{"2020-02", "2020-02-01", "2020-02-29"},
		{"2021-02", "2021-02-01", "2021-02-28"},
		{"December 2020", "2020-12-01", "2020-12-31"},
		{"dECEMBER 2020", "2020-12-01", "2020-12-31"},
		{"2020", "2020-01-01", "2020-12-31"},
		{"throughout 2020", "2020-01-01", "2020-12-31"},
		{"Q1 2020", "2020-01-01", "2020-03-31"},
		{"q2 2020", "2020-04-01", "2020-06-30"},
		{"Q3 2020", "2020-07-01", "2020-09-30"},
		{"Q4 2020", "2020-10-01", "2020-12-31"},
		{"spring 2020", "2020-03-01", "2020-05-31"},
		{"Summer 2020", "2020-06-01", "2020-08-31"},
		{"autumn 2020", "2020-09-01", "2020-11-30"},
		{"fall 2020", "2020-09-01", "2020-11-30"},
		{"winter 2020", "2020-12-01", "2021-02-28"},
		{"winter 2019", "2019-12-01", "2020-02-29"},
		{"early 2020", "2020-01-01", "2020-04-30"},
		{"mid 2020", "2020-05-01", "2020-08-31"},
		{"mid-2020", "2020-05-01", "2020-08-31"},
		{"late 2020", "2020-09-01", "2020-12-31"},
		{"early May 2020", "2020-05-01", "2020-05-10"},
		{"mid-May 2020", "2020-05-11", "2020-05-20"},
		{"late February 2020", "2020-02-21", "2020-02-29"},
		{"late December 2020", "2020-12-21", "2020-12-31"},
		{"2020-03-04/2020-03-06", "2020-03-04", "2020-03-06"},
		{"2020-03-04/2020-03-04", "2020-03-04", "2020-03-04"},
	}
	for _, tt := range tests {
		p, err := domain.ParsePartialDate("  " + tt.words + "\n")
		if err != nil {
			t.Errorf("%q: %v", tt.words, err)
			continue
		}
		if p.String() != tt.words || p.Earliest() != tt.earliest || p.Latest() != tt.last {
			t.Errorf("%q: got %q from %s to %s, want from %s to %s", tt.words, p, p.Earliest(), p.Latest(), tt.earliest, tt.last)
		}
		var back domain.PartialDate
		if b, err := json.Marshal(p); err != nil || string(b) != `"`+tt.words+`"` || json.Unmarshal(b, &back) != nil || back != p {
			t.Errorf("%q: on the wire %s, back %q, %v", tt.words, b, back, err)
		}
	}
}

func TestPartialDateRefuses(t *testing.T) {
	for _, s := range []string{
		"", " ", "2020-02-30", "2021-02-29", "2020-13", "2020-00", "2020-3-4", "20-03-04", "0999", "3000", "12020", "winter 2999",
		"31 April 2020", "0 April 2020", "32 May 2020", "March", "March 20", "March 4, 2020", "Marz 2020", "4 2020", "Q5 2020", "Q0 2020",
		"monsoon 2020", "soon", "about 2020", "throughout", "early", "early spring 2020", "throughout May 2020", "late late May 2020",
		"2020-03-06/2020-03-04", "2020-03-04/", "/2020-03-04", "/", "2020-03-04/2020-03-05/2020-03-06", "2020/2021", "2020-03/2020-04",
		"December  2020", "December\n2020", "2020-03-04T00:00:00Z", "04/03/2020", "２０２０",
	} {
		_, err := domain.ParsePartialDate(s, "input", "occurredOn")
		refused(t, err, "date.partial", "input", "occurredOn")
	}
}

func TestPartialDateBefore(t *testing.T) {
	tests := []struct {
		a, b domain.PartialDate
		want bool
	}{
		{"2020-03-04", "2020-03-05", true},
		{"2020-03-04", "2020-03-04", false},
		{"spring 2020", "June 2020", true},
		{"spring 2020", "May 2020", false},
		{"2020-03-04", "spring 2020", false},
		{"winter 2020", "2021", false},
		{"2019", "throughout 2020", true},
		{"2021", "2020", false},
		{"", "2020", false},
		{"2020", "", false},
		{"", "", false},
	}
	for _, tt := range tests {
		if got := tt.a.Before(tt.b); got != tt.want {
			t.Errorf("%q before %q: got %v", tt.a, tt.b, got)
		}
	}
}

func TestDay(t *testing.T) {
	d, err := domain.ParseDay("2020-02-29")
	if err != nil || d.Time().Format("2006-01-02T15:04:05Z07:00") != "2020-02-29T00:00:00Z" || domain.DayOf(d.Time()) != d {
		t.Errorf("got %s, %s, %v", d, d.Time(), err)
	}
	for _, s := range []string{"", "2021-02-29", "2020-2-9", "0000-01-01", "3000-01-01", "2020-02-29 ", "2020-02-29T00:00:00Z"} {
		_, err := domain.ParseDay(s, "input", "day")
		refused(t, err, "date.day", "input", "day")
	}
	if !domain.Day("").Time().IsZero() {
		t.Error("no day has a time")
	}
}

// partial draws words of every shape.
func partial() *rapid.Generator[domain.PartialDate] {
	year := rapid.StringMatching(`[12][0-9]{3}`)
	lead := rapid.SampledFrom([]string{"", "throughout ", "early ", "mid-", "late ", "Q1 ", "Q4 ", "spring ", "Summer ", "fall ",
		"winter ", "january ", "February ", "DECEMBER ", "late February ", "28 February ", "31 December "})
	iso := rapid.StringMatching(`[12][0-9]{3}-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?`)
	return rapid.Custom(func(t *rapid.T) domain.PartialDate {
		if rapid.Bool().Draw(t, "iso") {
			return domain.PartialDate(iso.Draw(t, "words"))
		}
		return domain.PartialDate(lead.Draw(t, "lead") + year.Draw(t, "year"))
	})
}

func TestPartialDateOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := partial().Draw(t, "a"), partial().Draw(t, "b"), partial().Draw(t, "c")
		if a.Before(b) && b.Before(a) || a.Before(a) {
			t.Errorf("%q and %q come before each other", a, b)
		}
		if a.Before(b) && b.Before(c) && !a.Before(c) {
			t.Errorf("%q, %q, %q: not transitive", a, b, c)
		}
	})
}

func TestPartialDateKeepsTheWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { keepsTheWords(t, string(partial().Draw(t, "words"))) })
}

func FuzzParsePartialDate(f *testing.F) {
	for _, s := range []string{"2020-03-04", "December 2020", "winter 2999", "mid-May 2020", "2020-03-04/2020-03-06", "31 April 2020"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { keepsTheWords(t, s) })
}

func keepsTheWords(t interface{ Fatalf(string, ...any) }, s string) {
	p, err := domain.ParsePartialDate(s)
	if err != nil {
		if p != "" {
			t.Fatalf("%q: refused, and %q", s, p)
		}
		return
	}
	first, last := p.Earliest(), p.Latest()
	_, err1 := domain.ParseDay(string(first))
	_, err2 := domain.ParseDay(string(last))
	if p.String() != strings.TrimSpace(s) || err1 != nil || err2 != nil || first > last {
		t.Fatalf("%q: got %q from %q to %q", s, p, first, last)
	}
	if !strings.Contains(strings.ToLower(s), string(first[:4])) {
		t.Fatalf("%q starts in %s", s, first)
	}
}
