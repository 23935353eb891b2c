package credential

import (
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func TestRefusals(t *testing.T) {
	held := []Event{granted(dockers, domain.EntityAdmin)}
	timedOut := []Event{timed(office, domain.Editor, later)}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "asked for another", When: Request{Person: "per_eve", Entity: dockers, Capacity: domain.Stakeholder, Facts: union}, By: domaintest.Own(ada), Code: domain.NotOwner, Slug: "credential.owner"},
		{Name: "granted by who runs another entity", When: grant(dockers, domain.Stakeholder, union), By: mission, Code: domain.NotOwner, Slug: "credential.owner"},
		{Name: "an entity that is not there", When: grant("ent_none", domain.Stakeholder, Entity{}), By: domaintest.As("per_admin", "ent_none", domain.EntityAdmin), Code: domain.NotFound, Slug: "entity.unknown"},
		{Name: "taken by an officer from who runs an entity", Given: held, When: Revoke{dockers, domain.EntityAdmin, "x"}, By: officer, Code: domain.NotAllowed, Slug: "credential.entity_runs"},
		{Name: "run out of what has no end", Given: held, When: Expire{dockers, domain.EntityAdmin}, By: system, Code: domain.NotAllowed, Slug: "credential.not_due"},
		{Name: "run out a moment early", Given: timedOut, When: Expire{office, domain.Editor}, By: domaintest.When(system, later.Add(-time.Millisecond)), Code: domain.NotAllowed, Slug: "credential.not_due"},
		{Name: "run out when its time comes", Given: timedOut, When: Expire{office, domain.Editor}, By: domaintest.When(system, later), Then: []Event{Expired{office, domain.Editor}}},
	})
	s := Decider.Fold(State{}, timedOut...)
	for d, live := range map[time.Duration]int{-time.Millisecond: 1, 0: 0, time.Millisecond: 0} {
		if got := len(s.Live(later.Add(d))); got != live {
			t.Errorf("%s from its end a credential counts %d times, want %d", d, got, live)
		}
	}
}
