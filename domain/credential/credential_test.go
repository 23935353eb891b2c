package credential

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

const (
	ada     domain.ID = "per_ada"
	dockers domain.ID = "ent_dockers"
	land    domain.ID = "ent_freedonia"
	office  domain.ID = "ent_secretariat"
)

var (
	union   = Entity{Kind: "STAKEHOLDER", Acts: true, Named: ada}
	country = Entity{Kind: "STATE", Acts: true, Named: ada}
	staff   = Entity{Kind: "SECRETARIAT", Acts: true}

	officer = domaintest.Officer("per_officer")
	second  = domaintest.Officer("per_second")
	admin   = domaintest.As("per_admin", dockers, domain.EntityAdmin)
	mission = domaintest.As("per_mission", land, domain.StateMission)
	system  = domaintest.Sys()

	later = domaintest.At.Add(time.Hour)
)

func grant(e domain.ID, c domain.Capacity, f Entity) Grant {
	return Grant{Person: ada, Entity: e, Capacity: c, Document: "letter 7", Facts: f}
}

func until(g Grant, t time.Time) Grant { g.Until = &t; return g }

func granted(e domain.ID, c domain.Capacity) Granted {
	return Granted{Person: ada, Entity: e, Capacity: c, Document: "letter 7"}
}

func timed(e domain.ID, c domain.Capacity, t time.Time) Granted {
	g := granted(e, c)
	g.Until = &t
	return g
}

func TestRequest(t *testing.T) {
	mine := domaintest.Own(ada)
	ask := Request{Person: ada, Entity: dockers, Capacity: domain.Stakeholder, Note: "I am the treasurer", Facts: union}
	asked := Requested{ada, dockers, domain.Stakeholder, domain.About(ada, "I am the treasurer")}
	with := func(f func(*Request)) Request { c := ask; f(&c); return c }
	var many []Event
	for i := range maxRequests {
		many = append(many, Requested{ada, domain.ID(fmt.Sprint("ent_", i)), domain.Stakeholder, domain.About(ada, "")})
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "requested", When: ask, By: mine, Then: []Event{asked}},
		{Name: "requested twice is quiet", Given: []Event{asked}, When: ask, By: mine},
		{Name: "requested when held is quiet", Given: []Event{granted(dockers, domain.Stakeholder)}, When: ask, By: mine},
		{Name: "requested again after it was taken back", Given: []Event{asked, Revoked{dockers, domain.Stakeholder, "left", true}}, When: ask, By: mine, Then: []Event{asked}},
		{Name: "nobody asks for another", When: ask, By: domaintest.Own("per_eve"), Code: domain.NotOwner},
		{Name: "nor in another's stream", Given: []Event{asked}, When: with(func(c *Request) { c.Person = "per_eve" }), By: domaintest.Own("per_eve"), Code: domain.NotOwner},
		{Name: "an entity that is not there", When: with(func(c *Request) { c.Facts = Entity{} }), By: mine, Code: domain.NotFound},
		{Name: "an entity that is suspended", When: with(func(c *Request) { c.Facts.Acts = false }), By: mine, Code: domain.NotAllowed, Slug: "credential.entity"},
		{Name: "a capacity that does not suit", When: with(func(c *Request) { c.Capacity = domain.StateMission }), By: mine, Code: domain.Invalid, Slug: "credential.capacity"},
		{Name: "a note of bounded length", When: with(func(c *Request) { c.Note = strings.Repeat("x", maxNote+1) }), By: mine, Code: domain.Invalid},
		{Name: "requests of bounded number", Given: many, When: ask, By: mine, Code: domain.NotAllowed, Slug: "credential.requests"},
	})
}

func TestGrantToRunAnEntity(t *testing.T) {
	run := grant(dockers, domain.EntityAdmin, union)
	with := func(f func(*Grant)) Grant { c := run; f(&c); return c }
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "the secretariat to the person named", When: run, By: officer, Then: []Event{granted(dockers, domain.EntityAdmin)}},
		{Name: "twice is quiet", Given: []Event{granted(dockers, domain.EntityAdmin)}, When: run, By: officer},
		{Name: "a mission to the person named", When: grant(land, domain.StateMission, country), By: officer, Then: []Event{granted(land, domain.StateMission)}},
		{Name: "nobody who is not named", When: with(func(c *Grant) { c.Facts.Named = "per_bob" }), By: officer, Code: domain.NotAllowed, Slug: "credential.not_named"},
		{Name: "nobody where nobody is named", When: with(func(c *Grant) { c.Facts.Named = "" }), By: officer, Code: domain.NotAllowed},
		{Name: "citing a document", When: with(func(c *Grant) { c.Document = " " }), By: officer, Code: domain.Invalid, Slug: "text.empty"},
		{Name: "after that the entity", When: with(func(c *Grant) { c.Facts.Named, c.Document = "per_bob", "" }), By: admin,
			Then: []Event{Granted{Person: ada, Entity: dockers, Capacity: domain.EntityAdmin}}},
		{Name: "G6: not another entity", When: run, By: domaintest.As("per_eve", "ent_other", domain.EntityAdmin), Code: domain.NotOwner},
		{Name: "G6: not another entity, even when held", Given: []Event{granted(dockers, domain.EntityAdmin)}, When: run, By: domaintest.As("per_eve", "ent_other", domain.EntityAdmin), Code: domain.NotOwner},
		{Name: "the secretariat not after the entity took it back", Given: []Event{granted(dockers, domain.EntityAdmin), Revoked{dockers, domain.EntityAdmin, "left", true}},
			When: run, By: officer, Code: domain.NotAllowed, Slug: "credential.dismissed"},
		{Name: "nor by asking and declining first", Given: []Event{granted(dockers, domain.EntityAdmin), Revoked{dockers, domain.EntityAdmin, "left", true},
			Requested{Person: ada, Entity: dockers, Capacity: domain.EntityAdmin}, Revoked{dockers, domain.EntityAdmin, "no", false}},
			When: run, By: officer, Code: domain.NotAllowed, Slug: "credential.dismissed"},
		{Name: "the entity itself may", Given: []Event{granted(dockers, domain.EntityAdmin), Revoked{dockers, domain.EntityAdmin, "left", true}}, When: run, By: admin,
			Then: []Event{granted(dockers, domain.EntityAdmin)}},
		{Name: "once its time ran out", Given: []Event{timed(dockers, domain.EntityAdmin, later)}, When: run, By: domaintest.When(officer, later),
			Then: []Event{granted(dockers, domain.EntityAdmin)}},
		{Name: "the installation", When: with(func(c *Grant) { c.Facts.Named = "" }), By: system, Then: []Event{granted(dockers, domain.EntityAdmin)}},
	})
}

func TestGrantByAnEntity(t *testing.T) {
	treasurer := grant(dockers, domain.Stakeholder, union)
	focal := grant(land, domain.StateFocalPoint, country)
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "its own people", When: treasurer, By: admin, Then: []Event{granted(dockers, domain.Stakeholder)}},
		{Name: "not the secretariat", When: treasurer, By: officer, Code: domain.NotAllowed, Slug: "credential.entity_decides"},
		{Name: "not everyone who speaks for it", When: treasurer, By: domaintest.As("per_sub", dockers, domain.Stakeholder), Code: domain.NotAllowed},
		{Name: "a focal point by the mission", When: focal, By: mission, Then: []Event{granted(land, domain.StateFocalPoint)}},
		{Name: "G7: a focal point not by the secretariat", When: focal, By: officer, Code: domain.NotAllowed, Slug: "credential.entity_decides"},
		{Name: "a focal point not by another State", When: focal, By: domaintest.As("per_eve", "ent_sylvania", domain.StateMission), Code: domain.NotOwner},
		{Name: "nobody to themselves", When: treasurer, By: domaintest.As(ada, dockers, domain.EntityAdmin), Code: domain.FourEyesRequired, Slug: "credential.self"},
		{Name: "no staff capacity", When: grant(dockers, domain.CommitteeMember, union), By: admin, Code: domain.NotAllowed, Slug: "credential.staff"},
		{Name: "not while suspended", When: grant(dockers, domain.Stakeholder, Entity{Kind: "STAKEHOLDER"}), By: admin, Code: domain.NotAllowed, Slug: "credential.entity"},
		{Name: "an end", When: until(treasurer, later), By: admin, Then: []Event{timed(dockers, domain.Stakeholder, later)}},
		{Name: "an end that has passed", When: until(treasurer, domaintest.At), By: admin, Code: domain.Invalid, Slug: "credential.until"},
		{Name: "another end", Given: []Event{timed(dockers, domain.Stakeholder, later)}, When: until(treasurer, later.Add(time.Hour)), By: admin,
			Then: []Event{timed(dockers, domain.Stakeholder, later.Add(time.Hour))}},
		{Name: "the same end is quiet", Given: []Event{timed(dockers, domain.Stakeholder, later)}, When: until(treasurer, later), By: admin},
	})
}

func TestGrantStaff(t *testing.T) {
	editor, protection := grant(office, domain.Editor, staff), grant(office, domain.Protection, staff)
	proposed := GrantProposed{granted(office, domain.Protection), "per_officer"}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "one officer", When: editor, By: officer, Then: []Event{granted(office, domain.Editor)}},
		{Name: "nobody else", When: editor, By: domaintest.As("per_eve", office, domain.Editor), Code: domain.NotAllowed},
		{Name: "not for a union", When: grant(dockers, domain.Editor, union), By: officer, Code: domain.Invalid, Slug: "credential.capacity"},
		{Name: "nobody to themselves", When: editor, By: domaintest.Officer(ada), Code: domain.FourEyesRequired},
		{Name: "G13: the first of two officers", When: protection, By: officer, Then: []Event{proposed}},
		{Name: "G13: the same officer again", Given: []Event{proposed}, When: protection, By: officer, Code: domain.FourEyesRequired, Slug: "credential.second_officer"},
		{Name: "G13: the second officer", Given: []Event{proposed}, When: protection, By: second, Then: []Event{granted(office, domain.Protection)}},
		{Name: "G13: in other terms", Given: []Event{proposed}, When: until(protection, later), By: second, Code: domain.Invalid, Slug: "credential.terms"},
		{Name: "G13: not by the person who is to hold it", Given: []Event{proposed}, When: protection, By: domaintest.Officer(ada), Code: domain.FourEyesRequired},
		{Name: "G13: two officers to prolong it", Given: []Event{timed(office, domain.Protection, later)}, When: protection, By: officer, Then: []Event{proposed}},
		{Name: "the installation alone", When: protection, By: system, Then: []Event{granted(office, domain.Protection)}},
		{Name: "a proposal dropped", Given: []Event{proposed}, When: Revoke{office, domain.Protection, "no"}, By: second, Then: []Event{Revoked{office, domain.Protection, "no", false}}},
		{Name: "a dropped proposal starts anew", Given: []Event{proposed, Revoked{office, domain.Protection, "no", false}}, When: protection, By: second,
			Then: []Event{GrantProposed{granted(office, domain.Protection), "per_second"}}},
	})
	for _, c := range []domain.Capacity{domain.Protection, domain.Auditor, domain.Coordinator, domain.DataProtection} {
		got, err := Decider.Run(State{}, grant(office, c, staff), officer)
		if err != nil || len(got) != 1 || got[0].EventType() != "credential.grant_proposed" {
			t.Errorf("G13: one officer granting %s gave %v, %v", c, got, err)
		}
	}
}

func TestRevoke(t *testing.T) {
	held := []Event{timed(dockers, domain.Stakeholder, later), granted(office, domain.Editor)}
	revoke := Revoke{dockers, domain.Stakeholder, "left"}
	gone := append(slices.Clone(held), Revoked{dockers, domain.Stakeholder, "left", true})
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "by the entity", Given: held, When: revoke, By: admin, Then: []Event{Revoked{dockers, domain.Stakeholder, "left", true}}},
		{Name: "by the secretariat", Given: held, When: revoke, By: officer, Then: []Event{Revoked{dockers, domain.Stakeholder, "left", false}}},
		{Name: "twice is quiet", Given: gone, When: revoke, By: admin},
		{Name: "after its time is quiet", Given: held, When: revoke, By: domaintest.When(admin, later)},
		{Name: "a reason", Given: held, When: Revoke{Entity: dockers, Capacity: domain.Stakeholder}, By: admin, Code: domain.Invalid},
		{Name: "not by another entity", Given: held, When: revoke, By: domaintest.As("per_eve", "ent_other", domain.EntityAdmin), Code: domain.NotOwner},
		{Name: "not by everyone who speaks for it", Given: held, When: revoke, By: domaintest.As("per_sub", dockers, domain.Stakeholder), Code: domain.NotAllowed},
		{Name: "no staff capacity by an entity", Given: held, When: Revoke{office, domain.Editor, "envy"}, By: domaintest.As("per_eve", office, domain.EntityAdmin), Code: domain.NotAllowed},
		{Name: "what was never there", Given: held, When: Revoke{land, domain.StateMission, "envy"}, By: officer, Code: domain.NotFound},
		{Name: "a request declined", Given: []Event{Requested{Person: ada, Entity: dockers, Capacity: domain.Stakeholder}}, When: revoke, By: admin,
			Then: []Event{Revoked{dockers, domain.Stakeholder, "left", true}}},
		{Name: "granted anew", Given: gone, When: grant(dockers, domain.Stakeholder, union), By: admin, Then: []Event{granted(dockers, domain.Stakeholder)}},
		{Name: "a person without a stream", When: revoke, By: officer, Code: domain.NotFound},
	})
}

func TestExpire(t *testing.T) {
	held := []Event{timed(dockers, domain.Stakeholder, later)}
	expire := Expire{dockers, domain.Stakeholder}
	due := domaintest.When(system, later)
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "G5: at its last moment", Given: held, When: expire, By: due, Then: []Event{Expired(expire)}},
		{Name: "G5: not a millisecond before", Given: held, When: expire, By: domaintest.When(system, later.Add(-time.Millisecond)), Code: domain.NotAllowed},
		{Name: "twice is quiet", Given: append(held[:1:1], Expired(expire)), When: expire, By: due},
		{Name: "revoked meanwhile is quiet", Given: append(held[:1:1], Revoked{dockers, domain.Stakeholder, "left", true}), When: expire, By: due},
		{Name: "prolonged meanwhile", Given: append(held[:1:1], granted(dockers, domain.Stakeholder)), When: expire, By: due, Code: domain.NotAllowed},
		{Name: "what was never there", Given: held, When: Expire{land, domain.StateMission}, By: due, Code: domain.NotFound},
	})
}

func TestLive(t *testing.T) {
	s := Decider.Fold(State{},
		granted(land, domain.StateMission), timed(dockers, domain.Stakeholder, later), granted(dockers, domain.EntityAdmin),
		GrantProposed{granted(office, domain.Auditor), "per_officer"}, Requested{Person: ada, Entity: "ent_z", Capacity: domain.Stakeholder},
		granted(office, domain.Editor), Revoked{Entity: office, Capacity: domain.Editor, Reason: "left"})
	admin, sub, m := domain.Holding{Entity: dockers, Capacity: domain.EntityAdmin}, domain.Holding{Entity: dockers, Capacity: domain.Stakeholder}, domain.Holding{Entity: land, Capacity: domain.StateMission}
	for _, c := range []struct {
		at   time.Time
		want []domain.Holding
	}{
		{domaintest.At, []domain.Holding{admin, sub, m}},
		{later.Add(-time.Millisecond), []domain.Holding{admin, sub, m}},
		{later, []domain.Holding{admin, m}}, // the very moment does not count, and needs no event
	} {
		if diff := cmp.Diff(c.want, s.Live(c.at)); diff != "" {
			t.Errorf("live at %s (-want +got):\n%s", c.at, diff)
		}
	}
}

func TestEveryCapacitySuitsSomebody(t *testing.T) {
	for _, c := range domain.Capacities {
		n := 0
		for _, all := range suits {
			if slices.Contains(all, c) {
				n++
			}
		}
		if (n > 0) != (c != domain.System) {
			t.Errorf("%s suits %d kinds of entity", c, n)
		}
	}
}

func TestSees(t *testing.T) {
	s := Decider.Fold(State{}, granted(dockers, domain.Stakeholder))
	if Decider.Sees(s, domain.Viewer{}) || !Decider.Sees(s, domain.Viewer{Person: "per_admin"}) {
		t.Error("a stream is there for whoever is signed in, and for nobody else")
	}
}
