package domain

import "slices"

// A Label says who may read an item once it is published.
type Label string

// The labels, from open to closed.
const (
	Public       Label = "PUBLIC"
	Anonymised   Label = "ANONYMISED"   // everyone reads the text, not who wrote it
	Participants Label = "PARTICIPANTS" // of the consultation or meeting
	States       Label = "STATES"
	Restricted   Label = "RESTRICTED" // the drafting team
	Sealed       Label = "SEALED"     // protection officers alone
)

// Labels lists every label, from open to closed.
var Labels = []Label{Public, Anonymised, Participants, States, Restricted, Sealed}

// Confidential reports whether those who may not read an item of label l may
// not learn either that it exists.
func (l Label) Confidential() bool { return l == Restricted || l == Sealed }

// Lower reports whether l hides less than m.
func (l Label) Lower(m Label) bool { return l.rank() < m.rank() }

func (l Label) rank() int {
	for i, m := range Labels {
		if l == m {
			return i
		}
	}
	return len(Labels)
}

// A Level is how much of an item a viewer may see.
type Level int

// The levels, each showing more than the one before.
const (
	Nothing   Level = iota // not even that it exists
	Tombstone              // that it was there, and is withdrawn or hidden
	TextOnly               // the words, not whose
	Everything
)

// Access is what the one visibility rule looks at in an item. Reads decide the
// same in SQL; a test compares the two over the whole product.
type Access struct {
	Owner     ID   // the entity, or the person acting in their own name
	CoSigners []ID // invited to sign, or signed
	Round     ID   // the consultation or meeting it belongs to
	Label     Label
	Draft     bool
	Published bool // an edition is released, or was when it was withdrawn
	Hidden    bool // by a moderator
	Withdrawn bool
}

// Level returns how much of the item v may see.
func (a Access) Level(v Viewer) Level {
	switch {
	case v.ActsFor(a.Owner):
		return Everything
	case a.Draft:
		return Nothing
	}
	l := a.unwithdrawn(v)
	if slices.ContainsFunc(a.CoSigners, v.ActsFor) {
		l = Everything
	}
	if a.Withdrawn {
		return min(l, Tombstone)
	}
	return l
}

func (a Access) unwithdrawn(v Viewer) Level {
	if v.Is(Protection) {
		return Everything
	}
	switch a.Label {
	case Sealed:
		return Nothing
	case Restricted:
		if v.Is(Editor) && !a.Hidden {
			return Everything
		}
		return Nothing
	}
	staff := v.Is(Secretariat, Editor)
	switch {
	case a.Hidden && (staff || v.Is(Moderator, AppealReviewer)), !a.Published && !a.Hidden && staff:
		if a.Label == Anonymised {
			return TextOnly
		}
		return Everything
	case !a.Published:
		return Nothing
	case a.Hidden:
		return min(a.published(v, staff), Tombstone)
	}
	return a.published(v, staff)
}

// Inside reports whether v reads editions before their release: whoever would
// read the item, were it not withdrawn, if none were released.
func (a Access) Inside(v Viewer) bool {
	a.Published, a.Withdrawn = false, false
	return a.Level(v) >= TextOnly
}

func (a Access) published(v Viewer, staff bool) Level {
	switch {
	case a.Label == Public:
		return Everything
	case a.Label == Anonymised:
		return TextOnly
	case staff, v.Is(Auditor),
		a.Label == Participants && v.TakesPart(a.Round),
		a.Label == States && v.Is(StateMission, StateFocalPoint):
		return Everything
	}
	return Nothing
}

// Known reports whether l is a label.
func (l Label) Known() bool { return l.rank() < len(Labels) }

// NeedsGrant reports whether l is given on request only, by a protection officer.
func (l Label) NeedsGrant() bool { return l == Anonymised || l.Confidential() }
