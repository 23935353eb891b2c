package secondment

import (
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

// Characters. A post's title fits on one line of a vacancy notice; a function
// is the paragraph below it.
const (
	maxTitle    = 200
	maxGrade    = 20 // "P-4", "JPO", "NO-B / P-2"
	maxStation  = 100
	maxFunction = 2_000
)

// A Post is what is public about a secondment. What nobody has said is empty.
type Post struct {
	Title       domain.Text `json:"title,omitzero"`
	Grade       string      `json:"grade,omitempty"` // as the entity writes it: "P-4"
	DutyStation domain.Text `json:"dutyStation,omitzero"`
	Function    domain.Text `json:"function,omitzero"` // what the person will do
}

// A Description is a post in the words of whoever describes it, all in one
// language. It must not say who the person is.
type Description struct {
	Language    string // BCP 47; needed with any of title, duty station and function
	Title       string
	Grade       string
	DutyStation string
	Function    string
}

// check turns d into a Post, refusing at fields below "post".
func (d Description) check() (p Post, err error) {
	if p.Title, err = optional(d.Language, d.Title, maxTitle, "post", "title"); err != nil {
		return Post{}, err
	}
	if p.DutyStation, err = optional(d.Language, d.DutyStation, maxStation, "post", "dutyStation"); err != nil {
		return Post{}, err
	}
	if p.Function, err = optional(d.Language, d.Function, maxFunction, "post", "function"); err != nil {
		return Post{}, err
	}
	if strings.TrimSpace(d.Grade) != "" {
		p.Grade, err = domain.Clean(d.Grade, maxGrade, "post", "grade")
	}
	return p, err
}

// optional is domain.NewText for what may be left out.
func optional(lang, value string, limit int, path ...string) (domain.Text, error) {
	if strings.TrimSpace(value) == "" {
		return domain.Text{}, nil
	}
	return domain.NewText(lang, value, limit, path...)
}
