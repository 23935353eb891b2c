package domain

import (
	"regexp"
	"time"
)

// A Deadline is the last moment of a window, as a call declares it: on a clock
// somewhere, with a statement whether that very instant still counts. It is
// judged by server time. The zero Deadline never passes.
type Deadline struct {
	At        time.Time `json:"at,omitzero"` // UTC
	Zone      string    `json:"zone"`        // IANA, such as "Europe/Zurich"
	Inclusive bool      `json:"inclusive"`   // a request at At exactly is in time
}

// zoneShape keeps out "Local", "localtime", "right/UTC" and whatever else a
// machine keeps beside the zones: they differ from one machine to the next.
var zoneShape = regexp.MustCompile(`^[A-Z][A-Za-z0-9_+\-]*(/[A-Z][A-Za-z0-9_+\-]*)*$`)

// Layouts of a local time, read in turn and shown by the first.
const (
	localSeconds = "2006-01-02T15:04:05"
	localMinutes = "2006-01-02T15:04"
)

// NewDeadline reads local, such as "2020-05-30T23:59:59", on the clocks of
// zone. It refuses, pointing at "local" or "zone" below path, what is no local
// time, what no clock shows because it is skipped when clocks go forward, and
// a zone not in the IANA database. A time that clocks show twice is the later
// one, in favour of whoever is writing.
//
// The instant is fixed here and stored: a later change of the zone's rules
// moves no deadline. The program must carry the zones (package time/tzdata).
func NewDeadline(local, zone string, inclusive bool, path ...string) (Deadline, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" || !zoneShape.MatchString(zone) {
		return Deadline{}, Refuse(Invalid, "deadline.zone", "This is not a time zone. Please name one such as Europe/Zurich or UTC.").At(within(path, "zone")...)
	}
	wall, ok := parseLocal(local)
	if !ok {
		return Deadline{}, Refuse(Invalid, "deadline.local", "This is not a local time. Please write it as 2020-05-30T23:59:59.").At(within(path, "local")...)
	}
	at, ok := latest(wall, loc)
	if !ok {
		return Deadline{}, Refuse(Invalid, "deadline.skipped", "No clock in %s shows this time: clocks go forward past it. Please choose another.", zone).At(within(path, "local")...)
	}
	return Deadline{At: at.UTC(), Zone: zone, Inclusive: inclusive}, nil
}

func parseLocal(s string) (time.Time, bool) {
	for _, layout := range []string{localSeconds, localMinutes} {
		// Parse takes fractions of a second that the layout does not have.
		if t, err := time.Parse(layout, s); err == nil && t.Format(layout) == s {
			return t, inYears(t)
		}
	}
	return time.Time{}, false
}

// latest returns the last instant at which clocks in loc show wall. It tries
// the offset that time.Date picked and those before and after, since which of
// two readings time.Date picks is not promised.
func latest(wall time.Time, loc *time.Location) (at time.Time, ok bool) {
	near := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, loc)
	start, end := near.ZoneBounds()
	for _, t := range []time.Time{near, start.Add(-time.Second), end} {
		_, offset := t.In(loc).Zone()
		c := wall.Add(-time.Duration(offset) * time.Second).In(loc)
		if c.Format(localSeconds) == wall.Format(localSeconds) && (!ok || c.After(at)) {
			at, ok = c, true
		}
	}
	return at, ok
}

// Passed reports whether a request made at is too late.
func (d Deadline) Passed(at time.Time) bool {
	switch {
	case d.At.IsZero():
		return false
	case d.Inclusive:
		return at.After(d.At)
	}
	return !at.Before(d.At)
}

// Local returns what the clocks of d's zone show, such as
// "2020-05-30T23:59:59", or nothing for the zero Deadline.
func (d Deadline) Local() string {
	if d.At.IsZero() {
		return ""
	}
	loc, err := time.LoadLocation(d.Zone)
	if err != nil {
		return d.At.UTC().Format(localSeconds) + "Z" // zones can be renamed; the instant stays
	}
	return d.At.In(loc).Format(localSeconds)
}

// String tells a reader all of d: "2020-05-30T23:59:59 Europe/Zurich, that
// instant included".
func (d Deadline) String() string {
	switch {
	case d.At.IsZero():
		return "no deadline"
	case d.Inclusive:
		return d.Local() + " " + d.Zone + ", that instant included"
	}
	return d.Local() + " " + d.Zone + ", that instant excluded"
}
