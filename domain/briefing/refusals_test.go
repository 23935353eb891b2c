package briefing

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

func TestRefusals(t *testing.T) {
	called := after(t, step{schedule("Geneva", "2020-03-04"), officer})
	spoke := held(t, step{statement("bit_s"), officer})
	said := held(t, step{intervention("bit_i", several), officer})
	retracted := held(t, step{intervention("bit_i", several), officer}, step{RetractItem{"bit_i", en("Not said.")}, officer})
	came := held(t, step{participant("bit_p", Attendees), officer})
	wrong := participant("bit_q", "EVERY_OTHER")
	full := Decider.Fold(State{}, held(t)...)
	full.Items = map[domain.ID]Item{}
	for i := range maxItems {
		full.Items[domain.ID(rune(i+1))] = Item{Kind: Intervention}
	}
	if _, err := Decider.Run(full, intervention("bit_more", several), officer); !refusedFor(err, "briefing.full") {
		t.Errorf("an item more than as many as a briefing holds: %v", err)
	}
	delete(full.Items, domain.ID(rune(1)))
	if _, err := Decider.Run(full, intervention("bit_more", several), officer); err != nil {
		t.Errorf("the last item that a briefing holds: %v", err)
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "no time of day", When: Schedule{en("B"), Place{"Geneva", "2020-03-04", "25:00"}}, By: officer, Code: domain.Invalid, Slug: "briefing.time"},
		{Name: "an agenda of nothing", Given: called, When: PublishAgenda{}, By: officer, Code: domain.Invalid, Slug: "briefing.agenda"},
		{Name: "nobody invited", Given: called, When: Invite{}, By: officer, Code: domain.Invalid, Slug: "briefing.invitee"},
		{Name: "an invitee who is neither", Given: called, When: Invite{Invitees: []Invitee{{}}, Known: known}, By: officer, Code: domain.Invalid, Slug: "briefing.invitee"},
		{Name: "an invitee who is both", Given: called, When: Invite{Invitees: []Invitee{{Entity: "ent_ilo", Category: states}}, Known: known}, By: officer, Code: domain.Invalid, Slug: "briefing.invitee"},
		{Name: "carried though settled", Given: called, When: CarryOutcome{From: Carried{"bri_1", "bit_1"}}, By: domaintest.Sys(), Code: domain.Invalid, Slug: "briefing.outcome_closed"},
		{Name: "a consent nobody knows", Given: held(t), When: wrong, By: officer, Code: domain.Invalid, Slug: "briefing.consent"},
		{Name: "a consent nobody knows, later", Given: came, When: ChangeConsent{"bit_p", "EVERY_OTHER"}, By: ada, Code: domain.Invalid, Slug: "briefing.consent"},
		{Name: "an officer shows a name to more", Given: came, When: ChangeConsent{"bit_p", Everybody}, By: officer, Code: domain.NotOwner, Slug: "briefing.consent_wider"},
		{Name: "a stranger's participant", Given: came, When: ChangeConsent{"bit_p", Nobody}, By: domaintest.Own("per_eve"), Code: domain.NotFound, Slug: "briefing.participant"},
		{Name: "an item that is not there", Given: said, When: ClaimIntervention{Item: "bit_none"}, By: ilo, Code: domain.NotFound, Slug: "briefing.item"},
		{Name: "an item of another kind", Given: spoke, When: ClaimIntervention{Item: "bit_s"}, By: ilo, Code: domain.NotFound, Slug: "briefing.item"},
		{Name: "what was retracted", Given: retracted, When: ClaimIntervention{Item: "bit_i"}, By: ilo, Code: domain.NotAllowed, Slug: "briefing.retracted"},
		{Name: "claimed by a focal point", Given: said, When: ClaimIntervention{Item: "bit_i"}, By: focal, Code: domain.NotAllowed, Slug: "briefing.capacity"},
		{Name: "translated though nothing was handed in", Given: spoke, When: TranslateText{"bit_s", fr("À nous."), domain.Human, nil}, By: officer, Code: domain.NotAllowed, Slug: "briefing.no_text"},
	})
}

func refusedFor(err error, slug string) bool {
	e, ok := err.(*domain.Error)
	return ok && e.Reason == slug
}
