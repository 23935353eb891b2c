package consultation

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

var (
	officer = domaintest.Officer("per_officer")
	title   = en("Preparations for the report")
	may     = Closing{"2020-05-30T23:59", "Europe/Zurich", true}
	june    = Closing{"2020-06-30T23:59", "Europe/Zurich", true}
	april   = Closing{"2020-04-30T23:59", "Europe/Zurich", true}
	inMay   = deadline(may)
	inJune  = deadline(june)
)

func en(s string) domain.Text { return domain.Text{Language: "en", Value: s} }

func deadline(c Closing) domain.Deadline {
	d, err := c.deadline()
	if err != nil {
		panic(err)
	}
	return d
}

func at(t time.Time) domain.Cause { return domaintest.When(officer, t) }

func system(t time.Time) domain.Cause { return domaintest.When(domaintest.Sys(), t) }

func call(more ...Event) []Event {
	return append([]Event{Planned{Title: title, Kind: WrittenCall, Closes: inMay, Late: WithReason, Label: domain.Public}}, more...)
}

func opened(more ...Event) []Event {
	return append(call(Announced{}, Opened{At: domaintest.At, Closes: inMay}), more...)
}

// informal is a meeting without a closing date.
func informal(more ...Event) []Event {
	return append([]Event{Planned{Title: title, Kind: InformalStates, HeldOn: "spring 2020", Late: NoneLate, Label: domain.Public}}, more...)
}

func closedInMay(more ...Event) []Event { return append(opened(Closed{ClosesAt: inMay.At}), more...) }

func TestPlanning(t *testing.T) {
	stale := int64(0)
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "a title and a closing date are enough", When: Plan{Title: title, Closes: may}, By: officer,
			Then: []Event{Planned{Title: title, Kind: WrittenCall, Closes: inMay, Late: NoneLate, Label: domain.Public}}},
		{Name: "a date is as exact as it is known", When: Plan{Title: title, Kind: InformalStates, HeldOn: "spring 2020", OccurredOn: "2020-03-04"}, By: officer,
			Then: []Event{Planned{Title: title, Kind: InformalStates, HeldOn: "spring 2020", Late: NoneLate, Label: domain.Public, OccurredOn: "2020-03-04"}}},
		{Name: "everything", By: officer,
			When: Plan{Title: title, Description: en("Background"), Symbol: " call-2020-1 ", Mandates: []domain.MandateRef{{Symbol: "A/RES/73/195", Paragraph: "44"}, {Symbol: "A/RES/73/195", Paragraph: "44"}}, Late: WithReason, Label: domain.Sealed, MaxCharacters: 5000},
			Then: []Event{Planned{Title: title, Description: en("Background"), Symbol: "CALL-2020-1", Kind: WrittenCall, Mandates: []domain.MandateRef{{Symbol: "A/RES/73/195", Paragraph: "44"}}, Late: WithReason, Label: domain.Sealed, MaxCharacters: 5000}}},
		{Name: "no title", When: Plan{}, By: officer, Code: domain.Invalid},
		{Name: "a title of 301 characters", When: Plan{Title: en(strings.Repeat("é", 301))}, By: officer, Code: domain.Invalid, Slug: "text.too_long"},
		{Name: "an unknown kind", When: Plan{Title: title, Kind: "FORMAL"}, By: officer, Code: domain.Invalid, Slug: "consultation.kind"},
		{Name: "an unknown late policy", When: Plan{Title: title, Late: "ALWAYS"}, By: officer, Code: domain.Invalid, Slug: "consultation.late_policy"},
		{Name: "an unknown label", When: Plan{Title: title, Label: "SECRET"}, By: officer, Code: domain.Invalid, Slug: "consultation.label"},
		{Name: "a symbol with a space", When: Plan{Title: title, Symbol: "CALL 1"}, By: officer, Code: domain.Invalid, Slug: "consultation.symbol"},
		{Name: "too many characters", When: Plan{Title: title, MaxCharacters: maxText + 1}, By: officer, Code: domain.Invalid, Slug: "consultation.max_characters"},
		{Name: "too many mandates", When: Plan{Title: title, Mandates: make([]domain.MandateRef, maxMandates+1)}, By: officer, Code: domain.Invalid, Slug: "consultation.mandates"},
		{Name: "not by a State's mission", When: Plan{Title: title}, By: domaintest.As("per_m", "ent_slv", domain.StateMission), Code: domain.NotAllowed},
		{Name: "not by a focal point", When: Plan{Title: title}, By: domaintest.As("per_f", "ent_slv", domain.StateFocalPoint), Code: domain.NotAllowed},

		{Name: "dates slip, and the old one is kept", Given: informal(), When: Reschedule{HeldOn: "summer 2020", Reason: "travel"}, By: officer,
			Then: []Event{Rescheduled{HeldOn: "summer 2020", WasHeldOn: "spring 2020", Reason: "travel"}}},
		{Name: "before opening a closing date may be earlier", Given: call(), When: Reschedule{Closes: april}, By: officer,
			Then: []Event{Rescheduled{Closes: deadline(april), WasCloses: inMay}}},
		{Name: "the same date is quiet", Given: call(), When: Reschedule{Closes: may, Expected: &stale}, By: officer},
		{Name: "G4: a stale version conflicts", Given: call(), When: Reschedule{Closes: june, Expected: &stale}, By: officer, Code: domain.VersionConflict},
		{Name: "what has closed is not planned again", Given: closedInMay(), When: Reschedule{Closes: june}, By: officer, Code: domain.NotAllowed},

		{Name: "audience", Given: call(), When: SetAudience{Groups: []Group{Stakeholders, MemberStates, Stakeholders}, Named: []domain.ID{"ent_b", "ent_a", "ent_b"}}, By: officer,
			Then: []Event{AudienceSet{Audience{Groups: []Group{MemberStates, Stakeholders}, Named: []domain.ID{"ent_a", "ent_b"}, Only: true}}}},
		{Name: "an audience that hears everybody", Given: call(), When: SetAudience{Groups: []Group{MemberStates}, OpenToAll: true}, By: officer,
			Then: []Event{AudienceSet{Audience{Groups: []Group{MemberStates}}}}},
		{Name: "the same audience, now alone", Given: call(AudienceSet{Audience{Groups: []Group{MemberStates}}}), When: SetAudience{Groups: []Group{MemberStates}}, By: officer,
			Then: []Event{AudienceSet{Audience{Groups: []Group{MemberStates}, Only: true}}}},
		{Name: "without an audience it is open to all", Given: call(AudienceSet{Audience{Groups: []Group{MemberStates}, Only: true}}), When: SetAudience{}, By: officer, Then: []Event{AudienceSet{}}},
		{Name: "the same audience in another order is quiet", Given: call(AudienceSet{Audience{Groups: []Group{MemberStates, Migrants}, Only: true}}), When: SetAudience{Groups: []Group{Migrants, MemberStates}}, By: officer},
		{Name: "an unknown audience", Given: call(), When: SetAudience{Groups: []Group{"FRIENDS"}}, By: officer, Code: domain.Invalid},
		{Name: "nobody named", Given: call(), When: SetAudience{Named: []domain.ID{""}}, By: officer, Code: domain.Invalid},
		{Name: "a thousand and one named", Given: call(), When: SetAudience{Named: make([]domain.ID, maxNamed+1)}, By: officer, Code: domain.Invalid, Slug: "consultation.named"},
		{Name: "the audience is fixed once open: PARTICIPANTS stay who they were", Given: opened(), When: SetAudience{Groups: []Group{MemberStates}}, By: officer, Code: domain.NotAllowed},

		{Name: "late policy", Given: call(), When: DeclareLatePolicy{Late: NoneLate}, By: officer, Then: []Event{LatePolicyDeclared{NoneLate}}},
		{Name: "the same late policy is quiet", Given: call(), When: DeclareLatePolicy{Late: WithReason}, By: officer},
		{Name: "late policy declared before opening", Given: opened(), When: DeclareLatePolicy{Late: NoneLate}, By: officer, Code: domain.NotAllowed},
	})
}

func TestQuestionnaire(t *testing.T) {
	source := Questionnaire{Published: true, Questions: []domain.ID{"q1", "q2"}}
	attached := QuestionnaireAttached{"que_a", 1, source.Questions}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "attach", Given: call(), When: AttachQuestionnaire{Questionnaire: "que_a", Version: 1, Source: source}, By: officer, Then: []Event{attached}},
		{Name: "attach it twice", Given: call(attached), When: AttachQuestionnaire{Questionnaire: "que_a", Version: 1, Source: source}, By: officer},
		{Name: "another version in its place", Given: call(attached), When: AttachQuestionnaire{Questionnaire: "que_a", Version: 2, Source: source}, By: officer,
			Then: []Event{QuestionnaireAttached{"que_a", 2, source.Questions}}},
		{Name: "G9: one not published is as one that does not exist", Given: call(), When: AttachQuestionnaire{Questionnaire: "que_a", Version: 3}, By: officer, Code: domain.NotFound, Slug: "questionnaire.unknown"},
		{Name: "a retired one", Given: call(), When: AttachQuestionnaire{Questionnaire: "que_a", Version: 1, Source: Questionnaire{Published: true, Retired: true}}, By: officer, Code: domain.Invalid},
		{Name: "questionnaire frozen once opened", Given: append(call(attached), opened()[1:]...), When: AttachQuestionnaire{Questionnaire: "que_a", Version: 2, Source: source}, By: officer, Code: domain.NotAllowed},
	})
}

func TestWindow(t *testing.T) {
	now, after := domaintest.At, inMay.At.Add(time.Millisecond)
	stale := int64(7)
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "announce", Given: call(), When: Announce{OccurredOn: "March 2020"}, By: officer, Then: []Event{Announced{"March 2020"}}},
		{Name: "announce twice", Given: call(Announced{}), When: Announce{}, By: officer},
		{Name: "open", Given: call(Announced{}), When: Open{}, By: officer, Then: []Event{Opened{At: now, Closes: inMay}}},
		{Name: "open twice", Given: opened(), When: Open{}, By: officer},
		{Name: "open unannounced", Given: call(), When: Open{}, By: officer, Code: domain.NotAllowed},
		{Name: "a call needs a closing date", Given: append([]Event{Planned{Title: title, Kind: WrittenCall, Late: NoneLate}}, Announced{}), When: Open{}, By: officer, Code: domain.Invalid, Slug: "consultation.no_closing"},
		{Name: "a meeting needs none", Given: informal(Announced{}), When: Open{}, By: officer, Then: []Event{Opened{At: now}}},
		{Name: "open after the closing date", Given: call(Announced{}), When: Open{}, By: at(after), Code: domain.Invalid, Slug: "consultation.past_closing"},

		{Name: "extend for all, with a reason", Given: opened(), When: Extend{Closes: june, Reason: "holidays"}, By: officer, Then: []Event{Extended{inJune, inMay, "holidays"}}},
		{Name: "extend without a reason", Given: opened(), When: Extend{Closes: june}, By: officer, Code: domain.Invalid},
		{Name: "extend twice to the same", Given: opened(Extended{inJune, inMay, "holidays"}), When: Extend{Closes: june, Reason: "holidays"}, By: officer},
		{Name: "extend never shortens", Given: opened(), When: Extend{Closes: april, Reason: "done"}, By: officer, Code: domain.Invalid, Slug: "consultation.shortened"},
		{Name: "extend on a stale version", Given: opened(), When: Extend{Closes: june, Reason: "x", Expected: &stale}, By: officer, Code: domain.VersionConflict},
		{Name: "G5: at the last instant, which counts, there is still time to extend", Given: opened(), When: Extend{Closes: june, Reason: "holidays"}, By: at(inMay.At), Then: []Event{Extended{inJune, inMay, "holidays"}}},
		{Name: "G5: what ended is not extended", Given: opened(), When: Extend{Closes: june, Reason: "holidays"}, By: at(after), Code: domain.WindowClosed},
		{Name: "extend to nowhere", Given: opened(), When: Extend{Reason: "holidays"}, By: officer, Code: domain.Invalid, Slug: "deadline.zone"},
		{Name: "no date to extend", Given: informal(Announced{}, Opened{At: now}), When: Extend{Closes: june, Reason: "x"}, By: officer, Code: domain.Invalid, Slug: "consultation.no_deadline"},
		{Name: "G7: a mission cannot extend", Given: opened(), When: Extend{Closes: june, Reason: "x"}, By: domaintest.As("per_m", "ent_slv", domain.StateMission), Code: domain.NotAllowed},

		{Name: "the timer closes", Given: opened(), When: Close{}, By: system(after), Then: []Event{Closed{ClosesAt: inMay.At}}},
		{Name: "the timer is not early, for the last instant counts", Given: opened(), When: Close{}, By: system(inMay.At), Code: domain.NotAllowed, Slug: "consultation.not_due"},
		{Name: "the timer of the date before an extension", Given: opened(Extended{inJune, inMay, "holidays"}), When: Close{}, By: system(after), Code: domain.NotAllowed},
		{Name: "the timer leaves a meeting alone", Given: informal(Announced{}, Opened{At: now}), When: Close{}, By: system(after), Code: domain.NotAllowed},
		{Name: "close early: stated seconds ahead", Given: opened(), When: Close{Reason: "superseded"}, By: officer, Then: []Event{Closed{ClosesAt: now.Add(notice), Early: true, Reason: "superseded"}}},
		{Name: "close early without a reason", Given: opened(), When: Close{}, By: officer, Code: domain.Invalid},
		{Name: "a second before the date, the date holds", Given: opened(), When: Close{}, By: at(inMay.At.Add(-time.Second)), Then: []Event{Closed{ClosesAt: inMay.At}}},
		{Name: "close a meeting", Given: informal(Announced{}, Opened{At: now}), When: Close{}, By: officer, Then: []Event{Closed{ClosesAt: now.Add(notice), Early: true}}},
		{Name: "close twice", Given: closedInMay(), When: Close{}, By: system(after)},
		{Name: "not by a State's mission", Given: opened(), When: Close{Reason: "x"}, By: domaintest.As("per_m", "ent_slv", domain.StateMission), Code: domain.NotAllowed},

		{Name: "cancel", Given: opened(), When: Cancel{"no funds"}, By: officer, Then: []Event{Cancelled{now.Add(notice), "no funds"}}},
		{Name: "cancel without a reason", Given: call(), When: Cancel{}, By: officer, Code: domain.Invalid},
		{Name: "cancel twice", Given: call(Cancelled{now, "no funds"}), When: Cancel{"again"}, By: officer},
		{Name: "what closed is not cancelled", Given: closedInMay(), When: Cancel{"no funds"}, By: officer, Code: domain.NotAllowed},
		{Name: "what does not exist", When: Cancel{"no funds"}, By: officer, Code: domain.NotFound},
	})
}

func TestOutcome(t *testing.T) {
	later := at(inMay.At.Add(time.Hour))
	twelve := FactualSummaryPublished{Number: 1, Text: en("Twelve were received.")}
	told := ReportedBack{Text: en("See chapter two.")}
	stale := int64(1)
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "summary", Given: closedInMay(), When: PublishFactualSummary{Text: en("Twelve were received.")}, By: later, Then: []Event{twelve}},
		{Name: "not in the seconds in which submissions still count", Given: opened(Closed{ClosesAt: domaintest.At.Add(notice), Early: true, Reason: "x"}), When: PublishFactualSummary{Text: en("None.")}, By: officer, Code: domain.NotAllowed, Slug: "consultation.ending"},
		{Name: "the same summary", Given: closedInMay(twelve), When: PublishFactualSummary{Text: en("Twelve were received.\r\n")}, By: later},
		{Name: "G1: a corrected summary cites the one before", Given: closedInMay(twelve), When: PublishFactualSummary{Text: en("Thirteen."), OccurredOn: "June 2020"}, By: later,
			Then: []Event{FactualSummaryPublished{Number: 2, Corrects: 1, Text: en("Thirteen."), OccurredOn: "June 2020"}}},
		{Name: "G4: a stale correction", Given: closedInMay(twelve), When: PublishFactualSummary{Text: en("Thirteen."), Expected: &stale}, By: later, Code: domain.VersionConflict},
		{Name: "report back before the summary", Given: closedInMay(), When: ReportBack{Text: en("x")}, By: later, Code: domain.NotAllowed},
		{Name: "report back", Given: closedInMay(twelve), When: ReportBack{Text: en("See chapter two.")}, By: later, Then: []Event{told}},
		{Name: "report back twice", Given: closedInMay(twelve, told), When: ReportBack{Text: en("See chapter two.")}, By: later},
		{Name: "archive", Given: closedInMay(twelve, told), When: Archive{}, By: later, Then: []Event{Archived{}}},
		{Name: "archive twice", Given: closedInMay(twelve, told, Archived{}), When: Archive{}, By: later},
	})
}
