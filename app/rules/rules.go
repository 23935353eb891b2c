// Package rules is the list of what must hold of everything that is appended to
// the record. The app checks what a command is about to record; a replay checks
// the whole history, and trusts nothing that decided at the time.
//
// A rule looks at a Batch, which is what one command recorded, and at the
// History before it. At append there is no history: the app has read what it
// rests on, and the rules that need more are left to the replay.
package rules

import (
	"fmt"
	"time"
)

// A Rule is one thing that holds of everything that is appended.
type Rule struct {
	Name     string // a slug, for programs; it does not change
	Sentence string // what holds

	// check says what is wrong, or nothing. The history is nil at append.
	check func(*Batch, *History) string

	needs need
}

// A need says what a rule cannot be checked without.
type need int

const (
	past   need = 1 << iota // the history
	shown                   // the record's data and meta
	others                  // the data of other streams: none may be withheld
)

// All is the list of rules, in the order in which they are checked.
var All = []Rule{
	{"stream.name", "A stream is called by its category and the id of its aggregate.", streamName, 0},
	{"stream.version", "The versions of a stream have no gaps.", streamVersion, past},
	{"record.id", "The id of a record derives from the installation's secret, its stream, its sender and their key.", recordID, past | shown},
	{"record.once", "No id stands in the record twice.", recordOnce, past},
	{"record.at", "Clocks step by a day at most: no record is of long before those before it, or of long after those after it.", recordAt, past},
	{"record.salt", "A record is blinded by 32 bytes drawn by lot.", recordSalt, shown},
	{"record.size", "What one command records fits every store.", recordSize, shown},
	{"event.known", "A stream holds events of its own category, which this release or an earlier one writes.", eventKnown, shown},
	{"event.fields", "An event has the fields that it is written with, and no others.", eventFields, past | shown},
	{"meta.form", "Meta says who acted, for whom, in which capacity, under which key, with the hash of the command, and nothing else.", metaForm, shown},
	{"meta.pins", "A decision rests on versions of other streams that existed.", metaPins, past | shown},
	{"key.once", "A sender's key is used for one command, in one stream.", keyOnce, past | shown},
	{"actor.person", "Who acts is registered and not suspended.", actorPerson, past | shown | others},
	{"actor.credential", "Who acts for an entity holds the credential to do so, and says which.", actorCredential, past | shown | others},
	{"event.made", "There is a command that records these events together.", eventMade, shown},
	{"actor.capacity", "The command is for the actor's capacity, and the item is theirs where it is for its owner.", actorCapacity, shown},
	{"stream.transition", "The aggregate goes from one status to another as its table says.", streamTransition, shown},
	{"system.genesis", "What configuration may do, it does before any person acts.", systemGenesis, past | shown},
	{"import.retracted", "The installation takes from view only what came with an import that two officers retracted.", importRetracted, past | shown | others},
	{"words.owner", "Words belong to the party that acts, or whose item they stand in.", wordsOwner, shown},
	{"subject.stream", "An event about a person stands in that person's stream, and an officer who is named is the one who acts.", subjectStream, shown},
	{"eyes.four", "What takes two persons is done by two.", eyesFour, past | shown | others},
	{"aggregate.id", "The id of a new aggregate derives from the installation's secret.", aggregateID, past | shown},
}

// PinLife is how old a pinned read may be when the append leaves.
const PinLife = 10 * time.Second

// A Breach is a rule that does not hold.
type Breach struct {
	Rule    string `json:"rule"`
	Index   int64  `json:"index"` // of the record
	Stream  string `json:"stream"`
	Version int64  `json:"version"`
	What    string `json:"what"`
}

// String implements fmt.Stringer.
func (b Breach) String() string {
	return fmt.Sprintf("index %d, version %d of %.200q: %s: %s", b.Index, b.Version, b.Stream, b.Rule, b.What)
}

// Check returns an error that names the first rule that a batch breaks which is
// about to be appended. It is a fault of the program, not a refusal.
func Check(b *Batch) error {
	for _, r := range All {
		if r.needs&past != 0 {
			continue
		}
		if what := r.check(b, nil); what != "" {
			return fmt.Errorf("append to %s: it would break the rule %s: %s", b.Stream, r.Name, what)
		}
	}
	return nil
}
