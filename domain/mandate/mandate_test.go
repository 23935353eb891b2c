package mandate

import (
	"strconv"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

var officer = domaintest.Officer("per_officer")

func text(s string) domain.Text { return domain.Text{Language: "en", Value: s} }

func framework() Register {
	return Register{Symbol: "A/RES/73/326", Title: text("Format of the review forum"), AdoptedOn: "19 July 2019",
		Paragraphs: []Paragraph{{Number: "1"}, {Number: "16 (d)", Text: text("Invites States to consult.")}}}
}

func known() []Event { return []Event{Registered(framework())} }

func TestMandate(t *testing.T) {
	next := domain.MandateRef{Symbol: "A/RES/76/266"}
	gone := append(known(), Superseded{By: next})
	with := func(f func(*Register)) Register { c := framework(); f(&c); return c }
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "registered", When: framework(), By: officer, Then: known()},
		{Name: "by the installation", When: framework(), By: domaintest.Sys(), Then: known()},
		{Name: "by nobody else", When: framework(), By: domaintest.As("per_ada", "ent_x", domain.StateMission), Code: domain.NotAllowed},
		{Name: "twice is quiet", Given: known(), When: framework(), By: officer},
		{Name: "with other words", Given: known(), When: with(func(c *Register) { c.Title = text("Other") }), By: officer, Code: domain.NotAllowed, Slug: "mandate.exists"},
		{Name: "a symbol", When: with(func(c *Register) { c.Symbol = "the Compact" }), By: officer, Code: domain.Invalid, Slug: "mandate.symbol"},
		{Name: "a title", When: with(func(c *Register) { c.Title = text("") }), By: officer, Code: domain.Invalid},
		{Name: "a date", When: with(func(c *Register) { c.AdoptedOn = "soon" }), By: officer, Code: domain.Invalid},
		{Name: "a paragraph without number", When: with(func(c *Register) { c.Paragraphs[0].Number = "" }), By: officer, Code: domain.Invalid, Slug: "mandate.number"},
		{Name: "a number twice", When: with(func(c *Register) { c.Paragraphs[0].Number = "16 (d)" }), By: officer, Code: domain.Invalid, Slug: "mandate.number"},
		{Name: "a paragraph that is none", When: with(func(c *Register) { c.Paragraphs[0].Number = "the first" }), By: officer, Code: domain.Invalid, Slug: "mandate.paragraph"},
		{Name: "paragraphs of bounded number", When: with(func(c *Register) {
			for i := range maxParagraphs {
				c.Paragraphs = append(c.Paragraphs, Paragraph{Number: strconv.Itoa(i + 100)})
			}
		}), By: officer, Code: domain.Invalid, Slug: "mandate.too_many"},
		{Name: "superseded", Given: known(), When: Supersede{next, "March 2022"}, By: officer, Then: []Event{Superseded{next, "March 2022"}}},
		{Name: "superseded twice is quiet", Given: gone, When: Supersede{Successor: next}, By: officer},
		{Name: "superseded by two", Given: gone, When: Supersede{Successor: domain.MandateRef{Symbol: "A/RES/77/1"}}, By: officer, Code: domain.NotAllowed},
		{Name: "superseded by itself", Given: known(), When: Supersede{Successor: domain.MandateRef{Symbol: "A/RES/73/326"}}, By: officer, Code: domain.Invalid, Slug: "mandate.itself"},
		{Name: "superseded by nothing", Given: known(), When: Supersede{}, By: officer, Code: domain.Invalid},
		{Name: "superseded before it is known", When: Supersede{Successor: next}, By: officer, Code: domain.NotFound},
	})
}

func TestParagraphAddressable(t *testing.T) {
	s := Decider.Fold(State{}, known()...)
	bare := Decider.Fold(State{}, Registered{Symbol: "A/RES/73/326"})
	for _, c := range []struct {
		s    State
		ref  domain.MandateRef
		want bool
	}{
		{s, domain.MandateRef{Symbol: "A/RES/73/326"}, true},
		{s, domain.MandateRef{Symbol: "A/RES/73/326", Paragraph: "16 (d)"}, true},
		{s, domain.MandateRef{Symbol: "A/RES/73/326", Paragraph: "99"}, false},
		{s, domain.MandateRef{Symbol: "A/RES/73/195", Paragraph: "1"}, false},
		{bare, domain.MandateRef{Symbol: "A/RES/73/326", Paragraph: "99"}, true},
		{State{}, domain.MandateRef{}, false},
	} {
		if got := c.s.Has(c.ref); got != c.want {
			t.Errorf("%v has %s = %v", c.s.Paragraphs, c.ref, got)
		}
	}
}
