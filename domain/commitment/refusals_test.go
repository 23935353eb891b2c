package commitment

import (
	"fmt"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func pledge(f func(*Submit)) Submit {
	c := Submit{Wording: help, Known: known}
	f(&c)
	return c
}

func TestCounts(t *testing.T) {
	scope := func(f func(*Scope)) Command {
		return pledge(func(c *Submit) { c.Scope.Objectives = []int{23}; f(&c.Scope) })
	}
	places := func(n int) Command {
		return scope(func(s *Scope) {
			for range n {
				s.Places = append(s.Places, domain.MandateRef{Symbol: Compact, Paragraph: "16"})
			}
		})
	}
	evidence := func(n int) Command {
		c := begun
		for i := range n {
			c.Evidence = append(c.Evidence, Evidence{Title: en(fmt.Sprint("Receipt ", i))})
		}
		return c
	}
	others := func(n int) Command {
		return pledge(func(c *Submit) {
			c.Form = Common
			for i := range n {
				id := domain.ID(fmt.Sprint("ent_", i))
				c.CoPledgers, c.Known.Entities = append(c.CoPledgers, id), append(c.Known.Entities, id)
			}
		})
	}
	sum := func(amount string) Command {
		return pledge(func(c *Submit) { c.Wording = money; c.Wording.Amount = &Sum{amount, "EUR"} })
	}
	// It lapses when its last day has ended everywhere, and is not pledged after that.
	over := Decider.Fold(State{}, public()...).LapsesAt()
	if _, err := Decider.Run(Decider.Fold(State{}, public()...), Lapse{}, domaintest.When(sys, over.Add(-1))); !refusedFor(err, "commitment.not_over") {
		t.Errorf("right before the end of its last day: %v", err)
	}
	if events, err := Decider.Run(Decider.Fold(State{}, public()...), Lapse{}, domaintest.When(sys, over)); err != nil || len(events) != 1 {
		t.Errorf("at the end of its last day: %v, %v", events, err)
	}
	due := domaintest.When(sys, inAYear)
	if _, err := Decider.Run(Decider.Fold(State{}, public()...), MarkStale{}, domaintest.When(sys, inAYear.Add(-1))); !refusedFor(err, "commitment.not_due") {
		t.Errorf("right before a report is due: %v", err)
	}
	if events, err := Decider.Run(Decider.Fold(State{}, public()...), MarkStale{}, due); err != nil || len(events) != 1 {
		t.Errorf("when a report is due: %v, %v", events, err)
	}
	domaintest.Pairs(t, Decider, []domaintest.Pair[Command, Event]{
		{Name: "objectives from 1", At: scope(func(s *Scope) { s.Objectives = []int{1} }), Past: scope(func(s *Scope) { s.Objectives = []int{0} }), By: forSLV, Slug: "commitment.objective"},
		{Name: "objectives to 23", At: scope(func(s *Scope) { s.Objectives = []int{objectives} }), Past: scope(func(s *Scope) { s.Objectives = []int{objectives + 1} }), By: forSLV, Slug: "commitment.objective"},
		{Name: "as many objectives", At: scope(func(s *Scope) { s.Objectives = ones(objectives) }), Past: scope(func(s *Scope) { s.Objectives = ones(objectives + 1) }), By: forSLV, Slug: "commitment.scope_long"},
		{Name: "principles from a", At: scope(func(s *Scope) { s.Principles = []string{"a"} }), Past: scope(func(s *Scope) { s.Principles = []string{"`"} }), By: forSLV, Slug: "commitment.principle"},
		{Name: "principles to j", At: scope(func(s *Scope) { s.Principles = []string{"j"} }), Past: scope(func(s *Scope) { s.Principles = []string{"k"} }), By: forSLV, Slug: "commitment.principle"},
		{Name: "paragraphs", At: places(maxPlaces), Past: places(maxPlaces + 1), By: forSLV, Slug: "commitment.scope_long"},
		{Name: "evidence", Given: public(), At: evidence(maxEvidence), Past: evidence(maxEvidence + 1), By: forSLV, Slug: "commitment.evidence_long"},
		{Name: "co-pledgers", At: others(MaxCoPledgers), Past: others(MaxCoPledgers + 1), By: forSLV, Slug: "commitment.co_pledgers"},
		{Name: "an amount", At: sum("0.01"), Past: sum("0"), By: forSLV, Slug: "commitment.amount"},
	})
}

func ones(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = 1
	}
	return all
}

func refusedFor(err error, slug string) bool {
	e, ok := err.(*domain.Error)
	return ok && e.Reason == slug
}

func TestRefusals(t *testing.T) {
	nowhere := pledge(func(c *Submit) { c.Scope.Places = []domain.MandateRef{{Symbol: "A/RES/1/1", Paragraph: "1"}} })
	linked := begun
	linked.Evidence = []Evidence{{Title: en("Receipt"), Link: "http://fund.example"}}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "a kind nobody knows", When: pledge(func(c *Submit) { c.Kind = "KINDNESS" }), By: forSLV, Code: domain.Invalid, Slug: "commitment.kind"},
		{Name: "an amount of what is not financial", When: pledge(func(c *Submit) { c.Wording.Amount = &Sum{"1", "EUR"} }), By: forSLV, Code: domain.Invalid, Slug: "commitment.not_financial"},
		{Name: "a paragraph of something else", When: nowhere, By: forSLV, Code: domain.Invalid, Slug: "commitment.place"},
		{Name: "a day that has not come", When: pledge(func(c *Submit) { c.OccurredOn = "2020-03-06" }), By: forSLV, Code: domain.Invalid, Slug: "commitment.future"},
		{Name: "evidence by a link that is not safe", Given: public(), When: linked, By: forSLV, Code: domain.Invalid, Slug: "commitment.link"},
		{Name: "confirmed by who is no co-pledger", Given: joint(), When: ConfirmCoPledge{}, By: forNetwork, Code: domain.NotOwner, Slug: "commitment.not_co_pledger"},
	})
	s := Decider.Fold(State{}, several()...)
	for _, c := range []Command{Confirm{Terms: &help}, Contest{}} {
		if _, err := Decider.Run(s, c, forSLV); !refusedFor(err, "commitment.names_nobody") {
			t.Errorf("%T of what names nobody: %v", c, err)
		}
	}
}
