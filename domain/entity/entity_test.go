package entity

import (
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

const gcm = "stakeholder-categories-gcm-44"

var (
	inUse   = Listed{Version: 1, Usable: true}
	officer = domaintest.Officer("per_officer")
	admin   = domaintest.As("per_admin", "ent_x", domain.EntityAdmin)
)

func text(s string) domain.Text { return domain.Text{Language: "en", Value: s} }

func group() Propose {
	return Propose{Kind: MigrantGroup, Name: text("Bakers of the harbour"), Entity: "ent_x"}
}

func state(code string) Propose {
	return Propose{Kind: Country, Name: text("Freedonia"), Code: code, Entity: "ent_x"}
}

func known(more ...Event) []Event {
	return append([]Event{Proposed{Entity: "ent_x", Kind: MigrantGroup, Name: text("Bakers of the harbour"), Proposer: "per_ada"}}, more...)
}

func freedonia(more ...Event) []Event {
	return append([]Event{Proposed{Entity: "ent_x", Kind: Country, Name: text("Freedonia"), Code: "FRE"}}, more...)
}

func secretariat() []Event {
	return []Event{Proposed{Entity: "ent_x", Kind: Secretariat, Name: text("Secretariat")}}
}

func TestPropose(t *testing.T) {
	ada := domaintest.Own("per_ada")
	with := func(c Propose, f func(*Propose)) Propose { f(&c); return c }
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "an informal group needs no paper", When: group(), By: ada, Then: known()},
		{Name: "everything is kept", When: Propose{Kind: Stakeholder, Name: text(" Dockers "), Acronym: "DU", Website: "https://dockers.example",
			Description: text("A union."), Vocabulary: gcm, Term: "trade-unions", Entity: "ent_x", Listed: inUse}, By: ada,
			Then: []Event{Proposed{Entity: "ent_x", Kind: Stakeholder, Name: text("Dockers"), Acronym: "DU", Website: "https://dockers.example",
				Description: text("A union."), Category: &Category{gcm, 1, "trade-unions"}, Proposer: "per_ada"}}},
		{Name: "what the office proposes is no person's", When: group(), By: officer, Then: []Event{Proposed{Entity: "ent_x", Kind: MigrantGroup, Name: text("Bakers of the harbour")}}},
		{Name: "nobody proposes a State but the secretariat", When: state("FRE"), By: ada, Code: domain.NotAllowed},
		{Name: "the secretariat proposes a State", When: state("FRE"), By: officer, Then: freedonia()},
		{Name: "a State again is quiet", Given: freedonia(), When: state("FRE"), By: domaintest.Sys()},
		{Name: "another State under the same id", Given: freedonia(), When: state("SYL"), By: officer, Code: domain.NotAllowed},
		{Name: "a State has a code", When: state("fre"), By: officer, Code: domain.Invalid, Slug: "entity.code"},
		{Name: "a group has none", When: with(group(), func(c *Propose) { c.Code = "FRE" }), By: ada, Code: domain.Invalid, Slug: "entity.code"},
		{Name: "a kind nobody knows", When: with(group(), func(c *Propose) { c.Kind = "PLANET" }), By: officer, Code: domain.Invalid, Slug: "entity.kind"},
		{Name: "a name", When: with(group(), func(c *Propose) { c.Name = text(" ") }), By: ada, Code: domain.Invalid, Slug: "text.empty"},
		{Name: "a name of bounded length", When: with(group(), func(c *Propose) { c.Name = text(strings.Repeat("x", maxName+1)) }), By: ada, Code: domain.Invalid, Slug: "text.too_long"},
		{Name: "no script for a website", When: with(group(), func(c *Propose) { c.Website = "javascript:alert(1)" }), By: ada, Code: domain.Invalid, Slug: "entity.website"},
		{Name: "a vocabulary nobody knows", When: with(group(), func(c *Propose) { c.Vocabulary = "nonsense" }), By: ada, Code: domain.Invalid, Slug: "entity.vocabulary"},
		{Name: "a deprecated term", When: with(group(), func(c *Propose) { c.Vocabulary, c.Listed = gcm, Listed{Version: 1} }), By: ada, Code: domain.Invalid, Slug: "entity.term"},
	})
}

func TestEntity(t *testing.T) {
	stakeholder := domaintest.As("per_ada", "ent_x", domain.Stakeholder)
	other := domaintest.As("per_eve", "ent_y", domain.EntityAdmin)
	mission := domaintest.As("per_mission", "ent_x", domain.StateMission)
	renamed := Rename{Name: text("Bakers of the port")}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "recognised", Given: known(), When: Recognise{}, By: officer, Then: []Event{Recognised{}}},
		{Name: "recognised twice is quiet", Given: known(Recognised{}), When: Recognise{}, By: officer},
		{Name: "nobody recognises itself", Given: known(), When: Recognise{}, By: admin, Code: domain.NotAllowed},
		{Name: "classified", Given: known(), When: Classify{gcm, "migrants", inUse}, By: officer, Then: []Event{Classified{Category{gcm, 1, "migrants"}}}},
		{Name: "classified twice is quiet", Given: known(Classified{Category{gcm, 1, "migrants"}}), When: Classify{gcm, "migrants", inUse}, By: officer},
		{Name: "classified by a term not in use", Given: known(), When: Classify{gcm, "martians", Listed{Version: 1}}, By: officer, Code: domain.Invalid},

		{Name: "a recognised entity that renames itself is recognised no more", Given: known(Recognised{}), When: renamed, By: admin,
			Then: []Event{Renamed{Name: text("Bakers of the port"), Unrecognised: true}}},
		{Name: "renamed by the secretariat it stays recognised", Given: known(Recognised{}), When: renamed, By: officer,
			Then: []Event{Renamed{Name: text("Bakers of the port")}}},
		{Name: "a State names itself", Given: freedonia(Recognised{}), When: Rename{Name: text("Sylvania"), OccurredOn: "June 2019"}, By: mission,
			Then: []Event{Renamed{Name: text("Sylvania"), OccurredOn: "June 2019"}}},
		{Name: "G7: nobody renames a State", Given: freedonia(Recognised{}), When: Rename{Name: text("Sylvania")}, By: domaintest.Officer("per_o"), Code: domain.NotAllowed, Slug: "entity.state_name"},
		{Name: "the same name is quiet", Given: known(), When: Rename{Name: text("Bakers of the harbour")}, By: admin},
		{Name: "G4: a name edited meanwhile", Given: known(Renamed{Name: text("B")}), When: Rename{Name: text("C"), Expected: new(int64(1))}, By: admin, Code: domain.VersionConflict},
		{Name: "G6: not renamed by another entity", Given: known(), When: renamed, By: other, Code: domain.NotOwner},
		{Name: "not renamed by everyone who speaks for it", Given: known(), When: renamed, By: stakeholder, Code: domain.NotAllowed},

		{Name: "suspended", Given: known(), When: Suspend{"spam"}, By: officer, Then: []Event{Suspended{"spam"}}},
		{Name: "suspended twice is quiet", Given: known(Suspended{"spam"}), When: Suspend{"spam"}, By: officer},
		{Name: "suspension has a reason", Given: known(), When: Suspend{}, By: officer, Code: domain.Invalid},
		{Name: "G7: no State is suspended", Given: freedonia(), When: Suspend{"rude"}, By: officer, Code: domain.NotAllowed, Slug: "entity.permanent"},
		{Name: "the secretariat is not suspended", Given: secretariat(), When: Suspend{"rude"}, By: officer, Code: domain.NotAllowed},
		{Name: "back to recognised", Given: known(Recognised{}, Suspended{"spam"}), When: Reinstate{"mistake"}, By: officer, Then: []Event{Reinstated{"mistake"}}},

		{Name: "dissolved by those who run it", Given: known(), When: Dissolve{Reason: "we parted", OccurredOn: "spring 2020"}, By: admin,
			Then: []Event{Dissolved{Reason: "we parted", OccurredOn: "spring 2020"}}},
		{Name: "dissolved twice is quiet", Given: known(Dissolved{Reason: "over"}), When: Dissolve{Reason: "over"}, By: officer},
		{Name: "G6: not dissolved by another entity", Given: known(), When: Dissolve{Reason: "envy"}, By: other, Code: domain.NotOwner},
		{Name: "not dissolved by everyone who speaks for it", Given: known(), When: Dissolve{Reason: "tired"}, By: stakeholder, Code: domain.NotAllowed},
		{Name: "G7: a State that exists is not dissolved", Given: freedonia(), When: Dissolve{Reason: "rude"}, By: officer, Code: domain.NotAllowed},
		{Name: "a State that ended is", Given: freedonia(), When: Dissolve{Reason: "merged", Ended: true}, By: officer, Then: []Event{Dissolved{Reason: "merged"}}},
		{Name: "the secretariat is not dissolved", Given: secretariat(), When: Dissolve{Reason: "late"}, By: officer, Code: domain.NotAllowed},
	})
}

func TestNameAdministrator(t *testing.T) {
	named := AdministratorNamed{Person: "per_ada", Document: "letter of 4 March 2020"}
	bob := NameAdministrator{Person: "per_bob", Document: "note 7"}
	after := func(e Earlier) NameAdministrator { c := bob; c.Earlier = e; return c }
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "named", Given: known(), When: NameAdministrator{Person: "per_ada", Document: named.Document}, By: officer, Then: []Event{named}},
		{Name: "named twice is quiet", Given: known(named), When: NameAdministrator{Person: "per_ada", Document: "again"}, By: officer},
		{Name: "a document is cited", Given: known(), When: NameAdministrator{Person: "per_ada"}, By: officer, Code: domain.Invalid},
		{Name: "not herself", Given: known(), When: NameAdministrator{Person: "per_officer", Document: "note 7"}, By: officer, Code: domain.FourEyesRequired},
		{Name: "not while the one named before runs it", Given: known(named), When: after(Earlier{"per_ada", true}), By: officer, Code: domain.NotAllowed, Slug: "entity.administrated"},
		{Name: "not on word about somebody else", Given: known(named), When: after(Earlier{"per_eve", false}), By: officer, Code: domain.NotAllowed},
		{Name: "once nobody runs it", Given: known(named), When: after(Earlier{"per_ada", false}), By: officer, Then: []Event{AdministratorNamed{"per_bob", "note 7"}}},
		{Name: "handed over", Given: known(named), When: after(Earlier{"per_ada", true}), By: admin, Then: []Event{AdministratorNamed{"per_bob", "note 7"}}},
		{Name: "G6: not by another entity", Given: known(named), When: bob, By: domaintest.As("per_eve", "ent_y", domain.EntityAdmin), Code: domain.NotOwner},
		{Name: "the secretariat has none", Given: secretariat(), When: bob, By: officer, Code: domain.NotAllowed, Slug: "entity.no_administrator"},
	})
}

func TestActs(t *testing.T) {
	for _, c := range []struct {
		events []Event
		want   bool
	}{
		{nil, false},
		{known(), true},
		{known(Recognised{}), true},
		{known(Suspended{}), false},
		{known(Recognised{}, Suspended{}, Reinstated{}), true},
		{known(Dissolved{}), false},
	} {
		if got := Decider.Fold(State{}, c.events...).Acts(); got != c.want {
			t.Errorf("after %T: acts = %v", c.events, got)
		}
	}
}

// A proposal is for its proposer and the office, until it is recognised; so is
// one that was dissolved without.
func TestSees(t *testing.T) {
	holding := func(c domain.Capacity, of domain.ID) domain.Viewer {
		return domain.Viewer{Person: "per_else", Holds: []domain.Holding{{Entity: of, Capacity: c}}}
	}
	insiders := map[string]domain.Viewer{
		"its proposer": {Person: "per_ada"}, "who acts for it": holding(domain.Stakeholder, "ent_x"),
		"the secretariat": holding(domain.Secretariat, "ent_s"), "protection": holding(domain.Protection, "ent_s"),
	}
	others := map[string]domain.Viewer{
		"the public": {}, "a stranger": {Person: "per_eve"}, "another group": holding(domain.Stakeholder, "ent_y"), "a State": holding(domain.StateMission, "ent_f"),
		"an auditor": holding(domain.Auditor, "ent_s"), "an editor": holding(domain.Editor, "ent_s"), "staff of it": holding(domain.Auditor, "ent_x"),
	}
	for name, tt := range map[string]struct {
		events       []Event
		public, open bool
	}{
		"proposed":                       {known(), false, true},
		"classified":                     {known(Classified{Category{gcm, 1, "migrants"}}), false, true},
		"renamed":                        {known(Renamed{Name: text("B")}), false, true},
		"suspended":                      {known(Suspended{"spam"}), false, true},
		"dissolved":                      {known(Dissolved{Reason: "spam"}), false, false},
		"recognised":                     {known(Recognised{}), true, false},
		"recognised, and renamed itself": {known(Recognised{}, Renamed{Name: text("B"), Unrecognised: true}), true, false},
		"recognised and dissolved":       {known(Recognised{}, Dissolved{Reason: "over"}), true, false},
		"proposed by the office":         {freedonia(), true, false},
	} {
		s := Decider.Fold(State{}, tt.events...)
		if s.Open() != tt.open {
			t.Errorf("%s is open: %t", name, s.Open())
		}
		for who, v := range insiders {
			if !Decider.Sees(s, v) {
				t.Errorf("%s is hidden from %s", name, who)
			}
		}
		for who, v := range others {
			if Decider.Sees(s, v) != tt.public {
				t.Errorf("%s is seen by %s: %t", name, who, !tt.public)
			}
		}
	}
}
