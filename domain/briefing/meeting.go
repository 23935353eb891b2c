package briefing

import "github.com/rapporteur-project/rapporteur/domain"

// StartMeeting opens the meeting, now or, when recorded afterwards, on a day past.
type StartMeeting struct {
	OccurredOn domain.PartialDate // empty: when it was recorded
}

// By implements domain.Command.
func (StartMeeting) By() []domain.Capacity { return staff }

func (c StartMeeting) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == inSession {
		return nil, nil
	}
	on, err := happened(c.OccurredOn, by)
	if err != nil {
		return nil, err
	}
	return []Event{MeetingStarted{OccurredOn: on}}, nil
}

// MeetingStarted records that the meeting was opened.
type MeetingStarted struct {
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (MeetingStarted) EventType() string { return "briefing.meeting_started" }

func (e MeetingStarted) evolve(s State) State {
	s.Status, s.Started = inSession, e.OccurredOn
	return s
}

// ConcludeMeeting closes the meeting. What was said in it may still be recorded.
type ConcludeMeeting struct {
	OccurredOn domain.PartialDate // empty: when it was recorded
}

// By implements domain.Command.
func (ConcludeMeeting) By() []domain.Capacity { return staff }

func (c ConcludeMeeting) decide(s State, by domain.Cause) ([]Event, error) {
	if s.Status == concluded {
		return nil, nil
	}
	on, err := happened(c.OccurredOn, by)
	if err != nil {
		return nil, err
	}
	if on.Before(s.Started) {
		return nil, domain.Refuse(domain.Invalid, "briefing.order", "The meeting began on %s, which is after the day you give.", s.Started).At("occurredOn")
	}
	return []Event{MeetingConcluded{OccurredOn: on}}, nil
}

// MeetingConcluded records that the meeting was closed.
type MeetingConcluded struct {
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (MeetingConcluded) EventType() string { return "briefing.meeting_concluded" }

func (MeetingConcluded) evolve(s State) State {
	s.Status = concluded
	return s
}
