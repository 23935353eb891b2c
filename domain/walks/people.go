package walks

import (
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/claim"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/installation"
	"github.com/rapporteur-project/rapporteur/domain/logkey"
	"github.com/rapporteur-project/rapporteur/domain/person"
)

// Person walks through being known, verified and suspended.
var Person = domaintest.Walker[person.Command, person.State, person.Event]{
	Decider: person.Decider,
	Begin: among(func(id domain.ID) []move[person.Command] {
		return []move[person.Command]{
			{person.Register{Person: id, Name: "Ada"}, domaintest.Own(id)},
			{person.ChooseDisplayName{Person: id, Name: "Countess"}, domaintest.Own(id)}, {person.ChooseDisplayName{Person: id}, domaintest.Own(id)},
			{person.Verify{Level: person.Contacted, Name: "Ada"}, officer},
			{person.Verify{Level: person.Documented, Name: "Ada L."}, officer},
			{person.Suspend{Reason: "spam"}, officer}, {person.Reinstate{}, officer},
		}
	}),
}

// Credential walks through what one person may act as, some of it for a time.
var Credential = domaintest.Walker[credential.Command, credential.State, credential.Event]{
	Decider: credential.Decider,
	Begin: func(r *rapid.T, id domain.ID) func() (credential.Command, domain.Cause) {
		union := credential.Entity{Kind: "STAKEHOLDER", Acts: true, Named: id}
		staff := credential.Entity{Kind: "SECRETARIAT", Acts: true}
		grant := func(e domain.ID, c domain.Capacity, f credential.Entity, until *time.Time) credential.Grant {
			return credential.Grant{Person: id, Entity: e, Capacity: c, Document: "letter 7", Until: until, Facts: f}
		}
		soon, later := domaintest.At.Add(time.Hour), domaintest.At.Add(2*time.Hour)
		return func() (credential.Command, domain.Cause) {
			c := domaintest.Pick[credential.Command](r,
				credential.Request{Person: id, Entity: ngo, Capacity: domain.Stakeholder, Facts: union},
				grant(ngo, domain.EntityAdmin, union, nil), grant(ngo, domain.Stakeholder, union, &soon),
				grant(office, domain.Protection, staff, nil), grant(office, domain.Editor, staff, &soon), grant(office, domain.Editor, staff, &later),
				credential.Revoke{Entity: office, Capacity: domain.Protection, Reason: "left"}, credential.Revoke{Entity: ngo, Capacity: domain.EntityAdmin, Reason: "left"},
				credential.Expire{Entity: office, Capacity: domain.Editor}, credential.Expire{Entity: ngo, Capacity: domain.Stakeholder})
			if _, ok := c.(credential.Request); ok {
				return c, domaintest.Own(id)
			}
			by := domaintest.Pick(r, officer, second, system, domaintest.As("per_admin", ngo, domain.EntityAdmin))
			return c, domaintest.When(by, domaintest.Pick(r, domaintest.At, soon, later))
		}
	},
}

// Entity walks through being proposed, recognised, renamed, suspended and dissolved.
var Entity = domaintest.Walker[entity.Command, entity.State, entity.Event]{
	Decider: entity.Decider,
	Begin: among(func(id domain.ID) []move[entity.Command] {
		inUse := entity.Listed{Version: 1, Usable: true}
		group := entity.Propose{Kind: entity.MigrantGroup, Name: en("Bakers of the harbour"), Entity: id}
		country := entity.Propose{Kind: entity.Country, Name: en("Freedonia"), Code: "FRE", Entity: id}
		suspend, reinstate := entity.Suspend{Reason: "spam"}, entity.Reinstate{Reason: "mistake"}
		return []move[entity.Command]{
			{group, adaOwn}, {country, officer}, {entity.Recognise{}, officer}, {entity.Recognise{}, officer},
			{suspend, officer}, {suspend, officer}, {reinstate, officer}, {reinstate, officer},
			{entity.NameAdministrator{Person: "per_ada", Document: "note 7"}, officer},
			{entity.Classify{Vocabulary: "gcm-stakeholders", Term: "migrants", Listed: inUse}, officer},
			{entity.Rename{Name: en("A")}, officer}, {entity.Rename{Name: en("B")}, domaintest.As("per_admin", id, domain.EntityAdmin)},
			{entity.Rename{Name: en("C")}, domaintest.As("per_mission", id, domain.StateMission)},
			{entity.Dissolve{Reason: "over", Ended: true}, officer},
		}
	}),
}

// Claim walks through having a value, and losing it to another after a while.
var Claim = domaintest.Walker[claim.Command, claim.State, claim.Event]{
	Decider: claim.Decider,
	Begin: func(r *rapid.T, _ domain.ID) func() (claim.Command, domain.Cause) {
		return func() (claim.Command, domain.Cause) {
			minutes := time.Duration(rapid.IntRange(0, 40).Draw(r, "minutes")) * time.Minute
			return claim.Take{Owner: domaintest.Pick[domain.ID](r, "con_a", "con_b"), Confirmed: rapid.Bool().Draw(r, "confirmed")}, after(system, minutes)
		}
	},
}

// LogKey walks from one key of the log to the next.
var LogKey = domaintest.Walker[logkey.Command, logkey.State, logkey.Event]{
	Decider: logkey.Decider,
	Begin: func(r *rapid.T, _ domain.ID) func() (logkey.Command, domain.Cause) {
		const (
			one   = "example/log+94dd2976+AUJWLSUg029woEOLeH36AoIi3IveoK6Br+OTLA/p/q4w"
			two   = "example/log+0c8b4b9d+ARdnbik2LuHgAl/HZ8wiqnNwgg7PbGjB/OOLDezw11RK"
			three = "example/log+00000001+AAAA"
			alien = "other/log+00000002+AAAA"
			head  = "example/log\n5\nLTuhak8DW6W+lgur6tCJTnN+8rnDJEY3hbvb61R5w7I=\n\n— example/log lN0pdhq9\n"
		)
		return func() (logkey.Command, domain.Cause) {
			return logkey.Rotate{Old: domaintest.Pick(r, one, two, three), New: domaintest.Pick(r, one, two, three, alien), Checkpoint: head}, system
		}
	},
}

// Installation walks through naming its keys and accepting losses.
var Installation = domaintest.Walker[installation.Command, installation.State, installation.Event]{
	Decider: installation.Decider,
	Begin: func(r *rapid.T, _ domain.ID) func() (installation.Command, domain.Cause) {
		const (
			one = "example/log+94dd2976+AUJWLSUg029woEOLeH36AoIi3IveoK6Br+OTLA/p/q4w"
			two = "example/log+0c8b4b9d+ARdnbik2LuHgAl/HZ8wiqnNwgg7PbGjB/OOLDezw11RK"
		)
		a, b := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
		return func() (installation.Command, domain.Cause) {
			hash := domaintest.Pick(r, a, b)
			if rapid.Bool().Draw(r, "commit") {
				return installation.CommitKeys{Secret: hash, LogKey: domaintest.Pick(r, "", one, two)}, system
			}
			return installation.AcceptLoss{Loss: domaintest.Pick(r, installation.Losses...), Found: "it is missing", Secret: hash}, system
		}
	},
}
