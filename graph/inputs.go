package graph

import (
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/graph/model"
)

// or is what p points to, or the zero value: an absent field and an empty one
// mean the same to commands.
func or[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

func textOf(in *model.TextInput) domain.Text {
	if in == nil {
		return domain.Text{}
	}
	return domain.Text{Language: in.Language, Value: in.Value}
}

func textPointer(in *model.TextInput) *domain.Text {
	if in == nil {
		return nil
	}
	return new(textOf(in))
}

func closing(in *model.DeadlineInput) consultation.Closing {
	if in == nil {
		return consultation.Closing{}
	}
	return consultation.Closing{Local: in.Local, Zone: in.Zone, Inclusive: in.Inclusive}
}

func mandates(in []*model.MandateRefInput) []domain.MandateRef {
	var out []domain.MandateRef
	for _, m := range in {
		out = append(out, mandateRef(m))
	}
	return out
}

func mandateRef(in *model.MandateRefInput) domain.MandateRef {
	if in == nil {
		return domain.MandateRef{}
	}
	return domain.MandateRef{Symbol: in.Symbol, Paragraph: or(in.Paragraph)}
}

func date(in *string) domain.PartialDate { return domain.PartialDate(or(in)) }

func wording(in *model.WordingInput) questionnaire.Wording {
	if in == nil {
		return questionnaire.Wording{}
	}
	w := questionnaire.Wording{Text: domain.Text{Language: in.Language, Value: in.Value}}
	for _, t := range in.Translations {
		w.Translations = append(w.Translations, domain.Translation{Text: domain.Text{Language: t.Language, Value: t.Value}, Origin: t.Origin})
	}
	return w
}

func questionsOf(in []*model.QuestionInput) []questionnaire.Question {
	var out []questionnaire.Question
	for _, q := range in {
		o := questionnaire.Question{Number: q.Number, Text: wording(q.Text), Help: wording(q.Help), Required: q.Required, Kind: q.Kind, MaxCharacters: or(q.MaxCharacters)}
		for _, c := range q.Options {
			o.Options = append(o.Options, questionnaire.Option{Text: wording(c)})
		}
		out = append(out, o)
	}
	return out
}

func content(text *model.TextInput, answers []*model.AnswerInput, objectives []string) submission.Input {
	in := submission.Input{Text: textPointer(text), Objectives: objectives}
	for _, a := range answers {
		in.Answers = append(in.Answers, submission.InputAnswer{Question: a.QuestionID, Text: textPointer(a.Text), Chosen: a.Chosen})
	}
	return in
}

func late(in *model.LateInput) string {
	if in == nil {
		return ""
	}
	return in.Reason
}
