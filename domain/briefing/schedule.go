package briefing

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Place is where and when a briefing is to be.
type Place struct {
	City      string             `json:"city"`
	Date      domain.PartialDate `json:"date"`
	LocalTime string             `json:"localTime,omitempty"` // "15:00" on the clocks of the city
}

// Schedule calls a briefing. One that took place in the past may be called too.
type Schedule struct {
	Title domain.Text
	Place Place
}

// By implements domain.Command.
func (Schedule) By() []domain.Capacity { return staff }

func (c Schedule) decide(_ State, _ domain.Cause) ([]Event, error) {
	title, err := text(c.Title, maxTitle, "title")
	if err != nil {
		return nil, err
	}
	p, err := c.Place.check()
	if err != nil {
		return nil, err
	}
	return []Event{Scheduled{Title: title, Place: p}}, nil
}

func (p Place) check() (Place, error) {
	var err error
	if p.City, err = domain.Clean(p.City, maxName, "place", "city"); err != nil {
		return p, err
	}
	if p.Date, err = domain.ParsePartialDate(string(p.Date), "place", "date"); err != nil {
		return p, err
	}
	if p.LocalTime == "" {
		return p, nil
	}
	if _, err := time.Parse("15:04", p.LocalTime); err != nil || len(p.LocalTime) != len("15:04") {
		return p, domain.Refuse(domain.Invalid, "briefing.time", "This is not a time of day. Please write it as 15:00.").At("place", "localTime")
	}
	if p.Date.Earliest() != p.Date.Latest() {
		return p, domain.Refuse(domain.Invalid, "briefing.time_without_day", "A time of day needs a day.").At("place", "localTime")
	}
	return p, nil
}

// Scheduled records that a briefing was called.
type Scheduled struct {
	Title domain.Text `json:"title"`
	Place Place       `json:"place"`
}

// EventType implements domain.Event.
func (Scheduled) EventType() string { return "briefing.scheduled" }

func (e Scheduled) evolve(s State) State {
	s.Status, s.Place, s.Edition = scheduled, e.Place, s.Edition+1
	return s
}

// Reschedule moves a briefing to another day or city.
type Reschedule struct {
	Place    Place
	Reason   domain.Text
	Expected *int64
}

// By implements domain.Command.
func (Reschedule) By() []domain.Capacity { return staff }

func (c Reschedule) decide(s State, _ domain.Cause) ([]Event, error) {
	p, err := c.Place.check()
	if err != nil {
		return nil, err
	}
	if p == s.Place {
		return nil, nil
	}
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	why, err := text(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{Rescheduled{Was: s.Place, Place: p, Reason: why}}, nil
}

// Rescheduled records that a briefing was moved, and from where: subscribers
// are told both.
type Rescheduled struct {
	Was    Place       `json:"was"`
	Place  Place       `json:"place"`
	Reason domain.Text `json:"reason"`
}

// EventType implements domain.Event.
func (Rescheduled) EventType() string { return "briefing.rescheduled" }

func (e Rescheduled) evolve(s State) State {
	s.Status, s.Place, s.Edition = rescheduled, e.Place, s.Edition+1
	return s
}

// Cancel calls a briefing off before it begins. What was recorded stays.
type Cancel struct{ Reason domain.Text }

// By implements domain.Command.
func (Cancel) By() []domain.Capacity { return staff }

func (c Cancel) decide(s State, _ domain.Cause) ([]Event, error) {
	if s.Status == cancelled {
		return nil, nil
	}
	why, err := text(c.Reason, maxReason, "reason")
	if err != nil {
		return nil, err
	}
	return []Event{Cancelled{Reason: why}}, nil
}

// Cancelled records that a briefing will not be.
type Cancelled struct {
	Reason domain.Text `json:"reason"`
}

// EventType implements domain.Event.
func (Cancelled) EventType() string { return "briefing.cancelled" }

func (Cancelled) evolve(s State) State {
	s.Status = cancelled
	return s
}
