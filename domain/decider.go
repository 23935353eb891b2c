package domain

import (
	"reflect"
	"strings"
)

// A Status is where an aggregate stands, in its own table of transitions. The
// empty Status is an aggregate that does not exist yet.
type Status string

// A Move is one row of a transition table: a command, and the statuses it may
// lead to. Leaving the status as it is must be listed too.
type Move struct {
	Do Command
	To []Status
}

// On builds a Move from the zero value of a command.
func On(do Command, to ...Status) Move { return Move{do, to} }

// A Table lists, for every status, the commands that are possible in it.
type Table map[Status][]Move

// Row returns the move that c makes from a status, if there is one.
func (t Table) Row(from Status, c Command) (Move, bool) {
	for _, m := range t[from] {
		if reflect.TypeOf(m.Do) == reflect.TypeOf(c) {
			return m, true
		}
	}
	return Move{}, false
}

// A Decider is the whole behaviour of one kind of aggregate, as pure functions.
type Decider[C Command, S any, E Event] struct {
	Category string // stream prefix, and first part of every wire name
	Noun     string // for messages: "submission", "champion country"
	Prefix   string // of ids, such as "sub_"
	Codec    Codec[E]
	Table    Table

	Decide func(S, C, Cause) ([]E, error) // no events and no error: nothing to record
	Evolve func(S, E) S                   // total: never fails, never logs
	Clone  func(S) S                      // copies what Evolve changes in place; nil if nothing is
	Status func(S) Status
	Owner  func(S) ID // whose item it is; empty for one without an owner; nil if none ever has one
	Sees   func(S, Viewer) bool
}

// OwnerOf returns whose item s is: nothing while it does not exist, and Nobody
// when it does but has no owner.
func (d Decider[C, S, E]) OwnerOf(s S) ID {
	if d.Status(s) == "" {
		return ""
	}
	if d.Owner == nil || d.Owner(s) == "" {
		return Nobody
	}
	return d.Owner(s)
}

// Copy returns a state that may be folded further without changing s.
func (d Decider[C, S, E]) Copy(s S) S {
	if d.Clone == nil {
		return s
	}
	return d.Clone(s)
}

// Fold replays events over s.
func (d Decider[C, S, E]) Fold(s S, events ...E) S {
	for _, e := range events {
		s = d.Evolve(s, e)
	}
	return s
}

// Run consults the table of transitions, then decides.
func (d Decider[C, S, E]) Run(s S, c C, by Cause) ([]E, error) {
	status := d.Status(s)
	if _, ok := d.Table.Row(status, c); ok {
		return d.Decide(s, c, by)
	}
	if status == "" {
		return nil, d.Unknown()
	}
	return nil, Refuse(NotAllowed, d.Category+".status", "This is not possible: the %s is %s.", d.Noun, words(status))
}

// Creates reports whether c is possible for an aggregate that does not exist yet.
func (d Decider[C, S, E]) Creates(c C) bool {
	_, ok := d.Table.Row("", c)
	return ok
}

// Unknown is the one refusal of a category for everything that is not there or
// may not be seen. It must not differ between the two.
func (d Decider[C, S, E]) Unknown() *Error {
	return Refuse(NotFound, d.Category+".unknown", "There is no such %s.", d.Noun)
}

// words turns lateAccepted into "late accepted".
func words(s Status) string {
	var b strings.Builder
	for _, r := range string(s) {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// A Decoder reads one category's events without knowing their types.
type Decoder interface {
	Name() string
	DecodeEvent(name string, b []byte) (Event, error)
	EventTypes() []string // every wire name that can be read
	Zeros() []Event       // the zero value of every event that can be written
	Moves() Table         // the table of transitions
	IDPrefix() string     // of the ids of its aggregates
	Follow() Trail        // one stream, from its beginning
}

// Name returns the category.
func (d Decider[C, S, E]) Name() string { return d.Category }

// DecodeEvent implements Decoder.
func (d Decider[C, S, E]) DecodeEvent(name string, b []byte) (Event, error) {
	return d.Codec.Decode(name, b)
}

// EventTypes implements Decoder.
func (d Decider[C, S, E]) EventTypes() []string { return d.Codec.Names() }

// Zeros implements Decoder.
func (d Decider[C, S, E]) Zeros() []Event {
	var all []Event
	for _, e := range d.Codec.Zeros() {
		all = append(all, e)
	}
	return all
}
