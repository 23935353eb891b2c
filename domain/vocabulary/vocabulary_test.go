package vocabulary

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

var (
	officer = domaintest.Officer("per_officer")
	source  = domain.MandateRef{Symbol: "A/RES/73/326"}
	other   = Ref{Categories, 1, "other"}
)

func forum(version int, terms ...Term) Publish {
	return Publish{"forum-categories", version, source, append([]Term{term("youth", "Youth"), term("media", "Media")}, terms...)}
}

func known(more ...Event) []Event { return append([]Event{Published(forum(1))}, more...) }

func TestPublish(t *testing.T) {
	with := func(f func(*Publish)) Publish { c := forum(1); f(&c); return c }
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "published", When: forum(1), By: officer, Then: known()},
		{Name: "by nobody else", When: forum(1), By: domaintest.As("per_ed", "ent_secretariat", domain.Editor), Code: domain.NotAllowed},
		{Name: "twice is quiet", Given: known(), When: forum(1), By: officer},
		{Name: "the same version with other terms", Given: known(), When: forum(1, term("x", "X")), By: officer, Code: domain.Invalid, Slug: "vocabulary.version"},
		{Name: "the next version", Given: known(), When: forum(2, term("x", "X")), By: officer, Then: []Event{Published(forum(2, term("x", "X")))}},
		{Name: "a version left out", Given: known(), When: forum(3), By: officer, Code: domain.Invalid, Slug: "vocabulary.version"},
		{Name: "no version", When: forum(0), By: officer, Code: domain.Invalid, Slug: "vocabulary.version"},
		{Name: "a name", When: with(func(c *Publish) { c.Name = "Forum categories" }), By: officer, Code: domain.Invalid, Slug: "vocabulary.name"},
		{Name: "another name", Given: known(), When: with(func(c *Publish) { c.Name, c.Version = "others", 2 }), By: officer, Code: domain.Invalid, Slug: "vocabulary.name"},
		{Name: "a source", When: with(func(c *Publish) { c.Source.Symbol = "" }), By: officer, Code: domain.Invalid, Slug: "mandate.symbol"},
		{Name: "no terms", When: with(func(c *Publish) { c.Terms = nil }), By: officer, Code: domain.Invalid, Slug: "vocabulary.count"},
		{Name: "terms of bounded number", When: with(func(c *Publish) {
			for i := range maxTerms {
				c.Terms = append(c.Terms, term(fmt.Sprint("x", i), "X"))
			}
		}), By: officer, Code: domain.Invalid, Slug: "vocabulary.count"},
		{Name: "a code twice", When: forum(1, term("youth", "Young")), By: officer, Code: domain.Invalid, Slug: "vocabulary.duplicate"},
		{Name: "a code", When: forum(1, term("Young people", "Young")), By: officer, Code: domain.Invalid, Slug: "vocabulary.code"},
		{Name: "a label", When: forum(1, term("x", "")), By: officer, Code: domain.Invalid, Slug: "text.empty"},
	})
}

func TestGCM(t *testing.T) {
	want := map[string]int{Objectives: 23, Principles: 10, Categories: 13}
	for _, c := range GCM() {
		s := Decider.Fold(State{}, Published(c))
		if len(s.Terms) != want[c.Name] {
			t.Errorf("%s has %d terms, want %d", c.Name, len(s.Terms), want[c.Name])
		}
		short, long := c, c
		short.Terms = c.Terms[1:]
		long.Terms = append(slices.Clone(c.Terms), term("extra", "Extra"))
		cases := []domaintest.Case[Command, Event]{
			{Name: "seeded", When: c, By: domaintest.Sys(), Then: []Event{Published(c)}},
			{Name: "seeded again is quiet", Given: []Event{Published(c)}, When: c, By: domaintest.Sys()},
		}
		if c.Name != Categories {
			cases = append(cases, []domaintest.Case[Command, Event]{
				{Name: "GCM v1 has no term less", When: short, By: officer, Code: domain.Invalid, Slug: "vocabulary.fixed"},
				{Name: "GCM v1 has no term more", When: long, By: officer, Code: domain.Invalid, Slug: "vocabulary.fixed"},
				{Name: "GCM v1 gets no term", Given: []Event{Published(c)}, When: AddTerm{term("extra", "Extra")}, By: officer, Code: domain.NotAllowed, Slug: "vocabulary.fixed"},
			}...)
		}
		t.Run(c.Name, func(t *testing.T) { domaintest.Run(t, Decider, cases) })
	}
}

func TestTerm(t *testing.T) {
	gone := TermDeprecated{Code: "youth", Successor: "media", Reason: "see media"}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "added", Given: known(), When: AddTerm{term("x", "X")}, By: officer, Then: []Event{TermAdded{term("x", "X")}}},
		{Name: "added twice is quiet", Given: known(TermAdded{term("x", "X")}), When: AddTerm{term("x", "X")}, By: officer},
		{Name: "a code twice", Given: known(), When: AddTerm{term("youth", "Young")}, By: officer, Code: domain.Invalid, Slug: "vocabulary.duplicate"},
		{Name: "deprecated", Given: known(), When: DeprecateTerm{"youth", "media", "see media"}, By: officer, Then: []Event{gone}},
		{Name: "deprecated twice is quiet", Given: known(gone), When: DeprecateTerm{Code: "youth"}, By: officer},
		{Name: "deprecated is not deleted", Given: known(gone), When: AddTerm{term("youth", "Young")}, By: officer, Code: domain.Invalid, Slug: "vocabulary.duplicate"},
		{Name: "deprecated in favour of one deprecated", Given: known(gone), When: DeprecateTerm{Code: "media", Successor: "youth"}, By: officer, Code: domain.Invalid, Slug: "vocabulary.successor"},
		{Name: "deprecated in favour of itself", Given: known(), When: DeprecateTerm{Code: "media", Successor: "media"}, By: officer, Code: domain.Invalid, Slug: "vocabulary.successor"},
		{Name: "deprecated but unknown", Given: known(), When: DeprecateTerm{Code: "x"}, By: officer, Code: domain.Invalid, Slug: "vocabulary.term"},
		{Name: "mapped", Given: known(), When: MapTerm{"youth", other, true}, By: officer, Then: []Event{TermMapped{"youth", other}}},
		{Name: "mapped twice is quiet", Given: known(TermMapped{"youth", other}), When: MapTerm{"youth", other, true}, By: officer},
		{Name: "mapped to nothing", Given: known(), When: MapTerm{"youth", other, false}, By: officer, Code: domain.Invalid, Slug: "vocabulary.term"},
		{Name: "mapped but unknown", Given: known(), When: MapTerm{"x", other, true}, By: officer, Code: domain.Invalid, Slug: "vocabulary.term"},
		{Name: "mapped to itself", Given: known(), When: MapTerm{"youth", Ref{"forum-categories", 1, "media"}, true}, By: officer, Code: domain.Invalid, Slug: "vocabulary.itself"},
	})
	s := Decider.Fold(State{}, known(gone)...)
	if s.Usable("youth") || !s.Usable("media") || s.Usable("x") {
		t.Errorf("usable terms are wrong: %+v", s.Terms)
	}
}
