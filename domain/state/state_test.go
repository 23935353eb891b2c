package state

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
)

var (
	officer = domaintest.Officer("per_officer")
	facts   = Facts{Numeric: "748", Membership: MemberState, MemberSince: "24 September 1968", Region: "Africa", SubRegion: "Sub-Saharan Africa", LLDC: true}
	old     = map[string]Name{"en": {"Swaziland", "the Kingdom of Swaziland"}, "fr": {Short: "Swaziland"}}
	now     = map[string]Name{"en": {"Eswatini", "the Kingdom of Eswatini"}}
)

func swz(f func(*Register)) Register {
	c := Register{"SWZ", old, facts}
	if f != nil {
		f(&c)
	}
	return c
}

func known(more ...Event) []Event { return append([]Event{Registered{"SWZ", old, facts}}, more...) }

func TestRegister(t *testing.T) {
	island := facts
	island.SIDS = true
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "registered", When: swz(nil), By: officer, Then: known()},
		{Name: "by the installation", When: swz(nil), By: domaintest.Sys(), Then: known()},
		{Name: "by nobody else", When: swz(nil), By: domaintest.As("per_ada", "ent_swz", domain.StateMission), Code: domain.NotAllowed},
		{Name: "the same facts are quiet", Given: known(), When: swz(nil), By: officer},
		{Name: "other names rename", Given: known(), When: swz(func(c *Register) { c.Names = now }), By: officer, Then: []Event{Renamed{Names: now}}},
		{Name: "G1: other facts correct, and say what", Given: known(Renamed{Names: now}), When: swz(func(c *Register) { c.Names, c.Facts = now, island }), By: officer, Then: []Event{Corrected{2, island}}},
		{Name: "both", Given: known(), When: swz(func(c *Register) { c.Names, c.Facts = now, island }), By: officer, Then: []Event{Renamed{Names: now}, Corrected{1, island}}},
		{Name: "another code", Given: known(), When: swz(func(c *Register) { c.Code = "SLV" }), By: officer, Code: domain.Invalid, Slug: "state.code"},
		{Name: "a code", When: swz(func(c *Register) { c.Code = "SZ" }), By: officer, Code: domain.Invalid, Slug: "state.code"},
		{Name: "zeros in front", When: swz(func(c *Register) { c.Facts = Facts{Numeric: "4", Membership: Observer} }), By: officer,
			Then: []Event{Registered{"SWZ", old, Facts{Numeric: "004", Membership: Observer}}}},
		{Name: "a number", When: swz(func(c *Register) { c.Facts.Numeric = "x" }), By: officer, Code: domain.Invalid, Slug: "state.numeric"},
		{Name: "a membership", When: swz(func(c *Register) { c.Facts.Membership = "" }), By: officer, Code: domain.Invalid, Slug: "state.membership"},
		{Name: "a date", When: swz(func(c *Register) { c.Facts.MemberSince = "long ago" }), By: officer, Code: domain.Invalid},
		{Name: "a name", When: swz(func(c *Register) { c.Names = nil }), By: officer, Code: domain.Invalid, Slug: "state.names"},
		{Name: "names in a bounded number of languages", When: swz(func(c *Register) {
			c.Names = map[string]Name{}
			for i := range maxLanguages + 1 {
				c.Names[fmt.Sprintf("en-x-%d", i)] = Name{Short: "S"}
			}
		}), By: officer, Code: domain.Invalid, Slug: "state.names"},
		{Name: "one language written twice", When: swz(func(c *Register) { c.Names = map[string]Name{"en": {Short: "S"}, "EN": {Short: "S"}} }), By: officer, Code: domain.Invalid, Slug: "state.language"},
		{Name: "a name of bounded length", When: swz(func(c *Register) { c.Names = map[string]Name{"en": {Short: strings.Repeat("x", maxName+1)}} }), By: officer, Code: domain.Invalid},
		{Name: "an ended State is quiet", Given: known(Ended{Reason: "merged"}), When: swz(nil), By: officer},
		{Name: "an ended State changes no more", Given: known(Ended{Reason: "merged"}), When: swz(func(c *Register) { c.Names = now }), By: officer, Code: domain.NotAllowed, Slug: "state.ended"},
	})
}

func TestState(t *testing.T) {
	in := func(all ...Commission) []Event {
		e := known()
		for _, c := range all {
			e = append(e, RegionMembershipRecorded{Commission: c})
		}
		return e
	}
	domaintest.Run(t, Decider, []domaintest.Case[Command, Event]{
		{Name: "renamed", Given: known(), When: Rename{Names: now, OccurredOn: "19 April 2018"}, By: officer, Then: []Event{Renamed{now, "19 April 2018"}}},
		{Name: "renamed twice is quiet", Given: known(Renamed{Names: now}), When: Rename{Names: now}, By: officer},
		{Name: "G4: edited meanwhile", Given: known(Renamed{Names: old}), When: Rename{Names: now, Expected: new(int64(1))}, By: officer, Code: domain.VersionConflict},
		{Name: "ended", Given: known(), When: End{"merged", "1990"}, By: officer, Then: []Event{Ended{"merged", "1990"}}},
		{Name: "ended twice is quiet", Given: known(Ended{Reason: "merged"}), When: End{Reason: "merged"}, By: officer},
		{Name: "an end has a reason", Given: known(), When: End{}, By: officer, Code: domain.Invalid},
		{Name: "a commission", Given: known(), When: RecordRegionMembership{ECA, "1968"}, By: officer, Then: []Event{RegionMembershipRecorded{ECA, "1968"}}},
		{Name: "a commission twice is quiet", Given: in(ECA), When: RecordRegionMembership{Commission: ECA}, By: officer},
		{Name: "more than one", Given: in(ECE), When: RecordRegionMembership{Commission: ESCAP}, By: officer, Then: []Event{RegionMembershipRecorded{Commission: ESCAP}}},
		{Name: "no other bodies", Given: known(), When: RecordRegionMembership{Commission: "REC"}, By: officer, Code: domain.Invalid, Slug: "state.commission"},
		{Name: "one of two ended", Given: in(ECA, ESCWA), When: EndRegionMembership{ECA, "2021"}, By: officer, Then: []Event{RegionMembershipEnded{ECA, "2021"}}},
		{Name: "at least one: the last is not ended", Given: in(ECA), When: EndRegionMembership{Commission: ECA}, By: officer, Code: domain.NotAllowed, Slug: "state.last_commission"},
		{Name: "ended where none was is quiet", Given: in(ECA), When: EndRegionMembership{Commission: ECE}, By: officer},
		{Name: "before it is registered", When: RecordRegionMembership{Commission: ECA}, By: officer, Code: domain.NotFound},
	})
	s := Decider.Fold(State{}, append(in(ECA, ESCWA), RegionMembershipEnded{Commission: ECA})...)
	if s.In(ECA) || !s.In(ESCWA) || !s.Exists() || Decider.Fold(s, Ended{}).Exists() {
		t.Errorf("wrong: %+v", s)
	}
}
