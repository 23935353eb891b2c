package claim

import (
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

var sys = domaintest.Sys()

func taken(owner domain.ID, at time.Time) Taken { return Taken{owner, at.Add(Life)} }

func TestTake(t *testing.T) {
	a := []Event{taken("con_a", sys.At)}
	later := func(d time.Duration) domain.Cause { return domaintest.When(sys, sys.At.Add(d)) }
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "the first wins", When: Take{Owner: "con_a"}, By: sys, Then: a},
		{Name: "the second loses", Given: a, When: Take{Owner: "con_b"}, By: sys, Code: domain.NotAllowed, Slug: "claim.taken"},
		{Name: "and loses up to the end", Given: a, When: Take{Owner: "con_b"}, By: later(Life - time.Millisecond), Code: domain.NotAllowed},
		{Name: "an owner who never came loses it", Given: a, When: Take{Owner: "con_b"}, By: later(Life), Then: []Event{taken("con_b", sys.At.Add(Life))}},
		{Name: "an owner who exists never loses it", Given: a, When: Take{Owner: "con_b", Confirmed: true}, By: later(24 * time.Hour), Code: domain.NotAllowed},
		{Name: "taking it twice is quiet", Given: a, When: Take{Owner: "con_a"}, By: later(Life - fresh)},
		{Name: "a claim about to end is renewed", Given: a, When: Take{Owner: "con_a"}, By: later(Life - fresh + 1), Then: []Event{taken("con_a", sys.At.Add(Life-fresh+1))}},
		{Name: "an owner who exists renews nothing", Given: a, When: Take{Owner: "con_a", Confirmed: true}, By: later(24 * time.Hour)},
		{Name: "a claim has an owner", When: Take{}, By: sys, Code: domain.Invalid, Slug: "claim.owner"},
		{Name: "the installation alone claims", When: Take{Owner: "con_a"}, By: domaintest.Own("per_ada"), Code: domain.NotAllowed},
	})
}
