package questionnaire

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

// An Answer is what somebody says to one question.
type Answer struct {
	Question domain.ID
	Text     string
	Chosen   []string // ids of options; Yes or No for a YES_NO question
}

// Check refuses, pointing into "answers", what does not fit v: a question that
// v does not ask, an answer of another kind or too long, a required question
// left out.
func (v Version) Check(answers []Answer) error {
	if err := v.CheckPart(answers); err != nil {
		return err
	}
	for _, q := range v.Questions {
		given := func(a Answer) bool { return a.Question == q.ID && a.answers(q) }
		if q.Required && !slices.ContainsFunc(answers, given) {
			return domain.Refuse(domain.Invalid, "questionnaire.required", "Question %s needs an answer.", q.Number).At("answers")
		}
	}
	return nil
}

// CheckPart is Check for a draft, in which anything may still be left out.
func (v Version) CheckPart(answers []Answer) error {
	seen := map[domain.ID]bool{}
	for i, a := range answers {
		path := []string{"answers", strconv.Itoa(i)}
		n := slices.IndexFunc(v.Questions, func(q Question) bool { return q.ID == a.Question })
		switch {
		case n < 0:
			return domain.Refuse(domain.Invalid, "questionnaire.not_asked", "This call does not ask that question.").At(append(path, "question")...)
		case seen[a.Question]:
			return domain.Refuse(domain.Invalid, "questionnaire.answered_twice", "Question %s is answered twice.", v.Questions[n].Number).At(append(path, "question")...)
		}
		seen[a.Question] = true
		if err := v.Questions[n].fits(a, path); err != nil {
			return err
		}
	}
	return nil
}

// answers reports whether a says something to q. A comment beside a choice is
// no choice.
func (a Answer) answers(q Question) bool {
	if q.Kind == FreeText {
		return strings.TrimSpace(a.Text) != ""
	}
	return len(a.Chosen) > 0
}

func (q Question) fits(a Answer, path []string) error {
	if n := domain.Characters(a.Text); n > q.MaxCharacters {
		text := slices.Concat(path, []string{"text"})
		if q.MaxCharacters == 0 {
			return domain.Refuse(domain.Invalid, "questionnaire.no_text", "Question %s takes no text; please choose.", q.Number).At(text...)
		}
		return domain.Refuse(domain.Invalid, "questionnaire.too_long", "The answer to question %s has %d characters; at most %d are possible.", q.Number, n, q.MaxCharacters).At(text...)
	}
	chosen := slices.Concat(path, []string{"chosen"})
	switch {
	case q.Kind == FreeText && len(a.Chosen) > 0:
		return domain.Refuse(domain.Invalid, "questionnaire.no_choice", "Question %s takes a text; there is nothing to choose.", q.Number).At(chosen...)
	case q.Kind != MultipleChoice && len(a.Chosen) > 1:
		return domain.Refuse(domain.Invalid, "questionnaire.one_choice", "Please choose one answer to question %s.", q.Number).At(chosen...)
	}
	for i, c := range a.Chosen {
		if !q.offers(c) {
			return domain.Refuse(domain.Invalid, "questionnaire.not_offered", "Question %s has no such option.", q.Number).At(chosen...)
		}
		if slices.Contains(a.Chosen[:i], c) {
			return domain.Refuse(domain.Invalid, "questionnaire.chosen_twice", "One option of question %s is chosen twice.", q.Number).At(chosen...)
		}
	}
	return nil
}

func (q Question) offers(id string) bool {
	if q.Kind == YesNo {
		return id == Yes || id == No
	}
	return slices.ContainsFunc(q.Options, func(o Option) bool { return o.ID == id })
}
