package submission

// Telling says who is told of a record, of those who see the submission as it
// was then and as it is now. It is one rule for history, subscriptions and the
// audit, now and as of any date.
type Telling int

// The audiences of a record, each wider than the one before.
const (
	OwnPeople     Telling = iota // those who act for the owner
	Insiders                     // and those who read editions before their release
	WithSignature                // and, once the edition is released and while the signature stands, whoever sees everything of it
	WithEdition                  // and, once the edition it is about is released, whoever sees everything of it
	WithItem                     // whoever sees everything of it
)

// Outsiders is the least that those are told who read released editions alone.
const Outsiders = WithSignature
