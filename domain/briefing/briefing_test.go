package briefing

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

var (
	officer = domaintest.Officer("per_officer")
	ilo     = domaintest.As("per_ilo", "ent_ilo", domain.NetworkEntity)
	oim     = domaintest.As("per_iom", "ent_iom", domain.NetworkEntity)
	mission = domaintest.As("per_mission", "ent_prt", domain.StateMission)
	focal   = domaintest.As("per_focal", "ent_prt", domain.StateFocalPoint)
	ada     = domaintest.Own("per_ada")
	later   = domaintest.When(domaintest.Sys(), time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC))

	states  = Term{Vocabulary: "audiences", Version: 1, Code: "member-states"}
	faith   = Term{Vocabulary: "audiences", Version: 1, Code: "faith-based"}
	society = Term{Vocabulary: "gcm-principles", Version: 2, Code: "j"}
	known   = Known{
		IDs: []domain.ID{"ent_ilo", "ent_iom", "ent_ohchr", "ent_unhcr", "ent_prt", "ent_wg", "ent_wg2", "per_ada"},
		Vocabularies: []Vocabulary{
			{"audiences", 1, []string{"member-states", "faith-based", "network", "civil-society", "other"}},
			{"gcm-principles", 2, []string{"i", "j"}},
		},
	}
	several = Voice{Attribution: domain.Unattributed, Quantifier: domain.Several}
)

func en(s string) domain.Text { return domain.Text{Language: "en", Value: s} }
func fr(s string) domain.Text { return domain.Text{Language: "fr", Value: s} }

func schedule(city string, on domain.PartialDate) Schedule {
	return Schedule{Title: en("Briefing to Member States"), Place: Place{City: city, Date: on}}
}

func statement(item domain.ID) RecordStatement {
	return RecordStatement{Speaker: Party{"ent_ilo", "Deputy Director-General"}, Item: item, Known: known}
}

func presentation(item domain.ID) RecordPresentation {
	return RecordPresentation{Presenter: Party{Entity: "ent_ilo"}, Title: en("Where we stand"), Item: item, Known: known}
}

func intervention(item domain.ID, v Voice) RecordIntervention {
	return RecordIntervention{Voice: v, Text: en("A useful basis."), Item: item, Known: known}
}

func outcome(item domain.ID) RecordOutcome {
	return RecordOutcome{Kind: FurtherMeeting, Owner: Party{"ent_iom", "Coordinator"}, Due: "2020", Text: en("Further briefings."), Item: item, Known: known}
}

func participant(item domain.ID, c Consent) RegisterParticipant {
	return RegisterParticipant{Category: states, Entity: "ent_prt", Person: "per_ada", Name: "Ada", Consent: c, Basis: "form", Item: item, Known: known}
}

// A step is a command and who asks for it.
type step struct {
	do Command
	by domain.Cause
}

// after returns the facts that steps lead to, each decided in turn.
func after(t *testing.T, steps ...step) []Event {
	t.Helper()
	var s State
	var all []Event
	for _, st := range steps {
		es, err := Decider.Run(s, st.do, st.by)
		if err != nil {
			t.Fatalf("%T: %v", st.do, err)
		}
		s, all = Decider.Fold(s, es...), append(all, es...)
	}
	return all
}

// held returns the facts of a briefing that was held, then of more.
func held(t *testing.T, more ...step) []Event {
	t.Helper()
	return after(t, append([]step{{schedule("Geneva", "2020-03-04"), officer}, {StartMeeting{}, officer}, {ConcludeMeeting{}, officer}}, more...)...)
}

func TestCalling(t *testing.T) {
	geneva := Place{City: "Geneva", Date: "2020-03-04"}
	called := after(t, step{schedule("Geneva", "2020-03-04"), officer})
	spring := Place{City: "New York", Date: "spring 2020"}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "called", When: schedule("Geneva", "2020-03-04"), By: officer, Then: []Event{Scheduled{en("Briefing to Member States"), geneva}}},
		{Name: "not by a State", When: schedule("Geneva", "2020-03-04"), By: mission, Code: domain.NotAllowed},
		{Name: "in a city", When: schedule(" ", "2020-03-04"), By: officer, Code: domain.Invalid},
		{Name: "on a date", When: schedule("Geneva", "soon"), By: officer, Code: domain.Invalid, Slug: "date.partial"},
		{Name: "a time of day needs a day", When: Schedule{en("B"), Place{"Geneva", "spring 2020", "15:00"}}, By: officer, Code: domain.Invalid, Slug: "briefing.time_without_day"},
		{Name: "moved, with the old date kept", Given: called, When: Reschedule{Place: spring, Reason: en("Halls closed.")}, By: officer,
			Then: []Event{Rescheduled{geneva, spring, en("Halls closed.")}}},
		{Name: "moved to where it is: quiet", Given: called, When: Reschedule{Place: geneva}, By: officer},
		{Name: "moved without a reason", Given: called, When: Reschedule{Place: spring}, By: officer, Code: domain.Invalid},
		{Name: "G4: a stale edit", Given: called, When: Reschedule{Place: spring, Reason: en("x"), Expected: new(int64(0))}, By: officer, Code: domain.VersionConflict},
		{Name: "not called off once begun", Given: held(t), When: Cancel{en("x")}, By: officer, Code: domain.NotAllowed},
		{Name: "no agenda without items", Given: called, When: PublishAgenda{}, By: officer, Code: domain.Invalid},
		{Name: "an agenda with what asks for it", Given: called, When: PublishAgenda{Items: []AgendaItem{{en("Reviews"), []domain.MandateRef{{Symbol: "A/RES/73/326"}}}}}, By: officer,
			Then: []Event{AgendaPublished{[]AgendaItem{{en("Reviews"), []domain.MandateRef{{Symbol: "A/RES/73/326"}}}}}}},
		{Name: "the same agenda again is quiet", Given: append(called[:1:1], AgendaPublished{[]AgendaItem{{Title: en("Reviews")}}}), When: PublishAgenda{Items: []AgendaItem{{Title: en("Reviews")}}, Expected: new(int64(1))}, By: officer},
		{Name: "only open outcomes are carried over", Given: called, When: CarryOutcome{From: Carried{"bri_1", "bit_1"}}, By: domaintest.Sys(), Code: domain.Invalid},
		{Name: "carried over once", Given: append(called[:1:1], OutcomeCarried{Carried{"bri_1", "bit_1"}}), When: CarryOutcome{From: Carried{"bri_1", "bit_1"}, Open: true}, By: domaintest.Sys()},
		{Name: "who was invited is left out", Given: append(called[:1:1], InvitationIssued{Invitee{Entity: "ent_ilo"}}), By: officer,
			When: Invite{Invitees: []Invitee{{Entity: "ent_ilo"}, {Category: Term{Vocabulary: "audiences", Code: "member-states"}}, {Category: states}}, Known: known},
			Then: []Event{InvitationIssued{Invitee{Category: states}}}},
		{Name: "an entity that is not there", Given: called, When: Invite{Invitees: []Invitee{{Entity: "ent_none"}}, Known: known}, By: officer, Code: domain.Invalid, Slug: "briefing.entity"},
		{Name: "nothing is held in the future", Given: called, When: StartMeeting{OccurredOn: "2020-03-06"}, By: officer, Code: domain.Invalid, Slug: "briefing.future"},
		{Name: "tomorrow has come somewhere", Given: called, When: StartMeeting{OccurredOn: "2020-03-05"}, By: officer, Then: []Event{MeetingStarted{"2020-03-05"}}},
		{Name: "a month that has begun may be meant", Given: called, When: StartMeeting{OccurredOn: "March 2020"}, By: officer, Then: []Event{MeetingStarted{"March 2020"}}},
		{Name: "it ends after it begins", Given: append(called[:1:1], MeetingStarted{"2020-03-04"}), When: ConcludeMeeting{OccurredOn: "2020-03-03"}, By: officer, Code: domain.Invalid, Slug: "briefing.order"},
	})
}

func TestAttendance(t *testing.T) {
	network := Term{Vocabulary: "audiences", Version: 1, Code: "network"}
	all139 := AttendanceRecorded{Edition: 1, Total: 139, NotBrokenDown: 139}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "139 in all, not broken down", Given: held(t), When: RecordAttendance{Total: 139}, By: officer, Then: []Event{all139}},
		{Name: "who was there without being counted", Given: held(t), When: RecordAttendance{Total: 139, Represented: []Term{states, network}, Known: known}, By: officer,
			Then: []Event{AttendanceRecorded{Edition: 1, Total: 139, Represented: []Term{states, network}, NotBrokenDown: 139}}},
		{Name: "the categories leave a rest", Given: held(t), When: RecordAttendance{Total: 139, Counts: []Count{{states, 80}, {network, 40}}, Known: known}, By: officer,
			Then: []Event{AttendanceRecorded{Edition: 1, Total: 139, Counts: []Count{{states, 80}, {network, 40}}, NotBrokenDown: 19}}},
		{Name: "the categories are at most the total", Given: held(t), When: RecordAttendance{Total: 139, Counts: []Count{{states, 100}, {network, 40}}, Known: known}, By: officer, Code: domain.Invalid, Slug: "briefing.attendance_sum"},
		{Name: "no category twice", Given: held(t), When: RecordAttendance{Total: 139, Counts: []Count{{states, 1}}, Represented: []Term{states}, Known: known}, By: officer, Code: domain.Invalid, Slug: "briefing.category_twice"},
		{Name: "nobody came is a figure", Given: held(t), When: RecordAttendance{}, By: officer, Then: []Event{AttendanceRecorded{Edition: 1}}},
		{Name: "the same figures are quiet", Given: append(held(t), all139), When: RecordAttendance{Total: 139}, By: officer},
		{Name: "G1: other figures cite those they correct", Given: append(held(t), all139), When: RecordAttendance{Total: 140}, By: officer,
			Then: []Event{AttendanceRecorded{Edition: 2, Corrects: 1, Total: 140, NotBrokenDown: 140}}},
		{Name: "no State counts", Given: held(t), When: RecordAttendance{Total: 1}, By: mission, Code: domain.NotAllowed},
	})
}

func TestParticipants(t *testing.T) {
	in := func(c Consent) []Event { return held(t, step{participant("bit_p", c), officer}) }
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "shown to nobody without a consent", Given: held(t), When: participant("bit_p", ""), By: officer,
			Then: []Event{ParticipantRegistered{"bit_p", states, "ent_prt", "per_ada", domain.About("per_ada", "Ada")}}},
		{Name: "consent is its own event", Given: held(t), When: participant("bit_p", Attendees), By: officer,
			Then: []Event{ParticipantRegistered{"bit_p", states, "ent_prt", "per_ada", domain.About("per_ada", "Ada")}, ConsentRecorded{"bit_p", Attendees, "form"}}},
		{Name: "G15: a name without an account can be forgotten too", Given: held(t), When: RegisterParticipant{Category: faith, Name: "Bo", Item: "bit_b", Known: known}, By: officer,
			Then: []Event{ParticipantRegistered{Participant: "bit_b", Category: faith, Name: domain.About("bit_b", "Bo")}}},
		{Name: "a consent needs a basis", Given: held(t), When: RegisterParticipant{Category: faith, Name: "Bo", Consent: Everybody, Item: "bit_b", Known: known}, By: officer, Code: domain.Invalid},
		{Name: "the same person again is quiet", Given: in(Nobody), When: participant("bit_2", Everybody), By: officer},
		{Name: "not by a State", Given: held(t), When: participant("bit_p", ""), By: mission, Code: domain.NotAllowed},
		{Name: "the person widens", Given: in(Nobody), When: ChangeConsent{"bit_p", Everybody}, By: ada, Then: []Event{ConsentRecorded{Participant: "bit_p", Consent: Everybody}}},
		{Name: "the person narrows", Given: in(Everybody), When: ChangeConsent{"bit_p", SameCategory}, By: ada, Then: []Event{ConsentRecorded{Participant: "bit_p", Consent: SameCategory}}},
		{Name: "the secretariat narrows", Given: in(Everybody), When: ChangeConsent{"bit_p", Nobody}, By: officer, Then: []Event{ConsentRecorded{Participant: "bit_p", Consent: Nobody}}},
		{Name: "the secretariat does not widen", Given: in(SameCategory), When: ChangeConsent{"bit_p", Attendees}, By: officer, Code: domain.NotOwner},
		{Name: "G9: a stranger learns nothing", Given: in(Everybody), When: ChangeConsent{"bit_p", Nobody}, By: mission, Code: domain.NotFound, Slug: "briefing.participant"},
		{Name: "G9: as for one who is not there", Given: in(Everybody), When: ChangeConsent{"bit_x", Nobody}, By: mission, Code: domain.NotFound, Slug: "briefing.participant"},
	})
}

func TestSummary(t *testing.T) {
	drafted := func() []Event { return held(t, step{DraftSummary{Text: en("Draft.")}, officer}) }
	out := func() []Event {
		return held(t, step{DraftSummary{Text: en("Draft.")}, officer}, step{PublishSummary{Text: en("Summary.")}, officer})
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "a draft is personal", Given: held(t), When: DraftSummary{Text: en("abc")}, By: officer,
			Then: []Event{SummaryDrafted{"en", domain.About("per_officer", "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}}},
		{Name: "the same draft is quiet", Given: drafted(), When: DraftSummary{Text: en("Draft."), Expected: new(int64(0))}, By: officer},
		{Name: "G4: another draft over a newer one", Given: drafted(), When: DraftSummary{Text: en("Mine."), Expected: new(int64(1))}, By: officer, Code: domain.VersionConflict},
		{Name: "published", Given: drafted(), When: PublishSummary{Text: en("Summary.")}, By: officer, Then: []Event{SummaryPublished{1, en("Summary.")}}},
		{Name: "not before it was drafted", Given: held(t), When: PublishSummary{Text: en("Summary.")}, By: officer, Code: domain.NotAllowed},
		{Name: "G1: a correction cites the edition", Given: out(), When: CorrectSummary{Corrects: 1, Text: en("Better."), Reason: en("A slip.")}, By: officer,
			Then: []Event{SummaryCorrected{2, 1, en("Better."), en("A slip.")}}},
		{Name: "G1: and only the latest", Given: out(), When: CorrectSummary{Text: en("Better."), Reason: en("A slip.")}, By: officer, Code: domain.VersionConflict, Slug: "briefing.summary_edition"},
		{Name: "a correction says why", Given: out(), When: CorrectSummary{Corrects: 1, Text: en("Better.")}, By: officer, Code: domain.Invalid},
		{Name: "a correction that changes nothing is quiet", Given: out(), When: CorrectSummary{Corrects: 1, Text: en("Summary.")}, By: officer},
		{Name: "what was missed is recorded even now", Given: out(), When: statement("bit_s"), By: officer,
			Then: []Event{StatementDelivered{Statement: "bit_s", Speaker: Party{"ent_ilo", "Deputy Director-General"}}}},
	})
}

// Importing the statements of a whole debate must leave a state that is read
// and copied quickly: hashes, not texts.
func TestStateOfManyStatementsIsSmall(t *testing.T) {
	long := strings.Repeat("All States agree. ", 30_000/18)
	s := Decider.Fold(State{}, held(t)...)
	size := 0
	for i := range 193 {
		id := domain.ID(fmt.Sprintf("bit_%d", i))
		for _, c := range []Command{statement(id), DepositText{Statement: id, Text: en(long)}} {
			es, err := Decider.Run(s, c, officer)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := json.Marshal(es)
			size += len(b)
			s = Decider.Fold(s, es...)
		}
	}
	b, err := json.Marshal(s.Items)
	if err != nil || len(b)*50 > size {
		t.Errorf("a state of %d bytes for events of %d, %v", len(b), size, err)
	}
}

// What the app fills in is no part of what was asked: a repeated command must
// have the same fingerprint whatever the app found out.
func TestReferencesAreNotInTheFingerprint(t *testing.T) {
	all := []Command{Invite{}, RegisterParticipant{}, RecordAttendance{}, RecordStatement{}, RecordPresentation{}, RecordWorkingGroupUpdate{}, RecordIntervention{},
		RaiseIssue{}, RaiseConcern{}, RecordAppreciation{}, AddressIssue{}, RecordOutcome{}, FollowUpOutcome{}}
	for _, c := range all {
		r, ok := c.(Referring)
		if !ok {
			t.Errorf("%T is not Referring", c)
			continue
		}
		before, _ := json.Marshal(c)
		filled := r.With("bit_1", known)
		got, _ := json.Marshal(filled)
		if diff := cmp.Diff(string(before), string(got)); diff != "" || cmp.Equal(c, filled) {
			t.Errorf("%T: not filled in, or not left out:\n%s", c, diff)
		}
	}
	for _, c := range []Command{DepositText{Stored: true}, DepositPresentation{Stored: true}, CarryOutcome{Open: true}} {
		if b, _ := json.Marshal(c); strings.Contains(string(b), "true") {
			t.Errorf("%T: %s", c, b)
		}
	}
}
