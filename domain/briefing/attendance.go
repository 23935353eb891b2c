package briefing

import (
	"reflect"
	"strconv"

	"github.com/rapporteur-project/rapporteur/domain"
)

// maxAttendance is a slip of the keyboard for any meeting in a hall.
const maxAttendance = 1_000_000

// A Count is how many came of one category.
type Count struct {
	Category Term  `json:"category"`
	Number   int64 `json:"number"`
}

// RecordAttendance says how many came: in all, and of those categories that
// were counted. Categories known to have been there but not counted are listed
// without a number; none is ever estimated. Recording other figures corrects
// the earlier ones.
type RecordAttendance struct {
	Total       int64
	Counts      []Count
	Represented []Term // there, not counted
	OccurredOn  domain.PartialDate
	Expected    *int64

	Known Known `json:"-"`
}

// By implements domain.Command.
func (RecordAttendance) By() []domain.Capacity { return staff }

// Names implements Referring.
func (c RecordAttendance) Names() Names {
	ts := append([]Term(nil), c.Represented...)
	for _, n := range c.Counts {
		ts = append(ts, n.Category)
	}
	return naming(nil, ts)
}

// With implements Referring.
func (c RecordAttendance) With(_ domain.ID, k Known) Command { c.Known = k; return c }

func (c RecordAttendance) decide(s State, by domain.Cause) ([]Event, error) {
	e, err := c.figures(by)
	if err != nil {
		return nil, err
	}
	was := s.Attendance
	if e.Edition, e.Corrects = was.Edition, was.Corrects; was.Edition > 0 && reflect.DeepEqual(e, was) {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	e.Edition, e.Corrects = was.Edition+1, was.Edition
	return []Event{e}, nil
}

func (c RecordAttendance) figures(by domain.Cause) (AttendanceRecorded, error) {
	e := AttendanceRecorded{Total: c.Total, NotBrokenDown: c.Total}
	var err error
	if e.OccurredOn, err = happened(c.OccurredOn, by); err != nil {
		return e, err
	}
	if c.Total < 0 || c.Total > maxAttendance {
		return e, domain.Refuse(domain.Invalid, "briefing.attendance", "Please give how many came, from 0 to %d.", maxAttendance).At("total")
	}
	if e.Represented, err = terms(c.Represented, c.Known, "represented"); err != nil {
		return e, err
	}
	if err := atMost(len(c.Counts), maxTerms, "counts"); err != nil {
		return e, err
	}
	seen := map[Term]bool{}
	for _, t := range e.Represented {
		seen[t] = true
	}
	for i, n := range c.Counts {
		path := []string{"counts", strconv.Itoa(i)}
		if n.Category, err = n.Category.check(c.Known, in(path, "category")...); err != nil {
			return e, err
		}
		if seen[n.Category] {
			return e, domain.Refuse(domain.Invalid, "briefing.category_twice", "This category is listed twice.").At(path...)
		}
		if n.Number < 0 || n.Number > e.NotBrokenDown {
			return e, domain.Refuse(domain.Invalid, "briefing.attendance_sum", "The categories come to more than the %d who were there in all.", c.Total).At(in(path, "number")...)
		}
		seen[n.Category] = true
		e.NotBrokenDown -= n.Number
		e.Counts = append(e.Counts, n)
	}
	return e, nil
}

// AttendanceRecorded records how many came. NotBrokenDown is the rest of Total
// that no category accounts for: all of it when nobody was counted by category.
type AttendanceRecorded struct {
	Edition       int64              `json:"edition"`            // 1, 2, ...
	Corrects      int64              `json:"corrects,omitempty"` // the edition this takes the place of
	Total         int64              `json:"total"`
	Counts        []Count            `json:"counts,omitempty"`
	Represented   []Term             `json:"represented,omitempty"`
	NotBrokenDown int64              `json:"notBrokenDown"`
	OccurredOn    domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (AttendanceRecorded) EventType() string { return "briefing.attendance_recorded" }

func (e AttendanceRecorded) evolve(s State) State {
	s.Attendance, s.Edition = e, s.Edition+1
	return s
}
