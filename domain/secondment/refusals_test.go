package secondment

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func TestRefusals(t *testing.T) {
	confirmed := append(unconfirmed(), Confirmed{}, Announced{Start: "2021"})
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "contested after it was confirmed", Given: confirmed, When: Contest{}, By: forUNHCR, Code: domain.NotAllowed, Slug: "secondment.confirmed"},
		{Name: "corrected by an officer after it was confirmed", Given: confirmed, When: CorrectRecord{Source: source}, By: officer, Code: domain.NotOwner, Slug: "secondment.own_word"},
		{Name: "confirmed by another entity", Given: unconfirmed(), When: Confirm{}, By: forUNICEF, Code: domain.NotOwner, Slug: "secondment.owner"},
	})
}
