package briefing

import (
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxClaims = 500   // of an item: all that were in the hall, and some that were not
	maxAsked  = 50    // undecided requests of an item
	maxAsking = 10    // undecided requests of a person in a briefing: few speak more often
	maxNote   = 1_000 // characters; half a page
)

// An Asked claim waits for the secretariat.
type Asked struct {
	Speaker domain.ID
	By      domain.ID // the person who asked
}

// ClaimIntervention lets a speaker step forward and say that it was they who
// spoke, or one of those who did. It takes an intervention, an issue, a concern
// or an appreciation. Whoever is registered for the briefing, or recorded as
// having spoken in it, and fits the category of the voice, is shown at once.
// Others ask, and the secretariat decides. So do those who find that the one
// who spoke has been found already.
type ClaimIntervention struct {
	Item domain.ID
	Note string `json:",omitempty"` // for the secretariat, which decides on a request

	Standing []Term `json:"-"` // the terms that the speaker's entity stands under; filled by the app
}

// By implements domain.Command.
func (ClaimIntervention) By() []domain.Capacity { return domain.SignedIn }

func (c ClaimIntervention) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.claimable(c.Item)
	if err != nil {
		return nil, err
	}
	if err := speaks(by.By); err != nil {
		return nil, err
	}
	who := by.By.For()
	note, err := cleanIf(c.Note, maxNote, "note")
	if err != nil {
		return nil, err
	}
	switch {
	case slices.Contains(it.Claims, who) || slices.Contains(it.By, who) || it.asked(who):
		return nil, nil
	case it.Attribution == domain.Named:
		return nil, domain.Refuse(domain.NotOwner, "briefing.named", "This was said by somebody who is named.").At("item")
	case slices.Contains(it.Denied, who):
		return nil, domain.Refuse(domain.NotAllowed, "briefing.claim_denied", "The secretariat has decided that this was not you. Write to it if you can show more.").At("item")
	case s.present(who) && s.fits(who, it.Category, c.Standing) && !it.found():
		return []Event{InterventionClaimed{Item: c.Item, Speaker: who}}, atMost(len(it.Claims)+1, maxClaims, "item")
	}
	return c.ask(s, it, note, by)
}

func (c ClaimIntervention) ask(s State, it Item, note string, by domain.Cause) ([]Event, error) {
	asking := 0
	for _, other := range s.Items {
		for _, a := range other.Asked {
			if a.By == by.By.Person {
				asking++
			}
		}
	}
	switch {
	case asking >= maxAsking:
		return nil, domain.Refuse(domain.NotAllowed, "briefing.claims_waiting", "%d of your claims in this briefing wait for the secretariat. Withdraw one, or wait until it decides.", asking)
	case len(it.Asked) >= maxAsked:
		return nil, domain.Refuse(domain.NotAllowed, "briefing.item_claims_waiting", "%d claims to this wait for the secretariat already. Ask again when it has decided on them, or write to it.", len(it.Asked)).At("item")
	}
	return []Event{ClaimRequested{Item: c.Item, Speaker: by.By.For(), By: by.By.Person, Note: domain.About(by.By.Person, note)}}, nil
}

// claimable returns an item that speakers may claim.
func (s State) claimable(id domain.ID) (Item, error) {
	return s.item(id, "item", Intervention, Issue, Concern, Appreciation)
}

// present reports whether a party is registered for the briefing, or recorded
// as having spoken in it.
func (s State) present(who domain.ID) bool {
	for _, p := range s.Participants {
		if p.Person == who || p.Entity == who {
			return true
		}
	}
	for _, it := range s.Items {
		if !it.Retracted && it.Kind != Outcome && it.Kind != FollowUp && slices.Contains(it.By, who) {
			return true
		}
	}
	return false
}

// fits reports whether a party belongs to the category of a voice: it is
// registered in it, or stands under the same term. Every party fits a voice
// without a category.
func (s State) fits(who domain.ID, category Term, standing []Term) bool {
	same := func(t Term) bool { return t.Vocabulary == category.Vocabulary && t.Code == category.Code }
	if category == (Term{}) || slices.ContainsFunc(standing, same) {
		return true
	}
	for _, p := range s.Participants {
		if (p.Person == who || p.Entity == who) && same(p.Category) {
			return true
		}
	}
	return false
}

// found reports whether one spoke, and somebody has claimed it.
func (i Item) found() bool { return i.Quantifier == domain.One && len(i.Claims) > 0 }

func (i Item) asked(who domain.ID) bool {
	return slices.ContainsFunc(i.Asked, func(a Asked) bool { return a.Speaker == who })
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
	return s.change(e.Item, func(i *Item) {
		i.without(e.Speaker)
		i.Claims = append(i.Claims, e.Speaker)
	})
}

// ClaimRequested records that somebody whom the record does not know to have
// been there asks to be shown as who spoke. It is for the secretariat and them.
type ClaimRequested struct {
	Item    domain.ID       `json:"item"`
	Speaker domain.ID       `json:"speaker"`
	By      domain.ID       `json:"by"` // the person
	Note    domain.Personal `json:"note"`
}

// EventType implements domain.Event.
func (ClaimRequested) EventType() string { return "briefing.claim_requested" }

func (e ClaimRequested) evolve(s State) State {
	return s.change(e.Item, func(i *Item) { i.Asked = append(slices.Clip(i.Asked), Asked{e.Speaker, e.By}) })
}

// without forgets all that is known of a party's claim. It changes no slice
// that others may hold.
func (i *Item) without(who domain.ID) {
	is := func(id domain.ID) bool { return id == who }
	i.Claims = slices.DeleteFunc(slices.Clone(i.Claims), is)
	i.Denied = slices.DeleteFunc(slices.Clone(i.Denied), is)
	i.Asked = slices.DeleteFunc(slices.Clone(i.Asked), func(a Asked) bool { return is(a.Speaker) })
}

// WithdrawClaim takes a claim or a request back; only who made it can.
type WithdrawClaim struct{ Item domain.ID }

// By implements domain.Command.
func (WithdrawClaim) By() []domain.Capacity { return domain.SignedIn }

func (c WithdrawClaim) decide(s State, by domain.Cause) ([]Event, error) {
	it, err := s.claimable(c.Item)
	who := by.By.For()
	if err != nil || !slices.Contains(it.Claims, who) && !it.asked(who) {
		return nil, err
	}
	if err := speaks(by.By); err != nil {
		return nil, err
	}
	return []Event{ClaimWithdrawn{Item: c.Item, Speaker: who}}, nil
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
	return s.change(e.Item, func(i *Item) { i.without(e.Speaker) })
}
