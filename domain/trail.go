package domain

import "slices"

// A Trail is one stream, folded by somebody who does not know its types.
type Trail interface {
	Take(Event)     // folds the next event, which must be of the trail's category
	Status() Status // where the aggregate stands
	Owner() ID      // whose item it is, as Decider.OwnerOf has it
}

type trail[C Command, S any, E Event] struct {
	d     Decider[C, S, E]
	state S
}

// Follow implements Decoder.
func (d Decider[C, S, E]) Follow() Trail { return &trail[C, S, E]{d: d} }

// Moves implements Decoder.
func (d Decider[C, S, E]) Moves() Table { return d.Table }

// IDPrefix implements Decoder.
func (d Decider[C, S, E]) IDPrefix() string { return d.Prefix }

func (t *trail[C, S, E]) Take(e Event) {
	if own, ok := e.(E); ok {
		t.state = t.d.Evolve(t.state, own)
	}
}

func (t *trail[C, S, E]) Status() Status { return t.d.Status(t.state) }
func (t *trail[C, S, E]) Owner() ID      { return t.d.OwnerOf(t.state) }

// Allows reports whether by lets an actor act on an item of owner, which is
// empty while the item does not exist: whether Authorise would have picked the
// actor, or the installation itself may ask.
func Allows(by []Capacity, a Actor, owner ID) bool {
	if a.Capacity == System {
		return slices.Contains(by, System)
	}
	c := Claimant{Person: a.Person, For: a.For()}
	if a.Entity != "" {
		c.Holds = []Holding{{Entity: a.Entity, Capacity: a.Capacity}}
	}
	got, err := c.Authorise(by, owner)
	return err == nil && got == a
}

// OwnersOnly reports whether by lets nobody act but the owner of the item, or
// whoever drafts for the owner.
func OwnersOnly(by []Capacity) bool {
	return len(by) > 0 && !slices.ContainsFunc(by, func(c Capacity) bool { return c != asOwner && c != asDrafter })
}
