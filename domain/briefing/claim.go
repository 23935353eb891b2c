package briefing

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

const maxClaims = 500 // all that were in the hall, and some that were not

// ClaimIntervention lets a speaker step forward and say that it was they who
// spoke, or one of those who did. Nobody else can: what was recorded without
// names gets them from the speakers alone. It takes an intervention, an issue,
// a concern or an appreciation, and is shown as the speaker's claim.
type ClaimIntervention struct{ Item domain.ID }

// By implements domain.Command.
func (ClaimIntervention) By() []domain.Capacity { return domain.SignedIn }

func (c ClaimIntervention) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.item(c.Item, "item", Intervention, Issue, Concern, Appreciation)
	if err != nil {
		return nil, err
	}
	if err := speaks(by.By); err != nil {
		return nil, err
	}
	who := by.By.For()
	switch {
	case slices.Contains(it.Claims, who) || slices.Contains(it.By, who):
		return nil, nil
	case it.Attribution == domain.Named:
		return nil, domain.Refuse(domain.NotOwner, "briefing.named", "This was said by somebody who is named.").At("item")
	case it.Quantifier == domain.One && len(it.Claims) > 0:
		return nil, domain.Refuse(domain.NotAllowed, "briefing.claimed", "One spoke, and another has said that it was they.").At("item")
	}
	if err := atMost(len(it.Claims)+1, maxClaims, "item"); err != nil {
		return nil, err
	}
	return []Event{InterventionClaimed{Item: c.Item, Speaker: who}}, nil
}

// InterventionClaimed records that somebody says it was they who spoke. The
// quantifier of the record stays what it was.
type InterventionClaimed struct {
	Item    domain.ID `json:"item"`
	Speaker domain.ID `json:"speaker"` // the entity, or a person in their own name
}

// EventType implements domain.Event.
func (InterventionClaimed) EventType() string { return "briefing.intervention_claimed" }

func (e InterventionClaimed) evolve(s State) State {
	return s.change(e.Item, func(i *Item) { i.Claims = append(slices.Clip(i.Claims), e.Speaker) })
}

// WithdrawClaim takes a claim back; only who made it can.
type WithdrawClaim struct{ Item domain.ID }

// By implements domain.Command.
func (WithdrawClaim) By() []domain.Capacity { return domain.SignedIn }

func (c WithdrawClaim) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.item(c.Item, "item", Intervention, Issue, Concern, Appreciation)
	if err != nil || !slices.Contains(it.Claims, by.By.For()) {
		return nil, err
	}
	if err := speaks(by.By); err != nil {
		return nil, err
	}
	return []Event{ClaimWithdrawn{Item: c.Item, Speaker: by.By.For()}}, nil
}

// ClaimWithdrawn records that somebody no longer says it was they who spoke.
// Readers see the name no longer, whatever date they ask about.
type ClaimWithdrawn struct {
	Item    domain.ID `json:"item"`
	Speaker domain.ID `json:"speaker"`
}

// EventType implements domain.Event.
func (ClaimWithdrawn) EventType() string { return "briefing.claim_withdrawn" }

func (e ClaimWithdrawn) evolve(s State) State {
	return s.change(e.Item, func(i *Item) {
		i.Claims = slices.DeleteFunc(slices.Clone(i.Claims), func(id domain.ID) bool { return id == e.Speaker })
	})
}
