package operation

// sentences say for each rule of validation what is wrong with a document. A
// rule's own message would repeat the document's words; these know none of
// them, and explain adds what the schema calls things.
var sentences = map[string]string{
	"FieldsOnCorrectType":          "There is no such field here.",
	"FragmentsOnCompositeTypes":    "A fragment is of an object, an interface or a union, and this names another kind of type.",
	"KnownArgumentNames":           "There is no such argument here.",
	"KnownDirectives":              "There is no such directive, or it does not stand here.",
	"KnownFragmentNames":           "The document does not say what this fragment is.",
	"KnownRootType":                "The schema has no operation of this kind.",
	"KnownTypeNames":               "There is no type of this name.",
	"LoneAnonymousOperation":       "A document with several operations names each of them.",
	"MaxIntrospectionDepth":        "This asks for types of fields of types without end: ask for a type by its name.",
	"NoFragmentCycles":             "This fragment contains itself.",
	"NoUndefinedVariables":         "The operation does not say what this variable is.",
	"NoUnusedFragments":            "This fragment is not used.",
	"NoUnusedVariables":            "This variable is not used.",
	"OverlappingFieldsCanBeMerged": "Two fields that differ have the same key in the answer: give one of them an alias.",
	"PossibleFragmentSpreads":      "This fragment can never apply here.",
	"ProvidedRequiredArguments":    "A required argument is missing here.",
	"ScalarLeafs":                  "Say which fields of an object you want, and none of what has none.",
	"SingleFieldSubscriptions":     "A subscription asks for one thing: send a second one for another.",
	"UniqueArgumentNames":          "This argument is given twice.",
	"UniqueDirectivesPerLocation":  "This directive stands here twice.",
	"UniqueFragmentNames":          "Two fragments have this name.",
	"UniqueInputFieldNames":        "This field of an input is given twice.",
	"UniqueOperationNames":         "Two operations have this name.",
	"UniqueVariableNames":          "Two variables have this name.",
	"ValuesOfCorrectType":          "This value is not of the type that is needed here.",
	"VariablesAreInputTypes":       "A variable is of a type that can be sent, and this is not.",
	"VariablesInAllowedPosition":   "This variable is not of the type that is needed here.",
}
