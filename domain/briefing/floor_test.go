package briefing

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func TestStatements(t *testing.T) {
	c := statement("bit_s")
	c.Person, c.Name, c.OnBehalfOf = "per_ada", "Ada", []domain.ID{"ent_prt"}
	c.Points = []Point{{en("Work is central."), []Term{{Vocabulary: "gcm-principles", Code: "j"}}, []Figure{{Claim: "164 million international migrant workers"}}}}
	spoke := held(t, step{statement("bit_s"), officer})
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "points are coded, figures stay claims, names are personal", Given: held(t), When: c, By: officer,
			Then: []Event{StatementDelivered{Statement: "bit_s", Speaker: Party{"ent_ilo", "Deputy Director-General"}, Person: "per_ada", Name: domain.About("per_ada", "Ada"), OnBehalfOf: []domain.ID{"ent_prt"},
				Points: []Point{{en("Work is central."), []Term{society}, []Figure{{Claim: "164 million international migrant workers"}}}}}}},
		{Name: "G3: the same item is quiet", Given: spoke, When: statement("bit_s"), By: officer},
		{Name: "not before the meeting", Given: after(t, step{schedule("Geneva", "2020-03-04"), officer}), When: statement("bit_s"), By: officer, Code: domain.NotAllowed},
		{Name: "a term that is not in the vocabulary", Given: held(t), By: officer, Code: domain.Invalid, Slug: "briefing.term",
			When: RecordStatement{Speaker: Party{Entity: "ent_ilo"}, Points: []Point{{Text: en("x"), Terms: []Term{{Vocabulary: "gcm-principles", Code: "z"}}}}, Item: "bit_s", Known: known}},
		{Name: "a term of another version", Given: held(t), By: officer, Code: domain.Invalid, Slug: "briefing.term_version",
			When: RecordStatement{Speaker: Party{Entity: "ent_ilo"}, Points: []Point{{Text: en("x"), Terms: []Term{{"gcm-principles", 1, "j"}}}}, Item: "bit_s", Known: known}},
		{Name: "somebody spoke", Given: held(t), When: RecordStatement{Item: "bit_s", Known: known}, By: officer, Code: domain.Invalid, Slug: "briefing.party"},
	})
}

func TestDeposits(t *testing.T) {
	text := func(s string) DepositText { return DepositText{Statement: "bit_s", Text: en(s)} }
	spoke := step{statement("bit_s"), officer}
	theirs := held(t, spoke, step{text("abc"), officer})
	own := held(t, spoke, step{text("abc"), ilo})
	french := step{TranslateText{"bit_s", fr("ABC"), domain.Human, nil}, ilo}
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	link := Document{Link: "https://example.org/statement"}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "by the secretariat", Given: held(t, spoke), When: text("abc"), By: officer, Then: []Event{StatementTextDeposited{Statement: "bit_s", Edition: 1, Text: en("abc"), TextSha256: abc}}},
		{Name: "by the speaker's own entity", Given: held(t, spoke), When: text("abc"), By: ilo, Then: []Event{StatementTextDeposited{Statement: "bit_s", Edition: 1, Own: true, Text: en("abc"), TextSha256: abc}}},
		{Name: "by nobody else", Given: held(t, spoke), When: text("abc"), By: oim, Code: domain.NotOwner},
		{Name: "a link alone", Given: held(t, spoke), When: DepositText{Statement: "bit_s", Document: link}, By: officer, Then: []Event{StatementTextDeposited{Statement: "bit_s", Edition: 1, Document: link}}},
		{Name: "nothing at all", Given: held(t, spoke), When: DepositText{Statement: "bit_s"}, By: officer, Code: domain.Invalid, Slug: "briefing.document"},
		{Name: "no link that runs", Given: held(t, spoke), When: DepositText{Statement: "bit_s", Document: Document{Link: "javascript:alert(1)"}}, By: officer, Code: domain.Invalid, Slug: "briefing.link"},
		{Name: "a file that was never uploaded", Given: held(t, spoke), When: DepositText{Statement: "bit_s", Document: Document{Sha256: abc}}, By: officer, Code: domain.Invalid, Slug: "briefing.not_stored"},
		{Name: "a file that was", Given: held(t, spoke), When: DepositText{Statement: "bit_s", Document: Document{Sha256: strings.ToUpper(abc)}, Stored: true}, By: officer,
			Then: []Event{StatementTextDeposited{Statement: "bit_s", Edition: 1, Document: Document{Sha256: abc}}}},
		{Name: "the same again is quiet", Given: theirs, When: text(" abc\r\n"), By: officer},
		{Name: "G1: another text cites the edition it replaces", Given: theirs, When: text("abd"), By: officer,
			Then: []Event{StatementTextDeposited{Statement: "bit_s", Edition: 2, Corrects: 1, Text: en("abd"), TextSha256: hash(en("abd"))}}},
		{Name: "the speaker makes it their own", Given: theirs, When: text("abc"), By: ilo,
			Then: []Event{StatementTextDeposited{Statement: "bit_s", Edition: 2, Corrects: 1, Own: true, Text: en("abc"), TextSha256: abc}}},
		{Name: "G6: the secretariat does not replace the speaker's own", Given: own, When: text("abd"), By: officer, Code: domain.NotOwner, Slug: "briefing.own_deposit"},
		{Name: "G6: nor retract it", Given: own, When: RetractItem{"bit_s", en("x")}, By: officer, Code: domain.NotOwner, Slug: "briefing.spoken_for"},
		{Name: "G6: the speaker withdraws", Given: theirs, When: WithdrawText{Statement: "bit_s"}, By: ilo, Then: []Event{StatementTextWithdrawn{Statement: "bit_s", Edition: 1}}},
		{Name: "G6: the secretariat does not withdraw", Given: theirs, When: WithdrawText{Statement: "bit_s"}, By: officer, Code: domain.NotOwner},
		{Name: "G6: nor put back what was withdrawn", Given: held(t, spoke, step{text("abc"), officer}, step{WithdrawText{Statement: "bit_s"}, ilo}), When: text("abc"), By: officer, Code: domain.NotOwner},
		{Name: "the speaker puts it back", Given: held(t, spoke, step{text("abc"), ilo}, step{WithdrawText{Statement: "bit_s"}, ilo}), When: text("abc"), By: ilo,
			Then: []Event{StatementTextDeposited{Statement: "bit_s", Edition: 2, Corrects: 1, Own: true, Text: en("abc"), TextSha256: abc}}},
		{Name: "withdrawn twice is quiet", Given: held(t, spoke, step{text("abc"), ilo}, step{WithdrawText{Statement: "bit_s"}, ilo}), When: WithdrawText{Statement: "bit_s"}, By: ilo},
		{Name: "G4: over a newer text", Given: theirs, When: DepositText{Statement: "bit_s", Text: en("x"), Expected: new(int64(0))}, By: officer, Code: domain.VersionConflict},
		{Name: "G16: a translation stands beside the original", Given: own, When: TranslateText{"bit_s", fr("ABC"), domain.Machine, nil}, By: officer,
			Then: []Event{StatementTranslationAttached{"bit_s", 1, false, domain.Translation{Text: fr("ABC"), Origin: domain.Machine}}}},
		{Name: "G16: it says who translated", Given: own, When: TranslateText{"bit_s", fr("ABC"), domain.Original, nil}, By: officer, Code: domain.Invalid},
		{Name: "G16: never in the original's language", Given: own, When: TranslateText{"bit_s", en("ABC"), domain.Human, nil}, By: officer, Code: domain.Invalid, Slug: "briefing.same_language"},
		{Name: "G6: nor over the speaker's translation", Given: held(t, spoke, step{text("abc"), ilo}, french), When: TranslateText{"bit_s", fr("XYZ"), domain.Machine, nil}, By: officer, Code: domain.NotOwner},
		{Name: "the same translation is quiet", Given: held(t, spoke, step{text("abc"), ilo}, french), When: TranslateText{"bit_s", fr("ABC"), domain.Human, nil}, By: ilo},
		{Name: "no text to translate", Given: held(t, spoke), When: TranslateText{"bit_s", fr("ABC"), domain.Human, nil}, By: ilo, Code: domain.NotAllowed},
		{Name: "no such statement", Given: held(t, step{presentation("bit_s"), officer}), When: text("abc"), By: officer, Code: domain.NotFound},
		{Name: "slides by their presenter", Given: held(t, step{presentation("bit_d"), officer}), When: DepositPresentation{Presentation: "bit_d", Document: link}, By: ilo,
			Then: []Event{PresentationDeposited{Presentation: "bit_d", Edition: 1, Own: true, Document: link}}},
		{Name: "slides by another", Given: held(t, step{presentation("bit_d"), officer}), When: DepositPresentation{Presentation: "bit_d", Document: link}, By: oim, Code: domain.NotOwner},
		{Name: "slides beside what was not said", Given: held(t), When: RecordPresentation{Presenter: Party{Entity: "ent_ilo"}, Title: en("x"), Beside: "bit_x", Item: "bit_d", Known: known}, By: officer, Code: domain.NotFound},
	})
}

func TestVoices(t *testing.T) {
	one := Voice{Attribution: domain.Unattributed, Quantifier: domain.One}
	named := Voice{Attribution: domain.Named, Parties: []Party{{Entity: "ent_prt"}}}
	refused := func(name string, v Voice, slug string) domaintest.Case[Command, Event] {
		return domaintest.Case[Command, Event]{Name: name, Given: held(t), When: intervention("bit_i", v), By: officer, Code: domain.Invalid, Slug: slug}
	}
	said := func(v Voice, more ...step) []Event {
		return held(t, append([]step{{intervention("bit_i", v), officer}}, more...)...)
	}
	claim := step{ClaimIntervention{Item: "bit_i"}, ilo}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "several, unattributed", Given: held(t), When: intervention("bit_i", several), By: officer, Then: []Event{InterventionRecorded{Intervention: "bit_i", Voice: several, Text: en("A useful basis.")}}},
		refused("UNATTRIBUTED names nobody", Voice{Attribution: domain.Unattributed, Quantifier: domain.Several, Parties: named.Parties}, "briefing.names_not_told"),
		refused("CATEGORY names nobody", Voice{Attribution: domain.ByCategory, Quantifier: domain.Several, Category: faith, Parties: named.Parties}, "briefing.names_not_told"),
		refused("UNATTRIBUTED has no category", Voice{Attribution: domain.Unattributed, Quantifier: domain.Several, Category: faith}, "briefing.category"),
		refused("CATEGORY has one", Voice{Attribution: domain.ByCategory, Quantifier: domain.Several}, "briefing.category"),
		refused("a quantifier is a word", Voice{Attribution: domain.Unattributed, Quantifier: "7"}, "quantifier.unknown"),
		refused("how many must be said", Voice{Attribution: domain.Unattributed}, "quantifier.unknown"),
		refused("a quantifier never becomes names", Voice{Attribution: domain.Named, Quantifier: domain.Several, Parties: named.Parties}, "briefing.quantifier_and_names"),
		refused("NAMED names somebody", Voice{Attribution: domain.Named}, "briefing.names"),
		{Name: "G6: a claimed item is not retracted", Given: said(one, step{statement("bit_s"), officer}, claim), When: RetractItem{"bit_i", en("x")}, By: officer, Code: domain.NotOwner},
		{Name: "G8: retracted with a reason", Given: said(one), When: RetractItem{"bit_i", en("")}, By: officer, Code: domain.Invalid},
		{Name: "what is retracted is not claimed", Given: said(one, step{RetractItem{"bit_i", en("x")}, officer}), When: ClaimIntervention{Item: "bit_i"}, By: ilo, Code: domain.NotAllowed},
	})
}

// G7: whoever may speak for anyone may step forward and hand in, alike.
func TestParity(t *testing.T) {
	said := held(t, step{intervention("bit_i", several), officer}, step{RecordStatement{Speaker: Party{Entity: "ent_x"}, Item: "bit_s", Known: Known{IDs: []domain.ID{"ent_x"}}}, officer})
	for _, capacity := range domain.Capacities {
		by := domaintest.As("per_x", "ent_x", capacity)
		for _, c := range []Command{ClaimIntervention{Item: "bit_i"}, DepositText{Statement: "bit_s", Text: en("x")}, WithdrawText{Statement: "bit_s"}} {
			_, deposits := c.(DepositText)
			want := capacity.Speaks() || capacity == domain.Secretariat && deposits
			if _, err := Decider.Run(Decider.Fold(State{}, said...), c, by); (err == nil) != want {
				t.Errorf("G7: %T as %s: %v", c, capacity, err)
			}
		}
	}
}

func TestOutcomes(t *testing.T) {
	due := held(t, step{outcome("bit_o"), officer})
	follow := func(final bool, moved domain.PartialDate) FollowUpOutcome {
		return FollowUpOutcome{Outcome: "bit_o", Text: en("Held."), Due: moved, Final: final, Item: "bit_f"}
	}
	issue := step{RaiseIssue{Voice: several, Text: en("One voice."), Item: "bit_q", Known: known}, officer}
	last := domaintest.When(domaintest.Sys(), time.Date(2020, 12, 31, 23, 59, 59, 0, time.UTC))
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "kind, owner and due", Given: held(t), When: outcome("bit_o"), By: officer,
			Then: []Event{OutcomeRecorded{Outcome: "bit_o", Kind: FurtherMeeting, Owner: Party{"ent_iom", "Coordinator"}, Due: "2020", Text: en("Further briefings.")}}},
		{Name: "an action has an owner", Given: held(t), When: RecordOutcome{Kind: Action, Text: en("x"), Item: "bit_o"}, By: officer, Code: domain.Invalid, Slug: "briefing.party"},
		{Name: "a recognition needs none", Given: held(t), When: RecordOutcome{Kind: Recognition, Text: en("x"), Item: "bit_o"}, By: officer, Then: []Event{OutcomeRecorded{Outcome: "bit_o", Kind: Recognition, Text: en("x")}}},
		{Name: "progress by the owner", Given: due, When: follow(false, ""), By: oim, Then: []Event{OutcomeFollowedUp{FollowUp: "bit_f", Outcome: "bit_o", Text: en("Held.")}}},
		{Name: "not by another", Given: due, When: follow(false, ""), By: ilo, Code: domain.NotOwner},
		{Name: "a date that slips keeps the old one", Given: due, When: follow(false, "spring 2021"), By: officer, Then: []Event{OutcomeFollowedUp{FollowUp: "bit_f", Outcome: "bit_o", Text: en("Held."), Was: "2020", Due: "spring 2021"}}},
		{Name: "settled for good", Given: held(t, step{outcome("bit_o"), officer}, step{follow(true, ""), officer}), When: FollowUpOutcome{Outcome: "bit_o", Text: en("x"), Item: "bit_g"}, By: officer, Code: domain.NotAllowed, Slug: "briefing.followed_up"},
		{Name: "not overdue on its last day", Given: due, When: ReportOutcomeDue{"bit_o"}, By: last, Code: domain.NotAllowed, Slug: "briefing.not_due"},
		{Name: "overdue the day after", Given: due, When: ReportOutcomeDue{"bit_o"}, By: later, Then: []Event{OutcomeFellDue{"bit_o", "2020"}}},
		{Name: "reported once", Given: append(slices.Clip(due), OutcomeFellDue{"bit_o", "2020"}), When: ReportOutcomeDue{"bit_o"}, By: later},
		{Name: "not once it is settled", Given: held(t, step{outcome("bit_o"), officer}, step{follow(true, ""), officer}), When: ReportOutcomeDue{"bit_o"}, By: later},
		{Name: "an issue is addressed by some", Given: held(t, issue), When: AddressIssue{Issue: "bit_q", Answerers: []Party{{"ent_iom", "Coordinator"}, {Office: "Executive Committee"}}, Item: "bit_a", Known: known}, By: officer,
			Then: []Event{IssueAddressed{Answer: "bit_a", Issue: "bit_q", By: []Party{{"ent_iom", "Coordinator"}, {Office: "Executive Committee"}}}}},
		{Name: "by whom must be said", Given: held(t, issue), When: AddressIssue{Issue: "bit_q", Item: "bit_a"}, By: officer, Code: domain.Invalid},
		{Name: "an outcome is no issue", Given: due, When: AddressIssue{Issue: "bit_o", Answerers: []Party{{Office: "x"}}, Item: "bit_a"}, By: officer, Code: domain.NotFound},
	})
	if s := Decider.Fold(State{}, due...); !s.Open("bit_o") || s.Open("bit_x") {
		t.Error("an outcome is open until it is followed up, and only if it is there")
	}
}

// No event about attendance holds a person or an entity: nobody, and no State
// above all, can be told from the record whether somebody came.
func TestAttendanceNamesNobody(t *testing.T) {
	b, err := json.Marshal(AttendanceRecorded{Total: 1, Counts: []Count{{states, 1}}, Represented: []Term{faith}})
	if err != nil || strings.Contains(string(b), "entity") || strings.Contains(string(b), "person") || strings.Contains(string(b), "participant") {
		t.Errorf("%s %v", b, err)
	}
}
