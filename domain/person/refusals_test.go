package person

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func TestRefusals(t *testing.T) {
	officer := domaintest.Officer("per_officer")
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "a level that nobody verifies", Given: known(), When: Verify{SelfDeclared, "Ada"}, By: officer, Code: domain.Invalid, Slug: "person.level"},
		{Name: "a name without letters", Given: known(), When: Verify{Documented, " \u200b"}, By: officer, Code: domain.Invalid, Slug: "text.empty"},
		{Name: "one's own identity", Given: known(), When: Verify{Documented, "Ada"}, By: domaintest.Officer("per_ada"), Code: domain.FourEyesRequired, Slug: "person.self"},
		{Name: "another's name", Given: known(), When: ChooseDisplayName{"per_ada", "Queen"}, By: domaintest.Own("per_eve"), Code: domain.NotOwner, Slug: "person.owner"},
		{Name: "no reason", Given: known(), When: Suspend{"\u200b"}, By: officer, Code: domain.Invalid, Slug: "text.empty"},
		{Name: "a control character in a reason", Given: append(known(), Suspended{"spam"}), When: Reinstate{"a\x00b"}, By: officer, Code: domain.Invalid, Slug: "text.control"},
	})
}
