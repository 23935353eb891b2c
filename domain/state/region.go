package state

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// RecordRegionMembership says that a State belongs to a regional commission.
// It may belong to several.
type RecordRegionMembership struct {
	Commission Commission
	OccurredOn domain.PartialDate // since when; may be empty
}

// By implements domain.Command.
func (RecordRegionMembership) By() []domain.Capacity { return keepers }

func (c RecordRegionMembership) decide(s State, by domain.Cause) ([]Event, error) {
	on, err := c.Commission.check(c.OccurredOn)
	if err != nil || s.Regions[c.Commission] {
		return nil, err
	}
	return []Event{RegionMembershipRecorded{c.Commission, on}}, nil
}

func (c Commission) check(on domain.PartialDate) (domain.PartialDate, error) {
	if !slices.Contains(Commissions, c) {
		return "", domain.Refuse(domain.Invalid, "state.commission", "This must be one of ECA, ECE, ECLAC, ESCAP and ESCWA.").At("commission")
	}
	return when(on)
}

// RegionMembershipRecorded records that a State belongs to a commission.
type RegionMembershipRecorded struct {
	Commission Commission         `json:"commission"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (RegionMembershipRecorded) EventType() string { return "state.region_membership_recorded" }

func (e RegionMembershipRecorded) evolve(s State) State {
	if s.Regions == nil {
		s.Regions = map[Commission]bool{}
	}
	s.Regions[e.Commission] = true
	return s
}

// EndRegionMembership says that a State left a regional commission. It never
// leaves the last: the new membership is recorded first.
type EndRegionMembership struct {
	Commission Commission
	OccurredOn domain.PartialDate // may be empty
}

// By implements domain.Command.
func (EndRegionMembership) By() []domain.Capacity { return keepers }

func (c EndRegionMembership) decide(s State, by domain.Cause) ([]Event, error) {
	on, err := c.Commission.check(c.OccurredOn)
	switch {
	case err != nil || !s.Regions[c.Commission]:
		return nil, err
	case len(s.Regions) == 1:
		return nil, domain.Refuse(domain.NotAllowed, "state.last_commission", "Every State belongs to at least one regional commission. Please record the new one first.")
	}
	return []Event{RegionMembershipEnded{c.Commission, on}}, nil
}

// RegionMembershipEnded records that a State left a commission.
type RegionMembershipEnded struct {
	Commission Commission         `json:"commission"`
	OccurredOn domain.PartialDate `json:"occurredOn,omitempty"`
}

// EventType implements domain.Event.
func (RegionMembershipEnded) EventType() string { return "state.region_membership_ended" }

func (e RegionMembershipEnded) evolve(s State) State {
	delete(s.Regions, e.Commission)
	return s
}
