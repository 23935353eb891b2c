package domain

import (
	"regexp"
	"strings"
)

// A MandateRef names what asks for something: a document by its symbol and,
// where known, the paragraph. The empty MandateRef names nothing.
type MandateRef struct {
	Symbol    string `json:"symbol"`              // "A/RES/73/195", "S/RES/1325 (2000)"
	Paragraph string `json:"paragraph,omitempty"` // "44", "16 (d)", "12-14", "PP 3"
}

// Bodies shape their symbols as they like, so only the shape is checked: parts
// between slashes, the first in capitals.
var (
	symbolShape    = regexp.MustCompile(`^[A-Z]{1,10}(/[A-Za-z0-9][A-Za-z0-9.*_\-\[\]()]*( \([A-Za-z0-9.\-]+\))?)+$`)
	paragraphShape = regexp.MustCompile(`^((PP|OP) ?)?[0-9]{1,4}( ?(bis|ter|quater))?( ?\([a-z0-9]{1,4}\))*([-–][0-9]{1,4}( ?\([a-z0-9]{1,4}\))*)?$`)
)

// NewMandateRef refuses, pointing at "symbol" or "paragraph" below path, what
// does not look like a document symbol, and a paragraph that is neither empty
// nor a number with letters in brackets.
func NewMandateRef(symbol, paragraph string, path ...string) (MandateRef, error) {
	symbol, paragraph = strings.TrimSpace(symbol), strings.TrimSpace(paragraph)
	if len(symbol) > 64 || !symbolShape.MatchString(symbol) {
		return MandateRef{}, Refuse(Invalid, "mandate.symbol", "This is not a document symbol. Please write it as on the document, such as A/RES/73/195.").At(within(path, "symbol")...)
	}
	if paragraph != "" && !paragraphShape.MatchString(paragraph) {
		return MandateRef{}, Refuse(Invalid, "mandate.paragraph", "This is not a paragraph. Please write its number alone, such as 44 or 16 (d).").At(within(path, "paragraph")...)
	}
	return MandateRef{symbol, paragraph}, nil
}

// String returns m as it is cited: "A/RES/73/195 para. 44".
func (m MandateRef) String() string {
	if m.Paragraph == "" {
		return m.Symbol
	}
	return m.Symbol + " para. " + m.Paragraph
}
