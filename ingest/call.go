package ingest

import (
	"cmp"
	"context"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
)

var labelled = regexp.MustCompile(`^[Qq]0*([1-9][0-9]{0,2}[a-z]?)(?:[ .:)-]+(.*))?$`)

// numberOf reads a label such as "Q02 Other risks": question 2, about other risks.
func numberOf(label string) (number, about string, ok bool) {
	m := labelled.FindStringSubmatch(label)
	if m == nil {
		return "", "", false
	}
	return m[1], strings.TrimSpace(m[2]), true
}

// call returns the consultation that answers go into: the one named, the one
// that an earlier import made for this source, or a new one that asks the
// questions which the labels number.
func (i *Import) call(ctx context.Context, files *answerFiles) (id domain.ID, isNew bool, err error) {
	if i.Consultation != "" {
		return i.Consultation, false, i.known(ctx)
	}
	source := files.answers[0].source
	title := cmp.Or(i.Title, strings.TrimSuffix(source, filepath.Ext(source)))
	draft := questionnaire.Draft{Title: questionnaire.Wording{Text: i.text(title)}, Questions: i.asked(files)}
	var asks domain.ID
	if len(draft.Questions) > 0 {
		if asks, err = i.questionnaire(ctx, source, draft); err != nil {
			return "", false, err
		}
	}
	return i.announced(ctx, source, consultation.Plan{Title: i.text(title)}, asks)
}

// known refuses a consultation that is not there.
func (i *Import) known(ctx context.Context) error {
	s, err := i.App.Consultations.State(ctx, i.Consultation)
	if err == nil && s.Status == "" {
		err = refuse("there is no consultation %s", i.Consultation)
	}
	return err
}

// announced plans and announces the consultation of a source, or finds it. It
// need not open: what came in elsewhere is recorded all the same.
func (i *Import) announced(ctx context.Context, source string, plan consultation.Plan, asks domain.ID) (id domain.ID, isNew bool, err error) {
	by := i.by("consultation", source)
	made, done, err := i.App.Consultations.Done(ctx, "", by)
	if err != nil {
		return "", false, err
	}
	if !done {
		if made, err = i.App.Consultations.Do(ctx, "", plan, by); err != nil {
			return "", false, told(err)
		}
	}
	if asks != "" {
		attach := consultation.AttachQuestionnaire{Questionnaire: asks, Version: 1}
		if _, err := i.App.Consultations.Do(ctx, made.ID, attach, i.by("attach", source)); err != nil {
			return "", false, told(err)
		}
	}
	_, err = i.App.Consultations.Do(ctx, made.ID, consultation.Announce{}, i.by("announce", source))
	return made.ID, !done, told(err)
}

// questionnaire drafts and publishes the questions of a source, or finds them.
func (i *Import) questionnaire(ctx context.Context, source string, draft questionnaire.Draft) (domain.ID, error) {
	by := i.by("questionnaire", source)
	made, done, err := i.App.Questionnaires.Done(ctx, "", by)
	if err != nil {
		return "", err
	}
	if !done {
		if made, err = i.App.Questionnaires.Do(ctx, "", draft, by); err != nil {
			return "", told(err)
		}
	}
	_, err = i.App.Questionnaires.Do(ctx, made.ID, questionnaire.Publish{}, i.by("publish questionnaire", source))
	return made.ID, told(err)
}

// told turns a refusal that ends the import into what the person is told.
func told(err error) error {
	if why := reason(err); why != "" {
		return &Refused{why}
	}
	return err
}

// asked lists the questions that the labels of answers number, in order. Where
// there is no wording, what the label says stands in for it.
func (i *Import) asked(files *answerFiles) []questionnaire.Question {
	byNumber := map[string]questionnaire.Question{}
	for _, label := range slices.Sorted(keys(files)) {
		number, about, ok := numberOf(label)
		if _, twice := byNumber[number]; !ok || twice {
			continue
		}
		q := questionnaire.Question{Number: number, Kind: questionnaire.FreeText, Text: questionnaire.Wording{Text: i.text(cmp.Or(about, label))}}
		if words := files.worded[label]; words != "" {
			q.Text.Text = i.text(words)
			if about != "" {
				q.Help.Text = i.text(about)
			}
		}
		byNumber[number] = q
	}
	var all []questionnaire.Question
	for _, q := range byNumber {
		all = append(all, q)
	}
	slices.SortFunc(all, func(a, b questionnaire.Question) int {
		return cmp.Or(cmp.Compare(leading(a.Number), leading(b.Number)), cmp.Compare(a.Number, b.Number))
	})
	return all
}

// keys are the labels that are questions to ask: of answers, and of wordings.
func keys(files *answerFiles) func(func(string) bool) {
	return func(yield func(string) bool) {
		for l := range files.labels {
			if !yield(l) {
				return
			}
		}
		for l := range files.worded {
			if !yield(l) {
				return
			}
		}
	}
}

// leading is the number that a question's number begins with.
func leading(number string) int {
	n, _ := strconv.Atoi(strings.TrimRight(number, "abcdefghijklmnopqrstuvwxyz")) // of the form that numberOf reads
	return n
}

// questions returns the questions that a consultation asks, by number.
func (i *Import) questions(ctx context.Context, call domain.ID) (map[string]questionnaire.Question, error) {
	c, err := i.App.Consultations.State(ctx, call)
	if err != nil || c.Questionnaire == "" {
		return nil, err
	}
	q, err := i.App.Questionnaires.State(ctx, c.Questionnaire)
	if err != nil {
		return nil, err
	}
	v, _ := q.At(c.QuestionnaireVersion)
	byNumber := map[string]questionnaire.Question{}
	for _, q := range v.Questions {
		byNumber[strings.ToLower(q.Number)] = q
	}
	return byNumber, nil
}
