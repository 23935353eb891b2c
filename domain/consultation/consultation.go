// Package consultation decides about calls for written input and informal
// consultations: who is asked, until when, by which questions, and what was
// made of the answers. The audience says who takes part: who may submit, unless
// the consultation is open to all, and who reads what is labelled PARTICIPANTS.
// Whoever contributed takes part too.
package consultation

import (
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to a consultation.
type Command interface {
	domain.Command
	decide(State, domain.Cause) ([]Event, error)
}

// An Event records that something happened.
type Event interface {
	domain.Event
	evolve(State) State
}

// The statuses.
const (
	planned      domain.Status = "planned"
	announced    domain.Status = "announced"
	open         domain.Status = "open"
	extended     domain.Status = "extended"
	closed       domain.Status = "closed"
	analysed     domain.Status = "analysed"
	reportedBack domain.Status = "reportedBack"
	archived     domain.Status = "archived"
	cancelled    domain.Status = "cancelled"
)

// State is what decisions about a consultation read.
type State struct {
	Status  domain.Status
	Edition int64 // content edition, from 1; what Expected of an edit names
	Kind    Kind
	HeldOn  domain.PartialDate

	Opened time.Time       // zero until it opens
	Closes domain.Deadline // as declared last; zero when none is
	Stated time.Time       // instant from which it is shut by an early close or a cancellation; zero without one
	Late   LatePolicy

	Audience Audience

	Questionnaire        domain.ID // empty when none is attached
	QuestionnaireVersion int64
	Questions            []domain.ID // handles of its questions, in order

	Label         domain.Label // for submissions that do not ask for another
	MaxCharacters int          // of a submission's own text; 0 leaves it to the submission's own limit

	Summary      domain.Text // the latest edition of the factual summary
	Summaries    int64       // how many editions it has
	ReportedBack domain.Text // what was reported back last
}

// Decider is the consultation aggregate.
var Decider = domain.Decider[Command, State, Event]{
	Category: "consultation",
	Noun:     "consultation",
	Prefix:   "con_",
	Codec: domain.NewCodec[Event](Planned{}, Rescheduled{}, AudienceSet{}, LatePolicyDeclared{}, QuestionnaireAttached{}, Announced{},
		Opened{}, Extended{}, Closed{}, FactualSummaryPublished{}, ReportedBack{}, Archived{}, Cancelled{}),
	Table: domain.Table{
		"": {domain.On(Plan{}, planned)},
		planned: {
			domain.On(Reschedule{}, planned),
			domain.On(SetAudience{}, planned),
			domain.On(DeclareLatePolicy{}, planned),
			domain.On(AttachQuestionnaire{}, planned),
			domain.On(Announce{}, announced),
			domain.On(Cancel{}, cancelled),
		},
		announced: {
			domain.On(Reschedule{}, announced),
			domain.On(SetAudience{}, announced),
			domain.On(DeclareLatePolicy{}, announced),
			domain.On(AttachQuestionnaire{}, announced),
			domain.On(Announce{}, announced),
			domain.On(Open{}, open),
			domain.On(Cancel{}, cancelled),
		},
		open: {
			domain.On(Open{}, open),
			domain.On(Extend{}, open, extended),
			domain.On(Close{}, closed),
			domain.On(Cancel{}, cancelled),
		},
		extended: {
			domain.On(Open{}, extended),
			domain.On(Extend{}, extended),
			domain.On(Close{}, closed),
			domain.On(Cancel{}, cancelled),
		},
		closed: {
			domain.On(Close{}, closed),
			domain.On(PublishFactualSummary{}, analysed),
		},
		analysed: {
			domain.On(PublishFactualSummary{}, analysed),
			domain.On(ReportBack{}, reportedBack),
		},
		reportedBack: {
			domain.On(PublishFactualSummary{}, reportedBack),
			domain.On(ReportBack{}, reportedBack),
			domain.On(Archive{}, archived),
		},
		archived:  {domain.On(Archive{}, archived)},
		cancelled: {domain.On(Cancel{}, cancelled)},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Status: func(s State) domain.Status { return s.Status },
	Sees:   func(State, domain.Viewer) bool { return true }, // planned ones are announced in public too
}

// secretariat lists who runs consultations.
var secretariat = []domain.Capacity{domain.Secretariat}

const (
	maxTitle       = 300     // characters; three lines on a page
	maxDescription = 20_000  // characters; a call's background note is rarely over eight pages
	maxReason      = 2_000   // characters; one page
	maxSummary     = 100_000 // characters; forty pages
	maxText        = 100_000 // characters that a call may allow to a submission
	maxMandates    = 20      // resolutions cite fewer
)

// occurred reads the day on which something happened in the world, if given.
func occurred(s string, path string) (domain.PartialDate, error) {
	if s == "" {
		return "", nil
	}
	return domain.ParsePartialDate(s, path)
}
