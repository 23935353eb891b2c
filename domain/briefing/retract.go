package briefing

import "github.com/rapporteur-project/rapporteur/domain"

// RetractItem marks an item as recorded in error. It stays to be seen, with
// the reason; the right one is recorded anew. What a speaker has made their
// own, by a text or a claim, is not the secretariat's to retract. The installation
// retracts what came with a retracted import.
type RetractItem struct {
	Item   domain.ID
	Reason domain.Text
}

// By implements domain.Command.
func (RetractItem) By() []domain.Capacity { return append([]domain.Capacity{domain.System}, staff...) }

func (c RetractItem) decide(s State, _ domain.Cause) ([]Event, error) {
	if s.Items[c.Item].Retracted {
		return nil, nil
	}
	it, err := s.item(c.Item, "item", Statement, Presentation, GroupUpdate, Intervention, Issue, Concern, Appreciation, Answer, Outcome)
	if err != nil {
		return nil, err
	}
	if it.Deposit.Own || len(it.Claims) > 0 {
		return nil, domain.Refuse(domain.NotOwner, "briefing.spoken_for", "A speaker has made this their own; it is no longer the secretariat's to retract.").At("item")
	}
	why, err := text(c.Reason, maxReason, "reason")
	return []Event{ItemRetracted{Item: c.Item, Reason: why}}, err
}

// ItemRetracted records that an item was recorded in error. Those whose item
// it was are told.
type ItemRetracted struct {
	Item   domain.ID   `json:"item"`
	Reason domain.Text `json:"reason"`
}

// EventType implements domain.Event.
func (ItemRetracted) EventType() string { return "briefing.item_retracted" }

func (e ItemRetracted) evolve(s State) State {
	return s.change(e.Item, func(i *Item) { i.Retracted = true })
}
