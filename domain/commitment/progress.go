package commitment

import (
	"slices"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// ReportProgress says how far a commitment has come. FULFILLED needs evidence.
// A report of the stage as before is a report: it says that the owner looked.
type ReportProgress struct {
	Stage      Stage
	Text       domain.Text
	Evidence   []Evidence
	OccurredOn string // since when it is so; may be empty
	Expected   *int64
}

// By implements domain.Command.
func (ReportProgress) By() []domain.Capacity { return domain.Owner }

func (c ReportProgress) decide(s State, by domain.Cause) ([]Event, error) {
	if err := domain.Expect(c.Expected, s.Edition); err != nil {
		return nil, err
	}
	if err := c.follows(s); err != nil {
		return nil, err
	}
	text, err := domain.NewText(c.Text.Language, c.Text.Value, maxReport)
	if err != nil {
		return nil, err
	}
	evidence, err := checked(c.Evidence)
	if err != nil {
		return nil, err
	}
	if c.Stage == StageFulfilled && len(evidence) == 0 {
		return nil, domain.Refuse(domain.Invalid, "commitment.evidence", "Please show what was done: fulfilment needs evidence.").At("evidence")
	}
	on, err := happened(c.OccurredOn, by)
	if err != nil {
		return nil, err
	}
	e := ProgressReported{Report: s.Reports + 1, Stage: c.Stage, Text: text, Evidence: evidence, OccurredOn: on}
	if c.Stage != StageFulfilled {
		e.UpdateDue = nextUpdate(by.At)
	}
	if c.Stage != StageFulfilled || s.Status == fulfilled {
		return []Event{e}, nil
	}
	return []Event{e, Fulfilled{Report: e.Report, OccurredOn: on}}, nil
}

// follows refuses a stage that cannot come next.
func (c ReportProgress) follows(s State) error {
	switch {
	case !slices.Contains(Stages, c.Stage):
		return domain.Refuse(domain.Invalid, "commitment.stage", "Please say PLANNING, IN_PROGRESS or FULFILLED.").At("stage")
	case s.Status == lapsed && c.Stage != StageFulfilled:
		return domain.Refuse(domain.NotAllowed, "commitment.lapsed", "The end of this commitment has passed. You can still report that it was fulfilled.")
	case c.Stage.before(s.Status):
		return domain.Refuse(domain.Invalid, "commitment.stage_back", "You have reported a later stage than this one.").At("stage")
	}
	return nil
}

// ProgressReported records what the owner says of progress. It ends staleness.
type ProgressReported struct {
	Report     int64              `json:"report"` // its number, from 1
	Stage      Stage              `json:"stage"`
	Text       domain.Text        `json:"text"`
	Evidence   []Evidence         `json:"evidence,omitempty"`
	UpdateDue  time.Time          `json:"updateDue,omitzero"` // when the next report is due; absent once fulfilled
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (ProgressReported) EventType() string { return "commitment.progress_reported" }

func (e ProgressReported) evolve(s State) State {
	s.Reports, s.UpdateDue, s.Stale, s.Edition = e.Report, e.UpdateDue, false, s.Edition+1
	if e.Stage != StageFulfilled {
		s.Status = e.Stage.status()
	}
	return s
}

// Fulfilled records that the owner reports a commitment as fulfilled. It is
// the owner's word, which others may challenge.
type Fulfilled struct {
	Report     int64              `json:"report"` // the one with the evidence
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (Fulfilled) EventType() string { return "commitment.fulfilled" }

func (Fulfilled) evolve(s State) State { s.Status = fulfilled; return s }
