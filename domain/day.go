package domain

import "time"

// A Day is a date of the calendar, such as "2020-03-04", in no time zone. Days
// compare as strings do. The empty Day is no day.
type Day string

// Days are stored for 1000 to 2999 only: any other year is a slip of the keyboard.
const firstYear, lastYear = 1000, 2999

// ParseDay refuses, pointing at path, what is not a day written YYYY-MM-DD.
func ParseDay(s string, path ...string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		return "", Refuse(Invalid, "date.day", "This is not a day. Please write it as 2020-03-04.").At(path...)
	}
	return Day(s), nil
}

// DayOf returns the day that t falls on in t's own time zone.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// Time returns the start of d in UTC, or the zero time for what is not a day.
func (d Day) Time() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// String returns d as YYYY-MM-DD.
func (d Day) String() string { return string(d) }
