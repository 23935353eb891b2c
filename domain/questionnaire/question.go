package questionnaire

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
)

// A Kind says how a question is answered.
type Kind string

// The kinds, as stored and as the API spells them.
const (
	FreeText       Kind = "FREE_TEXT"
	SingleChoice   Kind = "SINGLE_CHOICE"
	MultipleChoice Kind = "MULTIPLE_CHOICE"
	YesNo          Kind = "YES_NO" // by the options Yes and No
)

// Kinds lists every kind.
var Kinds = []Kind{FreeText, SingleChoice, MultipleChoice, YesNo}

// The options of a YES_NO question, which need no wording.
const (
	Yes = "YES"
	No  = "NO"
)

// A Question is one thing asked. Commands leave out ID and the ids of options;
// the decision sets them.
type Question struct {
	ID            domain.ID `json:"id"`     // a handle: of this question in this version only
	Number        string    `json:"number"` // as printed: "1", "2a", "3.1"
	Text          Wording   `json:"text"`
	Help          Wording   `json:"help,omitzero"`
	Required      bool      `json:"required,omitempty"`
	Kind          Kind      `json:"kind"`
	Options       []Option  `json:"options,omitempty"`       // of the two choices, in order
	MaxCharacters int       `json:"maxCharacters,omitempty"` // of a free text; of the comment beside a choice, where 0 allows none
}

// An Option is one answer to choose.
type Option struct {
	ID   string  `json:"id"` // its place, from "1"
	Text Wording `json:"text"`
}

const (
	maxTitle     = 300    // characters; three lines on a page
	maxQuestion  = 2_000  // characters; a page
	maxHelp      = 4_000  // characters; two pages
	maxOption    = 500    // characters; some five lines
	maxAnswer    = 20_000 // characters of one answer; eight pages
	maxQuestions = 200    // the longest national reporting forms have fewer
	maxOptions   = 100    // a list of countries belongs into a free text
)

var numberShape = regexp.MustCompile(`^[0-9A-Za-z]{1,4}(\.[0-9A-Za-z]{1,4}){0,3}$`)

// questions cleans what was written and gives every question its handle.
func questions(in []Question, handle func(number string) domain.ID) ([]Question, error) {
	if len(in) > maxQuestions {
		return nil, domain.Refuse(domain.Invalid, "questionnaire.questions", "At most %d questions are possible.", maxQuestions).At("questions")
	}
	var out []Question
	for i, q := range in {
		path := []string{"questions", strconv.Itoa(i)}
		clean, err := q.clean(path)
		if err != nil {
			return nil, err
		}
		same := func(p Question) bool { return strings.EqualFold(p.Number, q.Number) }
		if slices.ContainsFunc(out, same) {
			return nil, domain.Refuse(domain.Invalid, "questionnaire.number_twice", "There are two questions %s.", q.Number).At(append(path, "number")...)
		}
		clean.ID = handle(q.Number)
		out = append(out, clean)
	}
	return out, nil
}

func (q Question) clean(path []string) (Question, error) {
	at := func(names ...string) []string { return slices.Concat(path, names) }
	switch {
	case !numberShape.MatchString(q.Number):
		return q, domain.Refuse(domain.Invalid, "questionnaire.number", "Please number the question, such as 1, 2a or 3.1.").At(at("number")...)
	case !slices.Contains(Kinds, q.Kind):
		return q, domain.Refuse(domain.Invalid, "questionnaire.kind", "A question is FREE_TEXT, SINGLE_CHOICE, MULTIPLE_CHOICE or YES_NO.").At(at("kind")...)
	case q.MaxCharacters < 0 || q.MaxCharacters > maxAnswer:
		return q, domain.Refuse(domain.Invalid, "questionnaire.max_characters", "An answer may have up to %d characters.", maxAnswer).At(at("maxCharacters")...)
	}
	var err error
	if q.Text, err = q.Text.clean(maxQuestion, at("text")...); err != nil {
		return q, err
	}
	if !q.Help.empty() {
		if q.Help, err = q.Help.clean(maxHelp, at("help")...); err != nil {
			return q, err
		}
	}
	if q.Kind == FreeText && q.MaxCharacters == 0 {
		q.MaxCharacters = maxAnswer
	}
	q.Options, err = q.options(at("options"))
	return q, err
}

// chooses reports whether q is answered from options that it words itself.
func (q Question) chooses() bool { return q.Kind == SingleChoice || q.Kind == MultipleChoice }

func (q Question) options(path []string) ([]Option, error) {
	switch n := len(q.Options); {
	case !q.chooses() && n > 0:
		return nil, domain.Refuse(domain.Invalid, "questionnaire.no_options", "A question of this kind has no options.").At(path...)
	case q.chooses() && (n < 2 || n > maxOptions):
		return nil, domain.Refuse(domain.Invalid, "questionnaire.options", "Please give 2 to %d options.", maxOptions).At(path...)
	}
	var out []Option
	for i, o := range q.Options {
		text, err := o.Text.clean(maxOption, slices.Concat(path, []string{strconv.Itoa(i)})...)
		if err != nil {
			return nil, err
		}
		out = append(out, Option{strconv.Itoa(i + 1), text})
	}
	return out, nil
}

// series is drawn once for each version and goes into the handles of its
// questions, so that those of a fork or of a new version are new even where
// number and version are the same.
func series(by domain.Cause) string {
	sum := sha256.Sum256([]byte(string(by.By.Person) + "\x00" + by.Key + "\x00" + by.At.Format(time.RFC3339Nano)))
	return strings.ToLower(base32.HexEncoding.EncodeToString(sum[:])[:8])
}

// handles returns the function that gives handles, such as "q2a-v1-3f6k0tbe".
func handles(version int64, series string) func(string) domain.ID {
	return func(number string) domain.ID {
		return domain.ID(fmt.Sprintf("q%s-v%d-%s", strings.ToLower(number), version, series))
	}
}
