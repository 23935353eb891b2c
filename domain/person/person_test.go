package person

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func known() []Event {
	return []Event{Registered{Name: domain.About("per_ada", "Ada")}}
}

func TestPerson(t *testing.T) {
	ada, officer := domaintest.Own("per_ada"), domaintest.Officer("per_officer")
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "first token", When: Register{Person: "per_ada", Name: "Ada"}, By: ada, Then: known()},
		{Name: "second token is quiet", Given: known(), When: Register{Person: "per_ada", Name: "Countess"}, By: ada},
		{Name: "verified", Given: known(), When: Verify{Documented, "Ada Lovelace"}, By: officer,
			Then: []Event{IdentityVerified{Documented, domain.About("per_ada", "Ada Lovelace")}}},
		{Name: "not by herself", Given: known(), When: Verify{Documented, "Queen"}, By: ada, Code: domain.NotAllowed},
		{Name: "not by an officer for herself", Given: known(), When: Verify{Documented, "Queen"}, By: domaintest.Officer("per_ada"), Code: domain.FourEyesRequired},
		{Name: "self-declared is no verification", Given: known(), When: Verify{SelfDeclared, "Ada"}, By: officer, Code: domain.Invalid},
		{Name: "a name to be shown under", Given: known(), When: ChooseDisplayName{"per_ada", " The Countess "}, By: ada,
			Then: []Event{DisplayNameChosen{domain.About("per_ada", "The Countess")}}},
		{Name: "the same name again is quiet", Given: append(known(), DisplayNameChosen{domain.About("per_ada", "The Countess")}), When: ChooseDisplayName{"per_ada", "The Countess"}, By: ada},
		{Name: "a name is taken back", Given: append(known(), DisplayNameChosen{domain.About("per_ada", "The Countess")}), When: ChooseDisplayName{"per_ada", ""}, By: ada,
			Then: []Event{DisplayNameChosen{domain.About("per_ada", "")}}},
		{Name: "another's name", Given: known(), When: ChooseDisplayName{"per_ada", "Queen"}, By: domaintest.Own("per_eve"), Code: domain.NotOwner},
		{Name: "a name of nothing that is seen", Given: known(), When: ChooseDisplayName{"per_ada", " \u200b"}, By: ada, Code: domain.Invalid},
		{Name: "suspension has a reason", Given: known(), When: Suspend{" "}, By: officer, Code: domain.Invalid},
		{Name: "an unknown person", When: Suspend{"spam"}, By: officer, Code: domain.NotFound},
	})
}
