package briefing

import (
	"fmt"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

// Who says that it was they who spoke: shown, asked, or refused.
func TestClaims(t *testing.T) {
	one := Voice{Attribution: domain.Unattributed, Quantifier: domain.One}
	ofStates := Voice{Attribution: domain.ByCategory, Quantifier: domain.Several, Category: states}
	named := Voice{Attribution: domain.Named, Parties: []Party{{Entity: "ent_prt"}}}
	said := func(v Voice, more ...step) []Event {
		return held(t, append([]step{{intervention("bit_i", v), officer}}, more...)...)
	}
	spoke := step{statement("bit_s"), officer} // the ILO
	enrol := func(item, entity, person domain.ID, category Term) step {
		return step{RegisterParticipant{Category: category, Entity: entity, Person: person, Name: "Ada", Item: item, Known: known}, officer}
	}
	claim := ClaimIntervention{Item: "bit_i"}
	does := func(c Command, by domain.Cause) step { return step{c, by} }
	shown := func(who domain.ID) []Event { return []Event{InterventionClaimed{"bit_i", who}} }
	asked := func(who, by domain.ID) []Event {
		return []Event{ClaimRequested{Item: "bit_i", Speaker: who, By: by, Note: domain.About(by, "")}}
	}
	accept, refuse, takeBack := AcceptClaim{"bit_i", "ent_prt"}, RefuseClaim{"bit_i", "ent_prt", "Not there."}, TakeBackClaim{"bit_i", "ent_ilo", "It was another."}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "who is recorded as a speaker", Given: said(several, spoke), When: claim, By: ilo, Then: shown("ent_ilo")},
		{Name: "whose entity is registered", Given: said(several, enrol("bit_p", "ent_prt", "", states)), When: claim, By: mission, Then: shown("ent_prt")},
		{Name: "who is registered in person", Given: said(several, enrol("bit_p", "", "per_ada", faith)), When: claim, By: ada, Then: shown("per_ada")},
		{Name: "in the category of the voice", Given: said(ofStates, enrol("bit_p", "ent_prt", "", states)), When: claim, By: mission, Then: shown("ent_prt")},
		{Name: "in another category they ask", Given: said(ofStates, enrol("bit_p", "ent_prt", "", faith)), When: claim, By: mission, Then: asked("ent_prt", "per_mission")},
		{Name: "an entity that stands under the term of the voice", Given: said(ofStates, spoke), When: ClaimIntervention{Item: "bit_i", Standing: []Term{states}}, By: ilo, Then: shown("ent_ilo")},
		{Name: "one that stands under another", Given: said(ofStates, spoke), When: ClaimIntervention{Item: "bit_i", Standing: []Term{faith}}, By: ilo, Then: asked("ent_ilo", "per_ilo")},
		{Name: "a stranger asks", Given: said(several, spoke), When: ClaimIntervention{Item: "bit_i", Note: "I sat in row 7."}, By: ada,
			Then: []Event{ClaimRequested{Item: "bit_i", Speaker: "per_ada", By: "per_ada", Note: domain.About("per_ada", "I sat in row 7.")}}},
		{Name: "a colleague of who is registered asks in their own name", Given: said(several, enrol("bit_p", "ent_prt", "per_ada", states)), When: claim, By: domaintest.Own("per_other"), Then: asked("per_other", "per_other")},
		{Name: "what was retracted shows no presence", Given: said(several, spoke, does(RetractItem{"bit_s", en("Not said.")}, officer)), When: claim, By: ilo, Then: asked("ent_ilo", "per_ilo")},
		{Name: "who owns an outcome need not have been there", Given: said(several, step{outcome("bit_o"), officer}), When: claim, By: oim, Then: asked("ent_iom", "per_iom")},
		{Name: "asking twice is quiet", Given: said(several, does(claim, ada)), When: claim, By: ada},
		{Name: "claiming twice is quiet", Given: said(one, spoke, does(claim, ilo)), When: claim, By: ilo},
		{Name: "of one, the second asks, though they were there", Given: said(one, spoke, enrol("bit_p", "ent_prt", "", states), does(claim, ilo)), When: claim, By: mission, Then: asked("ent_prt", "per_mission")},
		{Name: "one who asked shuts nobody out", Given: said(one, spoke, does(claim, ada)), When: claim, By: ilo, Then: shown("ent_ilo")},
		{Name: "what is named is not claimed", Given: said(named, spoke), When: claim, By: ilo, Code: domain.NotOwner, Slug: "briefing.named"},
		{Name: "UNATTRIBUTED is attributed by no secretariat", Given: said(several), When: claim, By: officer, Code: domain.NotAllowed},
		{Name: "nor by a focal point", Given: said(several), When: claim, By: focal, Code: domain.NotAllowed},

		{Name: "accepted", Given: said(several, does(claim, mission)), When: accept, By: officer, Then: []Event{ClaimAccepted{"bit_i", "ent_prt"}}},
		{Name: "accepted twice is quiet", Given: said(several, does(claim, mission), does(accept, officer)), When: accept, By: officer},
		{Name: "accepted by no one else", Given: said(several, does(claim, mission)), When: accept, By: mission, Code: domain.NotAllowed},
		{Name: "what nobody asked is not accepted", Given: said(several), When: accept, By: officer, Code: domain.NotFound, Slug: "briefing.claim_unknown"},
		{Name: "of one, no second is accepted", Given: said(one, spoke, does(claim, ilo), does(claim, mission)), When: accept, By: officer, Code: domain.NotAllowed, Slug: "briefing.claimed"},
		{Name: "an officer does not accept their own", Given: said(several, does(claim, domaintest.Own("per_officer"))), When: AcceptClaim{"bit_i", "per_officer"}, By: officer, Code: domain.FourEyesRequired, Slug: "briefing.own_claim"},
		{Name: "refused with a reason", Given: said(several, does(claim, mission)), When: refuse, By: officer, Then: []Event{ClaimRefused{"bit_i", "ent_prt", "Not there."}}},
		{Name: "not without one", Given: said(several, does(claim, mission)), When: RefuseClaim{"bit_i", "ent_prt", " "}, By: officer, Code: domain.Invalid},
		{Name: "refused twice is quiet", Given: said(several, does(claim, mission), does(refuse, officer)), When: refuse, By: officer},
		{Name: "who was refused does not ask again", Given: said(several, does(claim, mission), does(refuse, officer)), When: claim, By: mission, Code: domain.NotAllowed, Slug: "briefing.claim_denied"},
		{Name: "the secretariat thinks again", Given: said(several, does(claim, mission), does(refuse, officer)), When: accept, By: officer, Then: []Event{ClaimAccepted{"bit_i", "ent_prt"}}},

		{Name: "taken back by an officer", Given: said(one, spoke, does(claim, ilo)), When: takeBack, By: officer, Then: []Event{ClaimTakenBack{"bit_i", "ent_ilo", "It was another."}}},
		{Name: "with a reason", Given: said(one, spoke, does(claim, ilo)), When: TakeBackClaim{"bit_i", "ent_ilo", ""}, By: officer, Code: domain.Invalid},
		{Name: "what is not shown is not taken back", Given: said(one, spoke), When: takeBack, By: officer, Code: domain.NotFound, Slug: "briefing.claim_unknown"},
		{Name: "then the voice is open again", Given: said(one, spoke, enrol("bit_p", "ent_prt", "", states), does(claim, ilo), does(takeBack, officer)), When: claim, By: mission, Then: shown("ent_prt")},
		{Name: "and who waited is accepted", Given: said(one, spoke, does(claim, ilo), does(claim, mission), does(takeBack, officer)), When: accept, By: officer, Then: []Event{ClaimAccepted{"bit_i", "ent_prt"}}},
		{Name: "but who was taken down does not claim again", Given: said(one, spoke, does(claim, ilo), does(takeBack, officer)), When: claim, By: ilo, Code: domain.NotAllowed, Slug: "briefing.claim_denied"},
		{Name: "and the item may be retracted", Given: said(one, spoke, does(claim, ilo), does(takeBack, officer)), When: RetractItem{"bit_i", en("x")}, By: officer, Then: []Event{ItemRetracted{"bit_i", en("x")}}},
		{Name: "a request keeps nothing from being retracted", Given: said(one, does(claim, ada)), When: RetractItem{"bit_i", en("x")}, By: officer, Then: []Event{ItemRetracted{"bit_i", en("x")}}},

		{Name: "a claim is withdrawn by who made it", Given: said(one, spoke, does(claim, ilo)), When: WithdrawClaim{"bit_i"}, By: ilo, Then: []Event{ClaimWithdrawn{"bit_i", "ent_ilo"}}},
		{Name: "a request too", Given: said(one, does(claim, ada)), When: WithdrawClaim{"bit_i"}, By: ada, Then: []Event{ClaimWithdrawn{"bit_i", "per_ada"}}},
		{Name: "by nobody else", Given: said(one, spoke, does(claim, ilo)), When: WithdrawClaim{"bit_i"}, By: mission},
		{Name: "then they may claim again", Given: said(one, spoke, does(claim, ilo), does(WithdrawClaim{"bit_i"}, ilo)), When: claim, By: ilo, Then: shown("ent_ilo")},
	})
}

// Never-seen accounts fill neither an item nor a briefing, and keep nobody out
// who was there.
func TestClaimsAreBounded(t *testing.T) {
	one := Voice{Attribution: domain.Unattributed, Quantifier: domain.One}
	s := Decider.Fold(State{}, held(t, step{intervention("bit_i", one), officer}, step{statement("bit_s"), officer})...)
	try := func(c Command, by domain.Cause, code domain.Code, slug string) {
		t.Helper()
		events, err := Decider.Run(s, c, by)
		if e, ok := err.(*domain.Error); (err == nil) != (slug == "") || ok && (e.Code != code || e.Reason != slug) {
			t.Fatalf("%+v by %s: %v, want %s %s", c, by.By.Person, err, code, slug)
		}
		s = Decider.Fold(s, events...)
	}
	for i := range maxAsked {
		try(ClaimIntervention{Item: "bit_i"}, domaintest.Own(domain.ID(fmt.Sprintf("per_%03d", i))), "", "")
	}
	try(ClaimIntervention{Item: "bit_i"}, ada, domain.NotAllowed, "briefing.item_claims_waiting")
	if n := len(s.Items["bit_i"].Claims); n != 0 {
		t.Fatalf("%d strangers are shown as who spoke", n)
	}
	try(ClaimIntervention{Item: "bit_i"}, ilo, "", "") // was there
	try(RefuseClaim{"bit_i", "per_000", "Not there."}, officer, "", "")
	try(ClaimIntervention{Item: "bit_i"}, ada, "", "")

	for i := range maxAsking {
		id := domain.ID(fmt.Sprintf("bit_%d", i))
		try(intervention(id, several), officer, "", "")
		code, slug := domain.Code(""), ""
		if i == maxAsking-1 { // one waits already
			code, slug = domain.NotAllowed, "briefing.claims_waiting"
		}
		by := ada
		if i%2 == 1 { // the bound is of the person, for whomever they act
			by = domaintest.As("per_ada", domain.ID(fmt.Sprintf("ent_%d", i)), domain.Stakeholder)
		}
		try(ClaimIntervention{Item: id}, by, code, slug)
	}
	try(WithdrawClaim{"bit_i"}, ada, "", "")
	try(ClaimIntervention{Item: domain.ID(fmt.Sprintf("bit_%d", maxAsking-1))}, ada, "", "")
}
