// Package briefing decides about the Network's briefings to Member States: how
// one is called, what was said in it, by whom and how far that may be told,
// what came out of it, and its summary with every correction.
//
// A briefing may be recorded long after it took place, and the record of what
// was said outlives the summary: statements, texts and follow-ups may still
// come in when the summary is out. Nothing recorded is ever changed; a
// correction is a further event that cites what it corrects.
//
// Whatever was said has an id of its own within the briefing. The app derives
// it from the briefing, the person and their key, so that a repeat meets its
// first self; see [Referring].
package briefing

import (
	"maps"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to a briefing.
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
	scheduled        domain.Status = "scheduled"
	rescheduled      domain.Status = "rescheduled"
	inSession        domain.Status = "inSession"
	concluded        domain.Status = "concluded"
	summaryDrafted   domain.Status = "summaryDrafted"
	summaryPublished domain.Status = "summaryPublished"
	corrected        domain.Status = "corrected"
	cancelled        domain.Status = "cancelled"
)

// The secretariat writes the record. A briefing is nobody's, but what is said
// in it is somebody's: whose, the decision on the item looks up.
var (
	staff      = []domain.Capacity{domain.Secretariat}
	staffOrOwn = append([]domain.Capacity{domain.Secretariat}, domain.SignedIn...)
)

// State is what decisions about a briefing read. No text is kept in it, only
// hashes, so that hundreds of long statements weigh little.
type State struct {
	Status  domain.Status
	Edition int64 // counts the calls, agendas, attendance figures and summaries: the briefing's version
	Place   Place
	Started domain.PartialDate // when it was said to have begun; may be empty

	Agenda     string             // hash of the latest agenda
	Carried    map[Carried]bool   // outcomes of earlier briefings on this one's agenda
	Invited    map[Invitee]bool   // who was invited
	Attendance AttendanceRecorded // the latest figures
	Draft      string             // hash of the latest draft of the summary
	Summary    int64              // edition of the published summary; 0 while there is none
	SummaryIs  string             // its hash

	Items        map[domain.ID]Item
	Participants map[domain.ID]Participant
}

// Decider is the briefing aggregate. Briefings are public: everyone sees that
// there is one. What of it may be shown is said at each event.
var Decider = domain.Decider[Command, State, Event]{
	Category: "briefing",
	Noun:     "briefing",
	Prefix:   "bri_",
	Codec: domain.NewCodec[Event](
		Scheduled{}, Rescheduled{}, Cancelled{}, MeetingStarted{}, MeetingConcluded{},
		AgendaPublished{}, OutcomeCarried{}, InvitationIssued{},
		ParticipantRegistered{}, ConsentRecorded{}, AttendanceRecorded{},
		StatementDelivered{}, StatementTextDeposited{}, StatementTextWithdrawn{}, StatementTranslationAttached{},
		PresentationGiven{}, PresentationDeposited{}, WorkingGroupUpdateGiven{},
		InterventionRecorded{}, InterventionClaimed{}, ClaimWithdrawn{},
		ClaimRequested{}, ClaimAccepted{}, ClaimRefused{}, ClaimTakenBack{},
		IssueRaised{}, ConcernRaised{}, AppreciationExpressed{}, IssueAddressed{},
		OutcomeRecorded{}, OutcomeFollowedUp{}, OutcomeFellDue{}, ItemRetracted{},
		SummaryDrafted{}, SummaryPublished{}, SummaryCorrected{},
	),
	Table:  table,
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Clone: func(s State) State {
		s.Carried, s.Invited = maps.Clone(s.Carried), maps.Clone(s.Invited)
		s.Items, s.Participants = maps.Clone(s.Items), maps.Clone(s.Participants)
		return s
	},
	Status: func(s State) domain.Status { return s.Status },
	Sees:   func(State, domain.Viewer) bool { return true },
}
