package domain

// A Capacity is what a person is when acting. The record says who may act in
// which; see package credential.
type Capacity string

// The capacities, as stored and as the API spells them.
const (
	Stakeholder         Capacity = "STAKEHOLDER"
	EntityAdmin         Capacity = "ENTITY_ADMIN"
	StateFocalPoint     Capacity = "STATE_FOCAL_POINT"
	StateMission        Capacity = "STATE_MISSION"
	CountryTeam         Capacity = "COUNTRY_TEAM"
	RegionalMechanism   Capacity = "REGIONAL_MECHANISM"
	NetworkEntity       Capacity = "NETWORK_ENTITY"
	WorkingGroup        Capacity = "WORKING_GROUP"
	RegionalCommission  Capacity = "REGIONAL_COMMISSION"
	Secretariat         Capacity = "SECRETARIAT"
	Editor              Capacity = "EDITOR"
	Moderator           Capacity = "MODERATOR"
	AppealReviewer      Capacity = "APPEAL_REVIEWER"
	Protection          Capacity = "PROTECTION"
	Coordinator         Capacity = "COORDINATOR"
	FundManagement      Capacity = "FUND_MANAGEMENT"
	CommitteeMember     Capacity = "COMMITTEE_MEMBER"
	CommitteeChair      Capacity = "COMMITTEE_CHAIR"
	AdministrativeAgent Capacity = "ADMINISTRATIVE_AGENT"
	Auditor             Capacity = "AUDITOR"
	DataProtection      Capacity = "DATA_PROTECTION"
	System              Capacity = "SYSTEM"
)

// Capacities lists every capacity, in the order of the API.
var Capacities = []Capacity{
	Stakeholder, EntityAdmin, StateFocalPoint, StateMission, CountryTeam, RegionalMechanism,
	NetworkEntity, WorkingGroup, RegionalCommission, Secretariat, Editor, Moderator,
	AppealReviewer, Protection, Coordinator, FundManagement, CommitteeMember, CommitteeChair,
	AdministrativeAgent, Auditor, DataProtection, System,
}

// Relations stand in a command's By list beside capacities. They say how the
// actor must relate to the item, and are never stored.
const (
	asOwner    Capacity = "owner"    // speaks for the entity (or is the person) whose item it is
	asDrafter  Capacity = "drafter"  // a State's focal point, for the State whose item it is
	asSignedIn Capacity = "signedIn" // anyone with a token
)

// Lists of who may ask, for By methods.
var (
	Owner    = []Capacity{asOwner}
	Drafter  = []Capacity{asOwner, asDrafter}
	SignedIn = []Capacity{asSignedIn}
)

// Speaks reports whether c may speak for its entity: submit, amend, withdraw,
// confirm. A focal point drafts only, and staff capacities speak for no one.
func (c Capacity) Speaks() bool {
	switch c {
	case Stakeholder, EntityAdmin, StateMission, CountryTeam, RegionalMechanism, NetworkEntity, WorkingGroup, RegionalCommission:
		return true
	}
	return false
}

// A Holding is one live credential: a person may act for Entity in Capacity.
type Holding struct {
	Entity   ID
	Capacity Capacity
}

// Staff reports whether c is granted by the secretariat rather than by an
// entity to its own people.
func (c Capacity) Staff() bool {
	switch c {
	case Secretariat, Editor, Moderator, AppealReviewer, Protection, Coordinator, FundManagement,
		CommitteeMember, CommitteeChair, AdministrativeAgent, Auditor, DataProtection:
		return true
	}
	return false
}
