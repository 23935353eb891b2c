package champion

import (
	"crypto/sha256"

	"github.com/rapporteur-project/rapporteur/domain"
)

// How long the texts may be, in characters a reader counts.
const (
	maxPlan    = 20_000 // eight pages
	maxLesson  = 10_000 // four pages; longer ones are a practice of their own
	maxLessons = 500    // of one State
)

// AgreeSupport records which support the State agreed upon with the Network.
// The State's mission says so: nobody else can say what a State agreed to.
type AgreeSupport struct {
	Plan       domain.Text
	OccurredOn domain.PartialDate
}

// By implements domain.Command.
func (AgreeSupport) By() []domain.Capacity { return domain.Owner }

func (c AgreeSupport) decide(s State, by domain.Cause) ([]Event, error) {
	plan, err := domain.NewText(c.Plan.Language, c.Plan.Value, maxPlan, "plan")
	if err != nil || plan == s.Plan {
		return nil, err
	}
	on, err := when(c.OccurredOn)
	if err != nil {
		return nil, err
	}
	return []Event{SupportPlanAgreed{Plan: plan, OccurredOn: on}}, nil
}

// SupportPlanAgreed records a plan of support; it takes the place of an earlier one.
type SupportPlanAgreed struct {
	Plan       domain.Text        `json:"plan"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (SupportPlanAgreed) EventType() string { return "champion.support_plan_agreed" }

func (e SupportPlanAgreed) evolve(s State) State {
	s.Status, s.Plan = active, e.Plan
	return s
}

// ShareLesson publishes something that the State has learned, also after it
// has stepped down.
type ShareLesson struct {
	Lesson     domain.Text
	OccurredOn domain.PartialDate
}

// By implements domain.Command.
func (ShareLesson) By() []domain.Capacity { return domain.Owner }

func (c ShareLesson) decide(s State, by domain.Cause) ([]Event, error) {
	lesson, err := domain.NewText(c.Lesson.Language, c.Lesson.Value, maxLesson, "lesson")
	if err != nil || s.Lessons[lesson.SHA256()] {
		return nil, err
	}
	if len(s.Lessons) >= maxLessons {
		return nil, domain.Refuse(domain.NotAllowed, "champion.lessons", "A State can share at most %d lessons here.", maxLessons)
	}
	on, err := when(c.OccurredOn)
	if err != nil {
		return nil, err
	}
	return []Event{LessonShared{Number: len(s.Lessons) + 1, Lesson: lesson, OccurredOn: on}}, nil
}

// LessonShared records something that the State has learned.
type LessonShared struct {
	Number     int                `json:"number"` // from 1, within the State
	Lesson     domain.Text        `json:"lesson"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (LessonShared) EventType() string { return "champion.lesson_shared" }

func (e LessonShared) evolve(s State) State {
	if s.Lessons == nil {
		s.Lessons = map[[sha256.Size]byte]bool{}
	}
	s.Lessons[e.Lesson.SHA256()] = true
	return s
}
