package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/questionnaire"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

// questionnaire sends a command on a questionnaire and reads it back.
func (r mutation) questionnaire(ctx context.Context, target domain.ID, c questionnaire.Command, in command) (*model.QuestionnairePayload, error) {
	o, err := act(ctx, r.Resolver, r.App.Questionnaires, target, c, in)
	if err != nil {
		return nil, err
	}
	q, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.Questionnaire, error) { return rd.Questionnaire(ctx, o.ID) })
	return &model.QuestionnairePayload{Questionnaire: q, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) DraftQuestionnaire(ctx context.Context, in model.DraftQuestionnaireInput) (*model.QuestionnairePayload, error) {
	c := questionnaire.Draft{Title: wording(in.Title), Questions: questionsOf(in.Questions)}
	return r.questionnaire(ctx, "", c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ReviseQuestionnaire(ctx context.Context, in model.ReviseQuestionnaireInput) (*model.QuestionnairePayload, error) {
	c := questionnaire.Revise{Title: wording(in.Title), Questions: questionsOf(in.Questions), Expected: in.ExpectedVersion}
	return r.questionnaire(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) PublishQuestionnaire(ctx context.Context, in model.PublishQuestionnaireInput) (*model.QuestionnairePayload, error) {
	return r.questionnaire(ctx, in.ID, questionnaire.Publish{Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) StartQuestionnaireVersion(ctx context.Context, in model.QuestionnaireActInput) (*model.QuestionnairePayload, error) {
	return r.questionnaire(ctx, in.ID, questionnaire.StartVersion{}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ForkQuestionnaire(ctx context.Context, in model.ForkQuestionnaireInput) (*model.QuestionnairePayload, error) {
	c := questionnaire.Fork{Of: questionnaire.Origin{Questionnaire: in.Questionnaire, Version: in.Version}}
	return r.questionnaire(ctx, "", c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RetireQuestionnaire(ctx context.Context, in model.QuestionnaireReasonInput) (*model.QuestionnairePayload, error) {
	return r.questionnaire(ctx, in.ID, questionnaire.Retire{Reason: or(in.Reason)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r query) Questionnaire(ctx context.Context, id domain.ID) (*projections.Questionnaire, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Questionnaire, error) { return rd.Questionnaire(ctx, id) })
}

func (r questions) Origin(ctx context.Context, q *projections.Questionnaire) (*projections.Questionnaire, error) {
	if q.OriginID == "" {
		return nil, nil
	}
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Questionnaire, error) {
		return rd.Questionnaire(ctx, q.OriginID)
	})
}
