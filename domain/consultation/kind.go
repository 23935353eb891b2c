package consultation

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Kind says in which form people are consulted.
type Kind string

// The kinds, as stored and as the API spells them.
const (
	WrittenCall                Kind = "WRITTEN_CALL"
	InformalStates             Kind = "INFORMAL_STATES"
	InformalMigrants           Kind = "INFORMAL_MIGRANTS"
	InformalStakeholders       Kind = "INFORMAL_STAKEHOLDERS"
	InformalCountryTeams       Kind = "INFORMAL_COUNTRY_TEAMS"
	InformalRegionalMechanisms Kind = "INFORMAL_REGIONAL_MECHANISMS"
)

// Kinds lists every kind.
var Kinds = []Kind{WrittenCall, InformalStates, InformalMigrants, InformalStakeholders, InformalCountryTeams, InformalRegionalMechanisms}

// A LatePolicy says what happens to what comes after the closing.
type LatePolicy string

// The late policies.
const (
	NoneLate   LatePolicy = "NONE"                        // nothing is taken any more
	WithReason LatePolicy = "WITH_REASON_BEFORE_ANALYSIS" // may be taken, for a reason, until the analysis is out
)

// LatePolicies lists every late policy.
var LatePolicies = []LatePolicy{NoneLate, WithReason}

func (l LatePolicy) check() error {
	if slices.Contains(LatePolicies, l) {
		return nil
	}
	return domain.Refuse(domain.Invalid, "consultation.late_policy", "The late policy must be NONE or WITH_REASON_BEFORE_ANALYSIS.").At("late")
}
