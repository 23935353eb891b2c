// Package domain is the pure core that every aggregate shares: facts,
// decisions, authority and the refusals a person may read.
//
// It keeps no clock, starts no goroutine and does no I/O. An aggregate is a
// [Decider]: a command is decided against the folded state of one stream and
// gives events, and folding those events gives the next state.
package domain

import "time"

// An ID names one thing. It is opaque: a prefix that tells its kind (sub_,
// con_) and a part that nobody can guess. It tells neither time nor order.
type ID string

// Nobody owns what exists without an owner. It is no id of anything.
const Nobody ID = "nobody"

// An Actor is a person acting for an entity in a capacity. There are no shared
// log-ins: Person is always set, except for SYSTEM.
type Actor struct {
	Person   ID       `json:"person,omitempty"`
	Entity   ID       `json:"entity,omitempty"` // empty when acting in one's own name
	Capacity Capacity `json:"capacity"`
}

// For returns whose item something becomes when a does it: the entity acted
// for, or the person when acting in their own name.
func (a Actor) For() ID {
	if a.Entity != "" {
		return a.Entity
	}
	return a.Person
}

// A Cause says who asked, when, and under which idempotency key. It is handed
// to every decision and stored beside every event.
type Cause struct {
	By  Actor
	At  time.Time // server time, UTC, whole milliseconds
	Key string    // chosen by the client; scoped to the person
}

// An Event is a fact with a permanent name on the wire.
type Event interface {
	// EventType is the stored name, such as submission.received. Once
	// released it never changes.
	EventType() string
}

// A Command asks for one thing. An aggregate seals its own set of commands.
type Command interface {
	// By lists the capacities that may ask for it.
	By() []Capacity
}
