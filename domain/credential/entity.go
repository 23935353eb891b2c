package credential

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// An Entity is what app reads in the stream of the entity that a command is
// about. Its zero value is an entity that does not exist.
type Entity struct {
	Kind  string    // as package entity spells it
	Acts  bool      // neither suspended nor dissolved
	Named domain.ID // the person named as first administrator, or as the State's mission
}

// suits lists in which capacities people may act for which kind of entity. A
// seat on the fund's committee speaks for no one, whoever fills it.
var suits = map[string][]domain.Capacity{
	"STATE":               {domain.StateMission, domain.StateFocalPoint, domain.CommitteeMember, domain.CommitteeChair},
	"UN_ENTITY":           {domain.EntityAdmin, domain.NetworkEntity, domain.FundManagement, domain.AdministrativeAgent, domain.CommitteeMember, domain.CommitteeChair},
	"COUNTRY_TEAM":        {domain.EntityAdmin, domain.CountryTeam},
	"REGIONAL_MECHANISM":  {domain.EntityAdmin, domain.RegionalMechanism},
	"REGIONAL_COMMISSION": {domain.EntityAdmin, domain.RegionalCommission},
	"INTERGOVERNMENTAL":   {domain.EntityAdmin, domain.Stakeholder, domain.CommitteeMember, domain.CommitteeChair},
	"STAKEHOLDER":         {domain.EntityAdmin, domain.Stakeholder, domain.CommitteeMember, domain.CommitteeChair},
	"MIGRANT_GROUP":       {domain.EntityAdmin, domain.Stakeholder},
	"WORKING_GROUP":       {domain.EntityAdmin, domain.WorkingGroup},
	"SECRETARIAT": {
		domain.Secretariat, domain.Editor, domain.Moderator, domain.AppealReviewer, domain.Protection, domain.Coordinator,
		domain.FundManagement, domain.CommitteeMember, domain.CommitteeChair, domain.AdministrativeAgent, domain.Auditor, domain.DataProtection,
	},
}

// Suits lists in which capacities people may act for a kind of entity, as
// package entity spells it.
func Suits(kind string) []domain.Capacity { return slices.Clone(suits[kind]) }

// takes refuses a capacity in which nobody acts for e, and an entity that does
// not act at all.
func (e Entity) takes(c domain.Capacity) error {
	switch {
	case e.Kind == "":
		return domain.Refuse(domain.NotFound, "entity.unknown", "There is no such entity.").At("entity")
	case !e.Acts:
		return domain.Refuse(domain.NotAllowed, "credential.entity", "This entity is suspended or dissolved, so nobody may act for it.").At("entity")
	case !slices.Contains(suits[e.Kind], c):
		return domain.Refuse(domain.Invalid, "credential.capacity", "Nobody acts for an entity of this kind in this capacity.").At("capacity")
	}
	return nil
}

// runs reports whether who holds c runs the entity, and so decides who else
// may act for it.
func runs(c domain.Capacity) bool { return c == domain.EntityAdmin || c == domain.StateMission }
