package secondment

import (
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

const (
	unhcr  domain.ID = "ent_unhcr"
	unicef domain.ID = "ent_unicef"
	prt    domain.ID = "ent_prt"
)

var (
	officer   = domaintest.Officer("per_officer")
	forUNHCR  = domaintest.As("per_ida", unhcr, domain.NetworkEntity)
	forUNICEF = domaintest.As("per_uwe", unicef, domain.NetworkEntity)
	mission   = domaintest.As("per_mia", prt, domain.StateMission)
	focal     = domaintest.As("per_flo", prt, domain.StateFocalPoint)
	lender    = Lender{Recognised: true, Lends: true}
)

const source = "Briefing to Member States, 4 March 2020"

var (
	adviser = Description{Language: "en", Title: "Protection adviser", Grade: "P-4", DutyStation: "Geneva"}
	post    = Post{Title: domain.Text{Language: "en", Value: "Protection adviser"}, Grade: "P-4", DutyStation: domain.Text{Language: "en", Value: "Geneva"}}
)

func unconfirmed() []Event {
	return []Event{Recorded{Entity: unhcr, Known: Known{Source: source}}}
}

func coming() []Event {
	return []Event{Recorded{Entity: unicef, Known: Known{Impending: true, Source: source}}}
}

func lent() []Event { return []Event{Offered{Entity: unhcr, Post: post, Until: "2021"}} }

func running() []Event { return append(lent(), Started{OccurredOn: "2020-02-01"}) }

func TestOffer(t *testing.T) {
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "offered by a Network entity", When: Offer{Post: adviser, Until: "2021"}, By: forUNHCR, Then: lent()},
		{Name: "offered by a State's mission", When: Offer{Post: adviser, Start: "June 2020", OccurredOn: "2020-03-04"}, By: mission,
			Then: []Event{Offered{Entity: prt, Post: post, Start: "June 2020", OccurredOn: "2020-03-04"}}},
		{Name: "G7: a focal point drafts only", When: Offer{Post: adviser}, By: focal, Code: domain.NotAllowed},
		{Name: "not by the secretariat", When: Offer{Post: adviser}, By: officer, Code: domain.NotAllowed},
		{Name: "a post has a title", When: Offer{Post: Description{Grade: "P-4"}}, By: forUNHCR, Code: domain.Invalid, Slug: "secondment.title"},
		{Name: "a title has a language", When: Offer{Post: Description{Title: "Adviser"}}, By: forUNHCR, Code: domain.Invalid},
		{Name: "a grade is short", When: Offer{Post: Description{"en", "Adviser", "as high as possible, or higher", "", ""}}, By: forUNHCR, Code: domain.Invalid},
		{Name: "an end before the start", When: Offer{Post: adviser, Start: "2021", Until: "2020"}, By: forUNHCR, Code: domain.Invalid, Slug: "secondment.period"},
		{Name: "an end that may come after the start is taken as given", When: Offer{Post: adviser, Start: "2021", Until: "March 2021"}, By: forUNHCR,
			Then: []Event{Offered{Entity: unhcr, Post: post, Start: "2021", Until: "March 2021"}}},
		{Name: "nobody offered tomorrow", When: Offer{Post: adviser, OccurredOn: "2020-03-06"}, By: forUNHCR, Code: domain.Invalid, Slug: "secondment.future"},
		{Name: "an unknown secondment", When: Announce{}, By: forUNHCR, Code: domain.NotFound},
	})
}

func TestRecord(t *testing.T) {
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "G1: recorded today about a day in the past", When: Record{Entity: unhcr, Source: source, OccurredOn: "4 March 2020", Lender: lender}, By: officer,
			Then: []Event{Recorded{Entity: unhcr, Known: Known{Source: source}, OccurredOn: "4 March 2020"}}},
		{Name: "impending with no start date", When: Record{Entity: unicef, Impending: true, Source: source, Lender: lender}, By: officer, Then: coming()},
		{Name: "a record says what it rests on", When: Record{Entity: unhcr, Lender: lender}, By: officer, Code: domain.Invalid},
		{Name: "not by the entity", When: Record{Entity: unhcr, Source: source, Lender: lender}, By: forUNHCR, Code: domain.NotAllowed},
		{Name: "an unknown entity", When: Record{Entity: "ent_x", Source: source}, By: officer, Code: domain.Invalid, Slug: "secondment.entity"},
		{Name: "an entity that does not lend", When: Record{Entity: "ent_ngo", Source: source, Lender: Lender{Recognised: true}}, By: officer, Code: domain.Invalid},
		{Name: "corrected while unconfirmed", Given: unconfirmed(), When: CorrectRecord{Impending: true, Source: "Letter"}, By: officer,
			Then: []Event{RecordCorrected{Corrects: 1, Known: Known{Impending: true, Source: "Letter"}}}},
		{Name: "correcting to the same is quiet", Given: coming(), When: CorrectRecord{Impending: true, Source: "Letter"}, By: officer},
		{Name: "G4: correcting what has changed since", Given: coming(), When: CorrectRecord{Source: "Letter", Expected: new(int64(7))}, By: officer, Code: domain.VersionConflict},
		{Name: "G6: nobody corrects the entity's own word", Given: append(coming(), Confirmed{Edition: 1}), When: CorrectRecord{Source: "Letter"}, By: officer, Code: domain.NotOwner},
		{Name: "G6: nor an offer", Given: lent(), When: CorrectRecord{Source: "Letter"}, By: officer, Code: domain.NotAllowed},
	})
}

func TestConfirm(t *testing.T) {
	own := Description{Language: "en", Title: "Protection adviser", Grade: "P-4", DutyStation: "Geneva"}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "confirmed by the releasing entity", Given: unconfirmed(), When: Confirm{Expected: new(int64(1))}, By: forUNHCR, Then: []Event{Confirmed{Edition: 1}}},
		{Name: "confirmed with the entity's own description", Given: unconfirmed(), When: Confirm{Post: &own}, By: forUNHCR, Then: []Event{Confirmed{Edition: 1, Post: &post}}},
		{Name: "G6: not by another entity", Given: unconfirmed(), When: Confirm{}, By: forUNICEF, Code: domain.NotOwner},
		{Name: "G6: not by the secretariat", Given: unconfirmed(), When: Confirm{}, By: officer, Code: domain.NotAllowed},
		{Name: "G6: not by a State", Given: unconfirmed(), When: Confirm{}, By: mission, Code: domain.NotOwner},
		{Name: "twice is quiet", Given: append(unconfirmed(), Confirmed{Edition: 1}), When: Confirm{}, By: forUNHCR},
		{Name: "an offer is confirmed already", Given: lent(), When: Confirm{Expected: new(int64(9))}, By: forUNHCR},
		{Name: "G4: not what was read", Given: append(unconfirmed(), RecordCorrected{Corrects: 1, Known: Known{Source: source}}), When: Confirm{Expected: new(int64(1))}, By: forUNHCR, Code: domain.VersionConflict},
		{Name: "contested", Given: coming(), When: Contest{Language: "en", Reason: "We lend nobody."}, By: forUNICEF,
			Then: []Event{Contested{Reason: domain.Text{Language: "en", Value: "We lend nobody."}}}},
		{Name: "contested twice is quiet", Given: append(coming(), Contested{}), When: Contest{}, By: forUNICEF},
		{Name: "G6: contested by another", Given: coming(), When: Contest{}, By: forUNHCR, Code: domain.NotOwner},
		{Name: "what is confirmed is not contested", Given: append(coming(), Confirmed{Edition: 1}), When: Contest{}, By: forUNICEF, Code: domain.NotAllowed},
		{Name: "what is contested is not confirmed", Given: append(coming(), Contested{}), When: Confirm{}, By: forUNICEF, Code: domain.NotAllowed},
	})
}

func TestCourse(t *testing.T) {
	late := domaintest.When(forUNHCR, time.Date(2021, 6, 1, 9, 0, 0, 0, time.UTC))
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "announced with no start date", Given: lent(), When: Announce{}, By: forUNHCR, Then: []Event{Announced{}}},
		{Name: "announced for spring", Given: lent(), When: Announce{Start: "spring 2020"}, By: forUNHCR, Then: []Event{Announced{Start: "spring 2020"}}},
		{Name: "announced again is quiet", Given: append(lent(), Announced{Start: "spring 2020"}), When: Announce{Start: "spring 2020"}, By: forUNHCR},
		{Name: "the start slips", Given: append(lent(), Announced{Start: "spring 2020"}), When: Announce{Start: "autumn 2020"}, By: forUNHCR, Then: []Event{Announced{Start: "autumn 2020"}}},
		{Name: "the start is not known any more", Given: append(lent(), Announced{Start: "spring 2020"}), When: Announce{}, By: forUNHCR, Then: []Event{Announced{}}},
		{Name: "a start after the end", Given: lent(), When: Announce{Start: "2022"}, By: forUNHCR, Code: domain.Invalid},
		{Name: "G4: a start that has moved since", Given: lent(), When: Announce{Start: "2020", Expected: new(int64(0))}, By: forUNHCR, Code: domain.VersionConflict},
		{Name: "what is unconfirmed is not announced again", Given: coming(), When: Announce{Start: "2020"}, By: forUNICEF, Code: domain.NotAllowed, Slug: "secondment.unconfirmed"},

		{Name: "started", Given: lent(), When: ConfirmStart{OccurredOn: "2020-02-01"}, By: forUNHCR, Then: []Event{Started{OccurredOn: "2020-02-01"}}},
		{Name: "started only when the releasing entity confirms", Given: coming(), When: ConfirmStart{}, By: forUNICEF, Code: domain.NotAllowed, Slug: "secondment.unconfirmed"},
		{Name: "started: not when the secretariat says so", Given: lent(), When: ConfirmStart{}, By: officer, Code: domain.NotAllowed},
		{Name: "started: not when another entity says so", Given: lent(), When: ConfirmStart{}, By: forUNICEF, Code: domain.NotOwner},
		{Name: "started, once confirmed", Given: append(coming(), Confirmed{Edition: 1}), When: ConfirmStart{}, By: forUNICEF, Then: []Event{Started{}}},
		{Name: "started twice is quiet", Given: running(), When: ConfirmStart{}, By: forUNHCR},
		{Name: "not started ahead of time", Given: lent(), When: ConfirmStart{OccurredOn: "April 2020"}, By: forUNHCR, Code: domain.Invalid, Slug: "secondment.future"},
		{Name: "started this spring may be", Given: lent(), When: ConfirmStart{OccurredOn: "spring 2020"}, By: forUNHCR, Then: []Event{Started{OccurredOn: "spring 2020"}}},

		{Name: "extended", Given: running(), When: Extend{Until: "2022"}, By: forUNHCR, Then: []Event{Extended{Until: "2022"}}},
		{Name: "extended again", Given: append(running(), Extended{Until: "2022"}), When: Extend{Until: "2023", Language: "en", Reason: "More to do"}, By: forUNHCR,
			Then: []Event{Extended{Until: "2023", Reason: domain.Text{Language: "en", Value: "More to do"}}}},
		{Name: "extended to the same is quiet", Given: append(running(), Extended{Until: "2022"}), When: Extend{Until: "2022", Expected: new(int64(1))}, By: forUNHCR},
		{Name: "a shorter time is no extension", Given: running(), When: Extend{Until: "June 2021"}, By: forUNHCR, Code: domain.Invalid, Slug: "secondment.shorter"},
		{Name: "G4: extended by two at once", Given: append(running(), Extended{Until: "2022"}), When: Extend{Until: "2023", Expected: new(int64(2))}, By: forUNHCR, Code: domain.VersionConflict},
		{Name: "extended before the start", Given: lent(), When: Extend{Until: "2022"}, By: forUNHCR, Code: domain.NotAllowed},
		{Name: "G6: extended by the secretariat", Given: running(), When: Extend{Until: "2022"}, By: officer, Code: domain.NotAllowed},

		{Name: "ended", Given: running(), When: End{OccurredOn: "2021-05-31"}, By: late, Then: []Event{Ended{OccurredOn: "2021-05-31"}}},
		{Name: "ended twice is quiet", Given: append(running(), Ended{}), When: End{}, By: forUNHCR},
		{Name: "ended before it started", Given: running(), When: End{OccurredOn: "January 2020"}, By: forUNHCR, Code: domain.Invalid, Slug: "secondment.period"},
		{Name: "G6: ended by another", Given: running(), When: End{}, By: forUNICEF, Code: domain.NotOwner},
		{Name: "cancelled", Given: lent(), When: Cancel{Language: "fr", Reason: "Budget"}, By: forUNHCR,
			Then: []Event{Cancelled{Reason: domain.Text{Language: "fr", Value: "Budget"}}}},
		{Name: "cancelled twice is quiet", Given: append(lent(), Cancelled{}), When: Cancel{}, By: forUNHCR},
		{Name: "what has started ends and is not cancelled", Given: running(), When: Cancel{}, By: forUNHCR, Code: domain.NotAllowed},
		{Name: "what nobody confirmed is not cancelled", Given: coming(), When: Cancel{}, By: forUNICEF, Code: domain.NotAllowed},
	})
}

func TestPerson(t *testing.T) {
	jo := PersonNamed{Person: domain.About("per_made", "Jo Doe")}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "named by the releasing entity", Given: lent(), When: NamePerson{Name: " Jo Doe ", Subject: "per_made"}, By: forUNHCR, Then: []Event{jo}},
		{Name: "named again is quiet", Given: append(lent(), jo), When: NamePerson{Name: "Jo Doe", Subject: "per_other"}, By: forUNHCR},
		{Name: "another of the same name", Given: append(lent(), jo), When: NamePerson{Person: "per_jo", Name: "Jo Doe", Subject: "per_jo"}, By: forUNHCR,
			Then: []Event{PersonNamed{Person: domain.About("per_jo", "Jo Doe")}}},
		{Name: "not by the secretariat", Given: lent(), When: NamePerson{Name: "Jo Doe", Subject: "per_made"}, By: officer, Code: domain.NotAllowed},
		{Name: "not before the entity confirms", Given: coming(), When: NamePerson{Name: "Jo Doe", Subject: "per_made"}, By: forUNICEF, Code: domain.NotAllowed},
		{Name: "an unknown person", Given: lent(), When: NamePerson{Person: "per_jo", Name: "Jo Doe"}, By: forUNHCR, Code: domain.Invalid, Slug: "secondment.person"},
		{Name: "no name", Given: lent(), When: NamePerson{Subject: "per_made"}, By: forUNHCR, Code: domain.Invalid},
	})
}
