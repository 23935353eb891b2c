package commitment

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Kind says what is committed.
type Kind string

// The kinds, as stored and as the API spells them.
const (
	Financial          Kind = "FINANCIAL"
	Policy             Kind = "POLICY" // a law, a policy, a practice
	Technical          Kind = "TECHNICAL"
	Capacity           Kind = "CAPACITY" // training and staff of others
	Data               Kind = "DATA"
	RoadmapSupport     Kind = "ROADMAP_SUPPORT"     // helping States with national implementation plans
	SecretariatSupport Kind = "SECRETARIAT_SUPPORT" // supporting the Network, its Coordinator or secretariat
	Other              Kind = "OTHER"
)

// Kinds lists every kind.
var Kinds = []Kind{Financial, Policy, Technical, Capacity, Data, RoadmapSupport, SecretariatSupport, Other}

// A Form says who pledges, and in answer to what.
type Form string

// The forms, as stored and as the API spells them.
const (
	Individual  Form = "INDIVIDUAL"
	Common      Form = "COMMON"      // several entities pledge the same, together
	Partnership Form = "PARTNERSHIP" // several entities each do their part
	Matching    Form = "MATCHING"    // made to be matched with a pledge of somebody else
)

// Forms lists every form.
var Forms = []Form{Individual, Common, Partnership, Matching}

// Joint reports whether f needs co-pledgers.
func (f Form) Joint() bool { return f == Common || f == Partnership }

// A Stage is how far a commitment has come, as its owner reports it.
type Stage string

// The stages, in the order in which they follow.
const (
	StagePlanning   Stage = "PLANNING"
	StageInProgress Stage = "IN_PROGRESS"
	StageFulfilled  Stage = "FULFILLED"
)

// Stages lists every stage.
var Stages = []Stage{StagePlanning, StageInProgress, StageFulfilled}

// status returns where a report of s leads.
func (s Stage) status() domain.Status {
	switch s {
	case StagePlanning:
		return planning
	case StageInProgress:
		return inProgress
	}
	return fulfilled
}

// before reports whether a commitment in status has come further than s.
func (s Stage) before(status domain.Status) bool {
	i := slices.IndexFunc(Stages, func(t Stage) bool { return t.status() == status })
	return slices.Index(Stages, s) < i
}
