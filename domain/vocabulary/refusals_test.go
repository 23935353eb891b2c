package vocabulary

import (
	"fmt"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func TestCounts(t *testing.T) {
	given := known()
	for i := range maxMaps - 1 {
		given = append(given, TermMapped{"youth", Ref{Categories, 1, fmt.Sprint("x", i)}})
	}
	full := append(given[:len(given):len(given)], TermMapped{"youth", Ref{Categories, 1, "last"}})
	s, c := Decider.Fold(State{}, given...), MapTerm{"youth", other, true}
	if _, err := Decider.Run(s, c, officer); err != nil {
		t.Errorf("the last term that one is mapped to: %v", err)
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "a term more", Given: full, When: c, By: officer, Code: domain.NotAllowed, Slug: "vocabulary.maps"},
	})
	terms := func(n int) Command {
		c := forum(1)
		c.Terms = nil
		for i := range n {
			c.Terms = append(c.Terms, term(fmt.Sprint("x", i), "X"))
		}
		return c
	}
	domaintest.Pairs(t, Decider, []domaintest.Pair[Command, Event]{
		{Name: "terms", At: terms(maxTerms), Past: terms(maxTerms + 1), By: officer, Slug: "vocabulary.count"},
		{Name: "terms, from one", At: terms(1), Past: terms(0), By: officer, Slug: "vocabulary.count"},
	})
}
