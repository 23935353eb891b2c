package domain

import "slices"

// A Claimant is a person who asks to act: who they are and what they hold.
type Claimant struct {
	Person ID
	Holds  []Holding
	For    ID // whom they ask to act for: an entity, their own person id, or empty
}

// Authorise picks the capacity in which c may do what by allows on an item of
// owner, which is empty while the item does not exist. It refuses with
// NotOwner when the item is somebody else's, and with NotAllowed otherwise.
//
// A claimant who does not say for whom acts for the one entity that fits, or,
// when none does, in their own name. Somebody who holds a focal point's
// credential must ask for their own name explicitly, so that a State's draft
// is never sent as a private person's by mistake.
func (c Claimant) Authorise(by []Capacity, owner ID) (Actor, error) {
	if c.Person == "" {
		return Actor{}, Refuse(NotAllowed, "authority.nobody", "Please sign in.")
	}
	var fits []Actor
	for _, want := range by {
		for _, h := range c.Holds {
			if c.matches(want, h, owner) && (c.For == "" || c.For == h.Entity) {
				fits = append(fits, Actor{Person: c.Person, Entity: h.Entity, Capacity: h.Capacity})
			}
		}
	}
	if own := c.ownName(by, owner); own && (c.For == c.Person || c.For == "" && len(fits) == 0) {
		return Actor{Person: c.Person, Capacity: Stakeholder}, nil
	}
	if len(fits) == 0 {
		return Actor{}, c.refuse(by, owner)
	}
	for _, f := range fits[1:] {
		if f.Entity != fits[0].Entity {
			return Actor{}, Refuse(Invalid, "authority.ambiguous", "You act for more than one entity here; please say for which.").At("actingFor")
		}
	}
	return fits[0], nil
}

func (c Claimant) matches(want Capacity, h Holding, owner ID) bool {
	owns := owner == "" || owner == h.Entity
	switch want {
	case asOwner:
		return owns && h.Capacity.Speaks()
	case asDrafter:
		return owns && h.Capacity == StateFocalPoint
	case asSignedIn:
		return true
	}
	return want == h.Capacity
}

func (c Claimant) ownName(by []Capacity, owner ID) bool {
	if slices.Contains(by, asSignedIn) {
		return true
	}
	if !slices.Contains(by, asOwner) || owner != "" && owner != c.Person {
		return false
	}
	focal := slices.ContainsFunc(c.Holds, func(h Holding) bool { return h.Capacity == StateFocalPoint })
	return !focal || c.For == c.Person || owner == c.Person
}

func (c Claimant) refuse(by []Capacity, owner ID) error {
	if !slices.Contains(by, asOwner) {
		return Refuse(NotAllowed, "authority.capacity", "This needs a capacity that you do not hold, or not for the entity you name.")
	}
	drafts := func(h Holding) bool { return h.Capacity == StateFocalPoint && (owner == "" || h.Entity == owner) }
	if slices.ContainsFunc(c.Holds, drafts) && (c.For == "" || c.For != c.Person) {
		return Refuse(NotAllowed, "authority.mission", "A focal point drafts and proposes; the State's mission authorises.")
	}
	return Refuse(NotOwner, "authority.owner", "Only the owner may do this, and you do not act for the owner.")
}

// A Viewer is whoever wants to see something. The zero Viewer is the public.
type Viewer struct {
	Person ID
	Holds  []Holding

	// Kinds says of what kind each entity is that the viewer acts for.
	Kinds map[ID]string

	// Takes reports whether the viewer takes part in a consultation or
	// meeting, for what is labelled PARTICIPANTS. Nil means in none.
	Takes func(round ID) bool
}

// Is reports whether v has a live credential in any of cs.
func (v Viewer) Is(cs ...Capacity) bool {
	return slices.ContainsFunc(v.Holds, func(h Holding) bool { return slices.Contains(cs, h.Capacity) })
}

// ActsFor reports whether v is, or acts for, id.
func (v Viewer) ActsFor(id ID) bool {
	return id != "" && (v.Person == id || slices.ContainsFunc(v.Holds, func(h Holding) bool { return h.Entity == id && !h.Capacity.Staff() }))
}

// Parties lists whom v is, or acts for.
func (v Viewer) Parties() []ID {
	var ids []ID
	if v.Person != "" {
		ids = append(ids, v.Person)
	}
	for _, h := range v.Holds {
		if !h.Capacity.Staff() && !slices.Contains(ids, h.Entity) {
			ids = append(ids, h.Entity)
		}
	}
	return ids
}

// SpeaksFor lists in whose name v may sign: their own, and that of those they
// speak for.
func (v Viewer) SpeaksFor() []ID {
	speaks := Viewer{Person: v.Person, Holds: slices.DeleteFunc(slices.Clone(v.Holds), func(h Holding) bool { return !h.Capacity.Speaks() })}
	return speaks.Parties()
}

// TakesPart reports whether v takes part in round.
func (v Viewer) TakesPart(round ID) bool { return v.Takes != nil && v.Takes(round) }
