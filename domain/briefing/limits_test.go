package briefing

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func TestLimits(t *testing.T) {
	spoke := held(t, step{statement("bit_s"), officer})
	said := func(p Point) RecordStatement {
		c := statement("bit_t")
		c.Points = []Point{p}
		return c
	}
	long := func(n int) string { return strings.Repeat("é", n) }
	refuse := func(name string, c Command, slug string) domaintest.Case[Command, Event] {
		return domaintest.Case[Command, Event]{Name: name, Given: spoke, When: c, By: officer, Code: domain.Invalid, Slug: slug}
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		refuse("a statement's text", DepositText{Statement: "bit_s", Text: en(long(maxStatement + 1))}, "text.too_long"),
		refuse("a point", said(Point{Text: en(long(maxPoint + 1))}), "text.too_long"),
		refuse("a figure", said(Point{Text: en("x"), Figures: []Figure{{Claim: long(maxName + 1)}}}), "text.too_long"),
		refuse("figures", said(Point{Text: en("x"), Figures: make([]Figure, maxFigures+1)}), "briefing.too_many"),
		refuse("terms", said(Point{Text: en("x"), Terms: make([]Term, maxTerms+1)}), "briefing.too_many"),
		refuse("an office", RecordStatement{Speaker: Party{Office: long(maxName + 1)}, Item: "bit_t"}, "text.too_long"),
		refuse("a group", RecordStatement{Speaker: Party{Office: "x"}, OnBehalfOf: make([]domain.ID, maxParties+1), Item: "bit_t"}, "briefing.too_many"),
		refuse("points", RecordStatement{Speaker: Party{Office: "x"}, Points: make([]Point, maxPoints+1), Item: "bit_t"}, "briefing.too_many"),
		{Name: "invitees", Given: after(t, step{schedule("Geneva", "2020-03-04"), officer}), When: Invite{Invitees: make([]Invitee, maxInvitees+1)}, By: officer, Code: domain.Invalid, Slug: "briefing.too_many"},
		refuse("a place", RaiseConcern{Voice: several, Text: en("x"), Place: long(maxName + 1), Item: "bit_t"}, "text.too_long"),
		refuse("attendance", RecordAttendance{Total: maxAttendance + 1}, "briefing.attendance"),
		refuse("less than nobody", RecordAttendance{Total: -1}, "briefing.attendance"),
		refuse("a category of less than nobody", RecordAttendance{Total: 5, Counts: []Count{{states, -1}}, Known: known}, "briefing.attendance_sum"),
		refuse("a link", DepositText{Statement: "bit_s", Document: Document{Link: "https://example.org/" + long(maxLink)}}, "briefing.link"),
		refuse("a hash", DepositText{Statement: "bit_s", Document: Document{Sha256: "ff"}, Stored: true}, "briefing.sha256"),
		refuse("an update of no group", RecordWorkingGroupUpdate{Group: Party{Office: "Co-lead"}, Text: en("x"), Item: "bit_t"}, "briefing.group"),
		refuse("a kind of outcome", RecordOutcome{Kind: "HOPE", Text: en("x"), Item: "bit_t"}, "briefing.outcome_kind"),
		{Name: "the longest text there may be", Given: spoke, When: DepositText{Statement: "bit_s", Text: en(long(maxStatement))}, By: officer,
			Then: []Event{StatementTextDeposited{Statement: "bit_s", Edition: 1, Text: en(long(maxStatement)), TextSha256: hash(en(long(maxStatement)))}}},
	})
}

func TestAgendaLimits(t *testing.T) {
	called := after(t, step{schedule("Geneva", "2020-03-04"), officer})
	for slug, items := range map[string][]AgendaItem{
		"briefing.too_many": slices.Repeat([]AgendaItem{{Title: en("x")}}, maxAgenda+1),
		"text.empty":        {{Title: en("")}},
		"mandate.symbol":    {{Title: en("x"), Mandates: []domain.MandateRef{{Symbol: "the resolution"}}}},
	} {
		_, err := Decider.Run(Decider.Fold(State{}, called...), PublishAgenda{Items: items}, officer)
		if e, ok := errors.AsType[*domain.Error](err); !ok || e.Reason != slug {
			t.Errorf("got %v, want %s", err, slug)
		}
	}
}

// An item without an id is a fault of the program, not of whoever asked.
func TestItemWithoutIDIsAFault(t *testing.T) {
	_, err := Decider.Run(Decider.Fold(State{}, held(t)...), statement(""), officer)
	if _, refused := errors.AsType[*domain.Error](err); err == nil || refused {
		t.Errorf("got %v, want a fault", err)
	}
}
