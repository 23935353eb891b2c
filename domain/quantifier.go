package domain

import "slices"

// A Quantifier is how many, in the words of whoever reported it: "several
// delegations". It is never turned into a number, so it has no order, and
// never into names.
type Quantifier string

// The quantifiers, as stored and as the API spells them.
const (
	One     Quantifier = "ONE"
	Some    Quantifier = "SOME"
	Several Quantifier = "SEVERAL"
	Many    Quantifier = "MANY"
	Most    Quantifier = "MOST"
	All     Quantifier = "ALL"
)

// Quantifiers lists every quantifier.
var Quantifiers = []Quantifier{One, Some, Several, Many, Most, All}

// ParseQuantifier accepts the exact spelling alone, and refuses, pointing at
// path, anything else.
func ParseQuantifier(s string, path ...string) (Quantifier, error) {
	if q := Quantifier(s); slices.Contains(Quantifiers, q) {
		return q, nil
	}
	return "", Refuse(Invalid, "quantifier.unknown", "This must be one of ONE, SOME, SEVERAL, MANY, MOST and ALL.").At(path...)
}

// An Attribution says whether a record tells who spoke.
type Attribution string

// The attributions, as stored and as the API spells them.
const (
	Named        Attribution = "NAMED"
	ByCategory   Attribution = "CATEGORY"     // "a faith-based organization"
	Unattributed Attribution = "UNATTRIBUTED" // never attributed later, except by the speaker
)

// Attributions lists every attribution.
var Attributions = []Attribution{Named, ByCategory, Unattributed}

// ParseAttribution accepts the exact spelling alone, and refuses, pointing at
// path, anything else.
func ParseAttribution(s string, path ...string) (Attribution, error) {
	if a := Attribution(s); slices.Contains(Attributions, a) {
		return a, nil
	}
	return "", Refuse(Invalid, "attribution.unknown", "This must be one of NAMED, CATEGORY and UNATTRIBUTED.").At(path...)
}
