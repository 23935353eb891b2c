package domain

import (
	"strings"
	"time"
)

// A PartialDate is a date as exactly as it is known, in the words given:
// "2020-03-04", "December 2020", "spring 2020". The words alone are stored, so
// it is never widened or narrowed silently; what they span is worked out by
// Earliest and Latest. The empty PartialDate is no date.
//
// The words may be
//
//	2020-03-04, 4 March 2020   a day
//	2020-12, December 2020     a month
//	2020, throughout 2020      a year
//	Q2 2020                    a quarter
//	spring 2020                March to May; summer, autumn (or fall) follow, and
//	                           winter 2020 is December 2020 to February 2021
//	early, mid, late 2020      four months each
//	early, mid, late May 2020  the 1st to the 10th, the 11th to the 20th, the rest
//	2020-03-04/2020-03-06      both days, and those between
//
// in upper or lower case. Seasons are the meteorological ones of the northern
// hemisphere, since the words are those of Geneva and New York.
type PartialDate string

// ParsePartialDate keeps s as it is, without the space around it, and refuses,
// pointing at path, words that are not on the list.
func ParsePartialDate(s string, path ...string) (PartialDate, error) {
	s = strings.TrimSpace(s)
	if _, ok := parseSpan(s); !ok {
		return "", Refuse(Invalid, "date.partial",
			"This is not a date. Please write it as 2020-03-04, 4 March 2020, December 2020, spring 2020, Q2 2020 or 2020, as exactly as it is known.").At(path...)
	}
	return PartialDate(s), nil
}

// String returns the words as given.
func (p PartialDate) String() string { return string(p) }

// Earliest returns the first day that p may mean, or no day if p is empty.
func (p PartialDate) Earliest() Day { s, _ := parseSpan(string(p)); return s.first }

// Latest returns the last day that p may mean, or no day if p is empty.
func (p PartialDate) Latest() Day { s, _ := parseSpan(string(p)); return s.last }

// Before reports whether p is certainly before q: every day that p may mean
// comes before every day that q may mean. When neither p.Before(q) nor
// q.Before(p), nobody knows which came first. An empty date is before nothing.
func (p PartialDate) Before(q PartialDate) bool {
	return p.Latest() != "" && p.Latest() < q.Earliest()
}

// A span is a run of days, both ends included.
type span struct{ first, last Day }

func parseSpan(s string) (span, bool) {
	if a, b, ok := strings.Cut(s, "/"); ok {
		first, err1 := ParseDay(a)
		last, err2 := ParseDay(b)
		return checked(span{first, last}, err1 == nil && err2 == nil && first <= last)
	}
	if d, err := ParseDay(s); err == nil {
		return span{d, d}, true
	}
	if m, err := time.Parse("2006-01", s); err == nil {
		return months(m.Year(), m.Month(), 1)
	}
	s = strings.ToLower(s)
	if rest, ok := strings.CutPrefix(s, "mid-"); ok {
		s = "mid " + rest
	}
	return parseWords(strings.Split(s, " "))
}

func parseWords(w []string) (span, bool) {
	y, ok := year(w[len(w)-1])
	if !ok {
		return span{}, false
	}
	switch w = w[:len(w)-1]; len(w) {
	case 0:
		return months(y, time.January, 12)
	case 1:
		return parseOne(w[0], y)
	case 2:
		m, ok := monthNames[w[1]]
		if !ok {
			return span{}, false
		}
		if d, err := time.Parse("2", w[0]); err == nil {
			t := date(y, m, d.Day())
			return checked(span{DayOf(t), DayOf(t)}, t.Month() == m)
		}
		return parseThird(w[0], y, m)
	}
	return span{}, false
}

// parseOne reads the one word that stands before a year.
func parseOne(w string, y int) (span, bool) {
	if m, ok := monthNames[w]; ok {
		return months(y, m, 1)
	}
	part, ok := yearParts[w]
	if !ok {
		return span{}, false
	}
	return months(y, part.from, part.months)
}

// parseThird reads early, mid or late before a month.
func parseThird(w string, y int, m time.Month) (span, bool) {
	switch w {
	case "early":
		return span{DayOf(date(y, m, 1)), DayOf(date(y, m, 10))}, true
	case "mid":
		return span{DayOf(date(y, m, 11)), DayOf(date(y, m, 20))}, true
	case "late":
		return span{DayOf(date(y, m, 21)), DayOf(date(y, m+1, 0))}, true
	}
	return span{}, false
}

var monthNames = map[string]time.Month{
	"january": time.January, "february": time.February, "march": time.March, "april": time.April,
	"may": time.May, "june": time.June, "july": time.July, "august": time.August,
	"september": time.September, "october": time.October, "november": time.November, "december": time.December,
}

var yearParts = map[string]struct {
	from   time.Month
	months int
}{
	"throughout": {time.January, 12},
	"early":      {time.January, 4}, "mid": {time.May, 4}, "late": {time.September, 4},
	"q1": {time.January, 3}, "q2": {time.April, 3}, "q3": {time.July, 3}, "q4": {time.October, 3},
	"spring": {time.March, 3}, "summer": {time.June, 3}, "autumn": {time.September, 3}, "fall": {time.September, 3},
	"winter": {time.December, 3},
}

func year(s string) (int, bool) {
	t, err := time.Parse("2006", s)
	return t.Year(), err == nil && inYears(t)
}

// months returns the span of n whole months.
func months(y int, m time.Month, n int) (span, bool) {
	first, last := date(y, m, 1), date(y, m+time.Month(n), 0)
	return checked(span{DayOf(first), DayOf(last)}, inYears(first) && inYears(last))
}

func inYears(t time.Time) bool { return t.Year() >= firstYear && t.Year() <= lastYear }

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// checked returns s, or no span at all when it is not ok.
func checked(s span, ok bool) (span, bool) {
	if !ok {
		return span{}, false
	}
	return s, true
}
