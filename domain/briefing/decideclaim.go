package briefing

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

// AcceptClaim shows somebody as who spoke, at their request. The secretariat
// may think again of a claim that it refused or took back.
type AcceptClaim struct {
	Item    domain.ID
	Speaker domain.ID
}

// By implements domain.Command.
func (AcceptClaim) By() []domain.Capacity { return staff }

func (c AcceptClaim) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.claimable(c.Item)
	switch {
	case err != nil || slices.Contains(it.Claims, c.Speaker):
		return nil, err
	case !it.asked(c.Speaker) && !slices.Contains(it.Denied, c.Speaker):
		return nil, unclaimed()
	case it.found():
		return nil, domain.Refuse(domain.NotAllowed, "briefing.claimed", "One spoke, and another is shown as that one. Take that claim back first.").At("item")
	}
	if err := it.judges(c.Speaker, by); err != nil {
		return nil, err
	}
	return []Event{ClaimAccepted{Item: c.Item, Speaker: c.Speaker}}, atMost(len(it.Claims)+1, maxClaims, "item")
}

// judges refuses an officer a decision on a claim of their own.
func (i Item) judges(speaker domain.ID, by domain.Cause) error {
	own := slices.Contains(i.Asked, Asked{speaker, by.By.Person})
	if own || speaker == by.By.Person || speaker == by.By.Entity {
		return domain.Refuse(domain.FourEyesRequired, "briefing.own_claim", "No officer decides on their own claim. Ask another.").At("speakerId")
	}
	return nil
}

func unclaimed() error {
	return domain.Refuse(domain.NotFound, "briefing.claim_unknown", "They have made no such claim.").At("speakerId")
}

// ClaimAccepted records that the secretariat accepts that somebody spoke.
type ClaimAccepted struct {
	Item    domain.ID `json:"item"`
	Speaker domain.ID `json:"speaker"`
}

// EventType implements domain.Event.
func (ClaimAccepted) EventType() string { return "briefing.claim_accepted" }

func (e ClaimAccepted) evolve(s State) State {
	return InterventionClaimed(e).evolve(s)
}

// RefuseClaim answers a request with no.
type RefuseClaim struct {
	Item    domain.ID
	Speaker domain.ID
	Reason  string
}

// By implements domain.Command.
func (RefuseClaim) By() []domain.Capacity { return staff }

func (c RefuseClaim) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.claimable(c.Item)
	switch {
	case err != nil || slices.Contains(it.Denied, c.Speaker):
		return nil, err
	case !it.asked(c.Speaker):
		return nil, unclaimed()
	}
	if err := it.judges(c.Speaker, by); err != nil {
		return nil, err
	}
	why, err := domain.Clean(c.Reason, maxReason, "reason")
	return []Event{ClaimRefused{Item: c.Item, Speaker: c.Speaker, Reason: why}}, err
}

// ClaimRefused records that the secretariat does not show somebody as who
// spoke, and why. That is for it and them.
type ClaimRefused struct {
	Item    domain.ID `json:"item"`
	Speaker domain.ID `json:"speaker"`
	Reason  string    `json:"reason"`
}

// EventType implements domain.Event.
func (ClaimRefused) EventType() string { return "briefing.claim_refused" }

func (e ClaimRefused) evolve(s State) State { return s.deny(e.Item, e.Speaker) }

func (s State) deny(item, who domain.ID) State {
	return s.change(item, func(i *Item) {
		i.without(who)
		i.Denied = append(i.Denied, who)
	})
}

// TakeBackClaim takes a claim down that does not hold. Others may claim then.
type TakeBackClaim struct {
	Item    domain.ID
	Speaker domain.ID
	Reason  string
}

// By implements domain.Command.
func (TakeBackClaim) By() []domain.Capacity { return staff }

func (c TakeBackClaim) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.claimable(c.Item)
	switch {
	case err != nil || slices.Contains(it.Denied, c.Speaker):
		return nil, err
	case !slices.Contains(it.Claims, c.Speaker):
		return nil, unclaimed()
	}
	why, err := domain.Clean(c.Reason, maxReason, "reason")
	return []Event{ClaimTakenBack{Item: c.Item, Speaker: c.Speaker, Reason: why}}, err
}

// ClaimTakenBack records that the secretariat took a claim down. Readers see
// the name no longer, whatever date they ask about.
type ClaimTakenBack struct {
	Item    domain.ID `json:"item"`
	Speaker domain.ID `json:"speaker"`
	Reason  string    `json:"reason"`
}

// EventType implements domain.Event.
func (ClaimTakenBack) EventType() string { return "briefing.claim_taken_back" }

func (e ClaimTakenBack) evolve(s State) State { return s.deny(e.Item, e.Speaker) }
