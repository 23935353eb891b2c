package operation

// The limits on a document. All are checked before it is validated, which takes
// time by the square of some of them.
const (
	maxDocument      = 64 << 10 // bytes; what is longer belongs into variables
	maxTokens        = 2_000    // the standard introspection has some 400
	maxDepth         = 12       // levels of fields
	maxIntrospection = 16       // levels of fields from __schema or __type on, as the standard introspection has 15
	maxSchemas       = 1        // times that an operation may ask for all types: an answer has 2.5 MB of them
	maxAliases       = 20       // in one selection of the answer
	maxRepeats       = 20       // of one key in one selection of the answer
	maxAlias         = 100      // bytes of one, since a list repeats it for every element
	maxOperations    = 20
	maxFragments     = 50
	maxFields        = 2_000 // with every fragment written out where it is used
	maxNested        = 4_000 // fields of all fragments, with the fragments in them: validation goes through each by itself
	maxSpreads       = 2_000 // of fragments, likewise
	maxDirectives    = 50
	maxElements      = 250      // of one list or object written into the document
	maxNesting       = 12       // of lists and objects written into the document
	maxText          = 32 << 10 // bytes of one text written into the document
	maxNumber        = 40       // characters of one number written into the document
	manyErrors       = 10       // at most so many are shown of one document
)

// What refusals are counted by, besides those of the guard.
const (
	limitDocument  = "document"
	limitTokens    = "tokens"
	limitVariables = "variables"
)
