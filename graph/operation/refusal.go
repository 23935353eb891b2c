package operation

import (
	"errors"
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Codes of refusals, of the closed list that the API promises.
const (
	badInput    = "BAD_USER_INPUT"
	rateLimited = "RATE_LIMITED"
)

// A Refusal is why an operation is not carried out. Nothing in it is a word of
// the caller's: neither of the document nor of the variables.
type Refusal struct {
	Limit string         // which limit, as the counter of refusals names it; empty where none is
	Code  string         // of the API's closed list
	Text  string         // a sentence for the person who asked
	More  map[string]any // what else a program may want to know
}

// Error implements error.
func (r *Refusal) Error() string { return r.Text }

// at presents r as an error of an answer, about these places of the document.
// Of a block text the parser does not know the column: such a place is left out.
func (r *Refusal) at(places ...gqlerror.Location) *gqlerror.Error {
	places = slices.DeleteFunc(slices.Clone(places), func(l gqlerror.Location) bool { return l.Line < 1 || l.Column < 1 })
	more := map[string]any{"code": r.Code}
	if r.Limit != "" {
		more["limit"] = r.Limit
	}
	for k, v := range r.More {
		more[k] = v
	}
	return &gqlerror.Error{Err: r, Message: r.Text, Locations: places, Extensions: more}
}

// Refused reports whether an error of an answer is a refusal of this package,
// which is presented already.
func Refused(err error) bool {
	_, ok := errors.AsType[*Refusal](err)
	return ok
}

// refuse makes a refusal that no limit is the reason of.
func refuse(text string) *Refusal { return &Refusal{Code: badInput, Text: text} }

// over refuses what exceeds a limit. The sentence says how much there is and
// how much is allowed, in this order.
func over(limit, sentence string, is, most int) *Refusal {
	return &Refusal{
		Limit: limit, Code: badInput, Text: fmt.Sprintf(sentence, thousands(is), thousands(most)),
		More: map[string]any{"is": is, "most": most},
	}
}

// thousands parts digits by commas, as 2,000.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// placeOf is where in the document something stands.
func placeOf(p *ast.Position) []gqlerror.Location {
	if p == nil {
		return nil
	}
	return []gqlerror.Location{{Line: p.Line, Column: p.Column}}
}
