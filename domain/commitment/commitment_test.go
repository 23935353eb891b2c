package commitment

import (
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

const (
	network domain.ID = "ent_network"
	slv     domain.ID = "ent_slv"
	prt     domain.ID = "ent_prt"
	ngo     domain.ID = "ent_ngo"
	fund    domain.ID = "fun_mptf"
)

const source = "Briefing to Member States, 4 March 2020"

var (
	officer    = domaintest.Officer("per_officer")
	forNetwork = domaintest.As("per_nia", network, domain.NetworkEntity)
	forSLV     = domaintest.As("per_sol", slv, domain.StateMission)
	focal      = domaintest.As("per_flo", slv, domain.StateFocalPoint)
	forPRT     = domaintest.As("per_pia", prt, domain.StateMission)
	forNGO     = domaintest.As("per_ned", ngo, domain.Stakeholder)
	sys        = domaintest.Sys()

	inAYear = domaintest.At.AddDate(1, 0, 0)
	known   = Known{Entities: []domain.ID{network, slv, prt, ngo}, Funds: []domain.ID{fund}, Version: 2, Usable: true}
)

func en(s string) domain.Text { return domain.Text{Language: "en", Value: s} }

var (
	inScope = Scope{Concerns: Migrants, Objectives: []int{23}}
	help    = Wording{Kind: RoadmapSupport, Text: en("Help States with roadmaps"), Scope: inScope}
	helped  = Terms{Kind: RoadmapSupport, Text: en("Help States with roadmaps"), Scope: inScope}
	backing = Wording{Kind: SecretariatSupport, Text: en("Support the Network")}
	backed  = Terms{Kind: SecretariatSupport, Text: en("Support the Network")}
	money   = Wording{Kind: Financial, Text: en("Two million"), Scope: inScope, Amount: &Sum{"2000000.50", "EUR"}, Fund: fund, Ends: "December 2020"}
	moneyed = Terms{Kind: Financial, Text: en("Two million"), Scope: inScope, Amount: &domain.Money{Minor: 200000050, Currency: "EUR"}, Fund: fund, Ends: "December 2020"}
)

func several() []Event {
	return []Event{Announced{Quantifier: domain.Several, Attribution: domain.Unattributed, Terms: backed, Source: source}}
}

func named() []Event {
	return []Event{Announced{Quantifier: domain.One, Attribution: domain.Named, Owner: slv, Terms: helped, Source: source}}
}

func onRecord() []Event { return []Event{Recorded{Owner: network, Terms: helped, Source: source}} }

func joint() []Event {
	return []Event{Submitted{Owner: slv, Form: Common, Terms: moneyed, CoPledgers: []domain.ID{prt, ngo}}}
}

func public() []Event { return append(joint(), Published{UpdateDue: inAYear}) }

func working() []Event {
	return append(public(), ProgressReported{Report: 1, Stage: StageInProgress, Text: en("Begun"), UpdateDue: inAYear})
}

func TestAnnouncement(t *testing.T) {
	say := func(q domain.Quantifier, a domain.Attribution) RecordAnnouncement {
		return RecordAnnouncement{Quantifier: q, Attribution: a, Wording: backing, Source: source, Known: known}
	}
	byName := say(domain.One, domain.Named)
	byName.Owner, byName.Wording = slv, help
	both := byName
	both.Quantifier = domain.Several
	leaked := say(domain.Several, domain.Unattributed)
	leaked.Owner = slv
	category := say(domain.Some, domain.ByCategory)
	category.Category = Category{Vocabulary: "stakeholders", Term: "faith"}
	unasked := say(domain.Several, domain.Unattributed)
	unasked.Category = category.Category
	unknown := category
	unknown.Known.Usable = false
	sum := say(domain.Several, domain.Unattributed)
	sum.Wording = money
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "several, unattributed: no number and no names", When: say(domain.Several, domain.Unattributed), By: officer, Then: several()},
		{Name: "one, by name, and still unconfirmed", When: byName, By: officer, Then: named()},
		{Name: "by category", When: category, By: officer,
			Then: []Event{Announced{Quantifier: domain.Some, Attribution: domain.ByCategory, Category: Category{"stakeholders", 2, "faith"}, Terms: backed, Source: source}}},
		{Name: "unattributed names nobody", When: leaked, By: officer, Code: domain.Invalid, Slug: "commitment.named"},
		{Name: "unattributed has no category", When: unasked, By: officer, Code: domain.Invalid, Slug: "commitment.categorised"},
		{Name: "by category without one", When: say(domain.Some, domain.ByCategory), By: officer, Code: domain.Invalid, Slug: "commitment.category"},
		{Name: "by a category nobody uses", When: unknown, By: officer, Code: domain.Invalid, Slug: "commitment.category"},
		{Name: "by name without one", When: say(domain.One, domain.Named), By: officer, Code: domain.Invalid, Slug: "commitment.entity"},
		{Name: "several by name are several announcements", When: both, By: officer, Code: domain.Invalid, Slug: "commitment.named_one"},
		{Name: "nobody in particular has no amount", When: sum, By: officer, Code: domain.Invalid, Slug: "commitment.unattributed_amount"},
		{Name: "three is no quantifier", When: say("3", domain.Unattributed), By: officer, Code: domain.Invalid},
		{Name: "an attribution", When: say(domain.Several, "NOBODY"), By: officer, Code: domain.Invalid},
		{Name: "not by a mission", When: say(domain.Several, domain.Unattributed), By: forSLV, Code: domain.NotAllowed},

		{Name: "several recorded name nobody still", Given: several(), When: Record{Wording: backing, Source: source}, By: officer, Then: []Event{Recorded{Terms: backed, Source: source}}},
		{Name: "UNATTRIBUTED is never attributed by the secretariat", Given: several(), When: Record{Owner: slv, Wording: backing, Source: source, Known: known}, By: officer, Code: domain.NotOwner, Slug: "commitment.unattributed"},
		{Name: "nor claimed by whoever comes first", Given: several(), When: Confirm{Terms: &help}, By: forSLV, Code: domain.NotOwner},
		{Name: "nor once recorded", Given: append(several(), Recorded{Terms: backed, Source: source}), When: Confirm{Terms: &help}, By: forSLV, Code: domain.NotOwner},
		{Name: "nor contested by anybody", Given: several(), When: Contest{}, By: forSLV, Code: domain.NotOwner},
		{Name: "a correction adds no amount", Given: several(), When: CorrectRecord{Wording: money, Source: source, Known: known}, By: officer, Code: domain.Invalid, Slug: "commitment.unattributed_amount"},
		{Name: "whoever said it pledges, citing it", When: Submit{Wording: help, Announcement: "com_several", Cited: Cited{Found: true}}, By: forSLV,
			Then: []Event{Submitted{Owner: slv, Form: Individual, Terms: helped, Announcement: "com_several"}}},
		{Name: "G17: what names the owner is confirmed, not pledged again", When: Submit{Wording: help, Announcement: "com_named", Cited: Cited{true, slv}}, By: forSLV, Code: domain.Invalid, Slug: "commitment.confirm_instead"},
		{Name: "what names another is not claimed", When: Submit{Wording: help, Announcement: "com_named", Cited: Cited{true, prt}}, By: forSLV, Code: domain.Invalid, Slug: "commitment.announcement"},
		{Name: "an unknown announcement", When: Submit{Wording: help, Announcement: "com_x"}, By: forSLV, Code: domain.Invalid, Slug: "commitment.announcement"},

		{Name: "named, then recorded", Given: named(), When: Record{Owner: slv, Wording: help, Source: source, Expected: new(int64(1))}, By: officer, Then: []Event{Recorded{Owner: slv, Terms: helped, Source: source}}},
		{Name: "named, then recorded of another", Given: named(), When: Record{Owner: prt, Wording: help, Source: source}, By: officer, Code: domain.Invalid, Slug: "commitment.other_owner"},
		{Name: "G4: recorded over what has changed", Given: named(), When: Record{Owner: slv, Wording: help, Source: source, Expected: new(int64(3))}, By: officer, Code: domain.VersionConflict},
	})
}

func TestRecord(t *testing.T) {
	refugees := help
	refugees.Scope.Concerns = Refugees
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "recorded of the Network", When: Record{Owner: network, Wording: help, Source: source, OccurredOn: "2020-03-04", Known: known}, By: officer,
			Then: []Event{Recorded{Owner: network, Terms: helped, Source: source, OccurredOn: "2020-03-04"}}},
		{Name: "the scope may be left to the owner", When: Record{Owner: network, Wording: backing, Source: source, Known: known}, By: officer, Then: []Event{Recorded{Owner: network, Terms: backed, Source: source}}},
		{Name: "refugees alone are another compact's", When: Record{Owner: network, Wording: refugees, Source: source, Known: known}, By: officer, Code: domain.Invalid, Slug: "commitment.refugees"},
		{Name: "a record has an owner", When: Record{Wording: help, Source: source, Known: known}, By: officer, Code: domain.Invalid, Slug: "commitment.entity"},
		{Name: "a record has a source", When: Record{Owner: network, Wording: help, Known: known}, By: officer, Code: domain.Invalid},
		{Name: "not by the entity", When: Record{Owner: network, Wording: help, Source: source, Known: known}, By: forNetwork, Code: domain.NotAllowed},

		{Name: "confirmed by its owner", Given: onRecord(), When: Confirm{Expected: new(int64(1))}, By: forNetwork, Then: []Event{Confirmed{Owner: network, Edition: 1, Terms: helped, UpdateDue: inAYear}}},
		{Name: "confirmed in the owner's own words", Given: onRecord(), When: Confirm{Terms: &money, Known: known}, By: forNetwork, Then: []Event{Confirmed{Owner: network, Edition: 1, Terms: moneyed, UpdateDue: inAYear}}},
		{Name: "an announcement confirmed by the speaker", Given: named(), When: Confirm{}, By: forSLV, Then: []Event{Confirmed{Owner: slv, Edition: 1, Terms: helped, UpdateDue: inAYear}}},
		{Name: "G6: confirmed by another", Given: onRecord(), When: Confirm{}, By: forSLV, Code: domain.NotOwner},
		{Name: "G6: confirmed by the secretariat", Given: onRecord(), When: Confirm{}, By: officer, Code: domain.NotOwner},
		{Name: "G7: a focal point drafts only", Given: named(), When: Confirm{}, By: focal, Code: domain.NotAllowed},
		{Name: "the scope test comes with confirming", Given: []Event{Recorded{Owner: network, Terms: backed, Source: source}}, When: Confirm{}, By: forNetwork, Code: domain.Invalid, Slug: "commitment.population"},
		{Name: "confirmed twice is quiet", Given: append(onRecord(), Confirmed{Owner: network, Edition: 1, Terms: helped, UpdateDue: inAYear}), When: Confirm{}, By: forNetwork},
		{Name: "G4: not what was read", Given: append(onRecord(), RecordCorrected{Corrects: 1, Terms: backed, Source: source}), When: Confirm{Expected: new(int64(1))}, By: forNetwork, Code: domain.VersionConflict},

		{Name: "contested", Given: onRecord(), When: Contest{Reason: en("We said no such thing.")}, By: forNetwork, Then: []Event{Contested{Reason: en("We said no such thing.")}}},
		{Name: "contested twice is quiet", Given: append(onRecord(), Contested{}), When: Contest{}, By: forNetwork},
		{Name: "G6: contested by another", Given: onRecord(), When: Contest{}, By: forSLV, Code: domain.NotOwner},

		{Name: "G1: corrected, citing what it corrects", Given: onRecord(), When: CorrectRecord{Wording: backing, Source: "Letter", Expected: new(int64(1))}, By: officer, Then: []Event{RecordCorrected{Corrects: 1, Terms: backed, Source: "Letter"}}},
		{Name: "corrected to the same is quiet", Given: onRecord(), When: CorrectRecord{Wording: help, Source: "Letter"}, By: officer},
		{Name: "G4: corrected by two at once", Given: onRecord(), When: CorrectRecord{Wording: backing, Source: "Letter", Expected: new(int64(0))}, By: officer, Code: domain.VersionConflict},
		{Name: "G6: not after the owner confirms", Given: append(onRecord(), Confirmed{Owner: network, Edition: 1, Terms: helped, UpdateDue: inAYear}), When: CorrectRecord{Wording: backing, Source: "Letter"}, By: officer, Code: domain.NotAllowed},
	})
}

func TestPledge(t *testing.T) {
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "pledged together", When: Submit{Form: Common, Wording: money, CoPledgers: []domain.ID{prt, ngo, prt}, Known: known}, By: forSLV, Then: joint()},
		{Name: "G7: by a stakeholder as by a State", When: Submit{Wording: help}, By: forNGO, Then: []Event{Submitted{Owner: ngo, Form: Individual, Terms: helped}}},
		{Name: "G7: a focal point drafts only", When: Submit{Wording: help}, By: focal, Code: domain.NotAllowed},
		{Name: "a person alone does not pledge", When: Submit{Wording: help}, By: domaintest.Own("per_x"), Code: domain.NotAllowed},
		{Name: "not the secretariat in another's name", When: Submit{Wording: help}, By: officer, Code: domain.NotAllowed},
		{Name: "scope test: whom it concerns", When: Submit{Wording: Wording{Kind: Data, Text: en("Count"), Scope: Scope{Objectives: []int{1}}}}, By: forNGO, Code: domain.Invalid, Slug: "commitment.population"},
		{Name: "scope test: a place in the Compact", When: Submit{Wording: Wording{Kind: Data, Text: en("Count"), Scope: Scope{Concerns: Migrants}}}, By: forNGO, Code: domain.Invalid, Slug: "commitment.scope"},
		{Name: "scope test: migrants, not refugees", When: Submit{Wording: Wording{Kind: Data, Text: en("Count"), Scope: Scope{Concerns: Refugees, Objectives: []int{1}}}}, By: forNGO, Code: domain.Invalid, Slug: "commitment.refugees"},
		{Name: "together with nobody", When: Submit{Form: Partnership, Wording: help}, By: forSLV, Code: domain.Invalid, Slug: "commitment.alone"},
		{Name: "alone with somebody", When: Submit{Wording: help, CoPledgers: []domain.ID{prt}, Known: known}, By: forSLV, Code: domain.Invalid, Slug: "commitment.individual"},
		{Name: "together with oneself", When: Submit{Form: Common, Wording: help, CoPledgers: []domain.ID{slv}, Known: known}, By: forSLV, Code: domain.Invalid, Slug: "commitment.own_co_pledger"},
		{Name: "together with an unknown", When: Submit{Form: Common, Wording: help, CoPledgers: []domain.ID{"ent_x"}, Known: known}, By: forSLV, Code: domain.Invalid, Slug: "commitment.entity"},
		{Name: "in a form of one's own", When: Submit{Form: "MOONSHOT", Wording: help}, By: forSLV, Code: domain.Invalid, Slug: "commitment.form"},
		{Name: "for a time that is over", When: Submit{Wording: Wording{Kind: Data, Text: en("Count"), Scope: inScope, Ends: "2019"}}, By: forSLV, Code: domain.Invalid, Slug: "commitment.over"},

		{Name: "each co-pledger confirms for itself", Given: joint(), When: ConfirmCoPledge{}, By: forPRT, Then: []Event{CoPledgerConfirmed{prt}}},
		{Name: "also once public", Given: public(), When: ConfirmCoPledge{}, By: forNGO, Then: []Event{CoPledgerConfirmed{ngo}}},
		{Name: "twice is quiet", Given: append(joint(), CoPledgerConfirmed{prt}), When: ConfirmCoPledge{}, By: forPRT},
		{Name: "not the owner for them", Given: joint(), When: ConfirmCoPledge{}, By: forSLV, Code: domain.NotOwner},
		{Name: "not whom nobody named", Given: joint(), When: ConfirmCoPledge{}, By: forNetwork, Code: domain.NotOwner},
		{Name: "a co-pledger leaves", Given: append(joint(), CoPledgerConfirmed{prt}), When: LeavePledge{}, By: forPRT, Then: []Event{CoPledgerLeft{prt}}},
		{Name: "a co-pledger declines", Given: joint(), When: LeavePledge{}, By: forNGO, Then: []Event{CoPledgerLeft{ngo}}},
		{Name: "who left is named no more", Given: append(joint(), CoPledgerLeft{prt}), When: ConfirmCoPledge{}, By: forPRT, Code: domain.NotOwner},

		{Name: "published by the owner", Given: joint(), When: Publish{}, By: forSLV, Then: []Event{Published{UpdateDue: inAYear}}},
		{Name: "published twice is quiet", Given: public(), When: Publish{}, By: forSLV},
		{Name: "G6: not by a co-pledger", Given: joint(), When: Publish{}, By: forPRT, Code: domain.NotOwner},
		{Name: "G6: not by the secretariat", Given: joint(), When: Publish{}, By: officer, Code: domain.NotOwner},
		{Name: "not when it is over", Given: joint(), When: Publish{}, By: domaintest.When(forSLV, inAYear), Code: domain.Invalid, Slug: "commitment.over"},

		{Name: "withdrawn before anybody saw it", Given: joint(), When: Withdraw{}, By: forSLV, Then: []Event{Withdrawn{}}},
		{Name: "withdrawn in public", Given: working(), When: Withdraw{Reason: en("Elections")}, By: forSLV, Then: []Event{Withdrawn{Reason: en("Elections")}}},
		{Name: "withdrawn twice is quiet", Given: append(working(), Withdrawn{}), When: Withdraw{}, By: forSLV},
		{Name: "G6: withdrawn by a co-pledger", Given: append(working(), CoPledgerConfirmed{prt}), When: Withdraw{}, By: forPRT, Code: domain.NotOwner},
		{Name: "what nobody confirmed is contested, not withdrawn", Given: onRecord(), When: Withdraw{}, By: forNetwork, Code: domain.NotAllowed},
	})
}
