// Package state decides about the State register: which States there are, how
// they are called, and to which regional commissions they belong. Who acts for
// a State stands in packages entity and credential.
package state

import (
	"maps"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Command asks for something to happen to a State's entry.
type Command interface {
	domain.Command
	decide(State, domain.Cause) ([]Event, error)
}

// An Event records that something happened.
type Event interface {
	domain.Event
	evolve(State) State
}

// The statuses.
const (
	active  domain.Status = "active"
	renamed domain.Status = "renamed" // active, under another name than at first
	ended   domain.Status = "ended"
)

// A Name is what a State is called in one language.
type Name struct {
	Short  string `json:"short"`            // "El Salvador"
	Formal string `json:"formal,omitempty"` // "the Republic of El Salvador"
}

// A Membership is how a State stands to the General Assembly.
type Membership string

// The memberships.
const (
	MemberState Membership = "MEMBER_STATE"
	Observer    Membership = "OBSERVER"
)

// A Commission is one of the five regional commissions of the United Nations.
type Commission string

// The regional commissions.
const (
	ECA   Commission = "ECA"
	ECE   Commission = "ECE"
	ECLAC Commission = "ECLAC"
	ESCAP Commission = "ESCAP"
	ESCWA Commission = "ESCWA"
)

// Commissions lists the regional commissions.
var Commissions = []Commission{ECA, ECE, ECLAC, ESCAP, ESCWA}

// Facts is what the register says about a State besides its names.
type Facts struct {
	Numeric     string             `json:"numeric"` // M49, three digits
	MemberSince domain.PartialDate `json:"memberSince,omitempty"`
	Membership  Membership         `json:"membership"`
	Region      string             `json:"region,omitempty"`    // as M49 calls it: "Americas"
	SubRegion   string             `json:"subRegion,omitempty"` // "Latin America and the Caribbean"
	LDC         bool               `json:"ldc,omitempty"`       // least developed country
	LLDC        bool               `json:"lldc,omitempty"`      // landlocked developing country
	SIDS        bool               `json:"sids,omitempty"`      // small island developing State
}

// State is what decisions about a State's entry read.
type State struct {
	Status  domain.Status
	Code    string          // ISO 3166-1 alpha-3
	Names   map[string]Name // by language; never changed in place
	Facts   Facts
	Edition int64               // counts changes of names and facts
	Regions map[Commission]bool // the commissions it belongs to; empty while not recorded
}

// In reports whether the State is recorded as belonging to c.
func (s State) In(c Commission) bool { return s.Regions[c] }

// Exists reports whether the State has an entry and has not ended.
func (s State) Exists() bool { return s.Status == active || s.Status == renamed }

// Decider is the aggregate of one State's entry in the register.
//
// Every State belongs to at least one commission, but the tables from which
// States are registered do not say to which. So an entry starts without any,
// which readers show as not recorded, and once one is recorded the last is
// never ended.
var Decider = domain.Decider[Command, State, Event]{
	Category: "state",
	Noun:     "State",
	Prefix:   "sta_",
	Codec:    domain.NewCodec[Event](Registered{}, Renamed{}, Corrected{}, Ended{}, RegionMembershipRecorded{}, RegionMembershipEnded{}),
	Table: domain.Table{
		"": {domain.On(Register{}, active)},
		active: {
			domain.On(Register{}, active, renamed),
			domain.On(Rename{}, active, renamed),
			domain.On(End{}, ended),
			domain.On(RecordRegionMembership{}, active),
			domain.On(EndRegionMembership{}, active),
		},
		renamed: {
			domain.On(Register{}, renamed),
			domain.On(Rename{}, renamed),
			domain.On(End{}, ended),
			domain.On(RecordRegionMembership{}, renamed),
			domain.On(EndRegionMembership{}, renamed),
		},
		ended: {
			domain.On(Register{}, ended),
			domain.On(End{}, ended),
		},
	},
	Decide: func(s State, c Command, by domain.Cause) ([]Event, error) { return c.decide(s, by) },
	Evolve: func(s State, e Event) State { return e.evolve(s) },
	Clone: func(s State) State {
		s.Regions = maps.Clone(s.Regions)
		return s
	},
	Status: func(s State) domain.Status { return s.Status },
	Sees:   func(State, domain.Viewer) bool { return true }, // the register is public
}

// keepers lists who keeps the register.
var keepers = []domain.Capacity{domain.Secretariat, domain.System}

// when checks the date on which something happened, if one is given.
func when(p domain.PartialDate) (domain.PartialDate, error) {
	if p == "" {
		return "", nil
	}
	return domain.ParsePartialDate(string(p), "occurredOn")
}
