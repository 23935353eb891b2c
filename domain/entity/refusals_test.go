package entity

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func TestRefusals(t *testing.T) {
	named := NameAdministrator{Person: "per_officer", Document: "note 7"}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "proposed though it is there", Given: known(), When: group(), By: officer, Code: domain.NotAllowed, Slug: "entity.exists"},
		{Name: "a State that is not the one that is there", Given: freedonia(), When: state("SYL"), By: officer, Code: domain.NotAllowed, Slug: "entity.exists"},
		{Name: "nobody named", Given: known(), When: NameAdministrator{Document: "note 7"}, By: officer, Code: domain.Invalid, Slug: "entity.person"},
		{Name: "an officer names herself", Given: known(), When: named, By: officer, Code: domain.FourEyesRequired, Slug: "entity.self"},
	})
	for _, c := range []Command{Rename{Name: text("Bakers")}, NameAdministrator{Person: "per_eve", Document: "note 7"}} {
		by := domaintest.As("per_eve", "ent_y", domain.EntityAdmin)
		if _, err := Decider.Run(Decider.Fold(State{}, known()...), c, by); !isRefused(err, "entity.owner") {
			t.Errorf("%T by who runs another entity: %v", c, err)
		}
	}
}

func isRefused(err error, slug string) bool {
	e, ok := err.(*domain.Error)
	return ok && e.Reason == slug
}
