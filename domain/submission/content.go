package submission

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
)

const (
	maxText     = 50_000  // characters: some twenty printed pages
	maxAnswer   = 20_000  // characters for one answer
	maxRecorded = 250_000 // characters of something that came in on paper; it still fits one append
	maxAnswers  = 200
	maxChosen   = 100
)

// Words are somebody's own, in the language they wrote them in.
type Words struct {
	Language string          `json:"language"` // BCP 47
	Text     domain.Personal `json:"text"`
}

// An Answer is what was said to one question of the questionnaire.
type Answer struct {
	Question domain.ID `json:"question"`
	Words    *Words    `json:"words,omitempty"`
	Chosen   []string  `json:"chosen,omitempty"` // options, for a question that has some
}

// Content is one edition of what was said: a text, answers, or both.
type Content struct {
	Text       *Words   `json:"text,omitempty"`
	Answers    []Answer `json:"answers,omitempty"`
	Objectives []string `json:"objectives,omitempty"` // codes of the Compact's, that the author says it is about
}

// Empty reports whether nothing is said.
func (c Content) Empty() bool { return c.Text == nil && len(c.Answers) == 0 }

// Input is content as a caller sends it.
type Input struct {
	Text       *domain.Text
	Answers    []InputAnswer
	Objectives []string // codes of vocabulary gcm-objectives
}

// An InputAnswer is an answer as a caller sends it.
type InputAnswer struct {
	Question domain.ID
	Text     *domain.Text
	Chosen   []string
}

// limits bounds the length of one text and one answer, in characters.
type limits struct{ text, answer int }

var (
	typed = limits{maxText, maxAnswer}
	paper = limits{maxRecorded, maxRecorded}
)

// content checks and normalises what a caller sent; of is whose words they are.
func (in Input) content(of domain.ID, max limits) (Content, error) {
	var c Content
	if in.Text != nil {
		w, err := words(*in.Text, of, max.text, "text")
		if err != nil {
			return Content{}, err
		}
		c.Text = w
	}
	if len(in.Answers) > maxAnswers {
		return Content{}, domain.Refuse(domain.Invalid, "submission.answers", "At most %d answers, please.", maxAnswers).At("answers")
	}
	seen := map[domain.ID]bool{}
	for i, a := range in.Answers {
		at := []string{"answers", fmt.Sprint(i)}
		if seen[a.Question] {
			return Content{}, domain.Refuse(domain.Invalid, "submission.answered_twice", "This question is answered twice.").At(at...)
		}
		seen[a.Question] = true
		answer, err := a.answer(of, max.answer, at)
		if err != nil {
			return Content{}, err
		}
		c.Answers = append(c.Answers, answer)
	}
	var err error
	if c.Objectives, err = objectives(in.Objectives); err != nil {
		return Content{}, err
	}
	if c.Empty() {
		return Content{}, domain.Refuse(domain.Invalid, "submission.empty", "A submission needs some text, or an answer.").At("text")
	}
	return c, nil
}

func (a InputAnswer) answer(of domain.ID, max int, at []string) (Answer, error) {
	out := Answer{Question: a.Question, Chosen: a.Chosen}
	if len(a.Chosen) > maxChosen {
		return out, domain.Refuse(domain.Invalid, "submission.chosen", "At most %d options, please.", maxChosen).At(at...)
	}
	if a.Text != nil {
		w, err := words(*a.Text, of, max, append(at, "text")...)
		if err != nil {
			return out, err
		}
		out.Words = w
	}
	if out.Words == nil && len(out.Chosen) == 0 {
		return out, domain.Refuse(domain.Invalid, "submission.answer_empty", "Please answer, or leave the question out.").At(at...)
	}
	return out, nil
}

func words(t domain.Text, of domain.ID, max int, path ...string) (*Words, error) {
	clean, err := domain.NewText(t.Language, t.Value, max, path...)
	if err != nil {
		return nil, err
	}
	return &Words{Language: clean.Language, Text: domain.About(of, clean.Value)}, nil
}

// objectives checks the codes that the author chose, in order and each once.
func objectives(codes []string) ([]string, error) {
	out := slices.Clone(codes)
	slices.Sort(out)
	out = slices.Compact(out)
	for _, c := range out {
		if !objective.MatchString(c) {
			return nil, domain.Refuse(domain.Invalid, "submission.objective", "An objective is named by its number, 1 to 23.").At("objectives")
		}
	}
	return out, nil
}

var objective = regexp.MustCompile(`^([1-9]|1[0-9]|2[0-3])$`)
