package entity

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Kind says what sort of entity it is, and with that in which capacities
// people may act for it.
type Kind string

// The kinds, as stored and as the API spells them.
const (
	Country            Kind = "STATE"
	UNEntity           Kind = "UN_ENTITY"
	CountryTeam        Kind = "COUNTRY_TEAM"
	RegionalMechanism  Kind = "REGIONAL_MECHANISM"
	RegionalCommission Kind = "REGIONAL_COMMISSION"
	Intergovernmental  Kind = "INTERGOVERNMENTAL" // outside the United Nations
	Stakeholder        Kind = "STAKEHOLDER"
	MigrantGroup       Kind = "MIGRANT_GROUP" // informal: no registration paper is asked for
	WorkingGroup       Kind = "WORKING_GROUP"
	Secretariat        Kind = "SECRETARIAT"
)

// Kinds lists every kind.
var Kinds = []Kind{
	Country, UNEntity, CountryTeam, RegionalMechanism, RegionalCommission, Intergovernmental,
	Stakeholder, MigrantGroup, WorkingGroup, Secretariat,
}

// Open reports whether anyone signed in may propose an entity of kind k. Those
// of the other kinds hold powers of their own, so only the secretariat does.
func (k Kind) Open() bool { return k == Stakeholder || k == MigrantGroup || k == Intergovernmental }

// ParseKind accepts the exact spelling alone, and refuses, pointing at path,
// anything else.
func ParseKind(s string, path ...string) (Kind, error) {
	if k := Kind(s); slices.Contains(Kinds, k) {
		return k, nil
	}
	return "", domain.Refuse(domain.Invalid, "entity.kind", "This is not a kind of entity: STATE, UN_ENTITY, STAKEHOLDER, MIGRANT_GROUP and so on.").At(path...)
}
