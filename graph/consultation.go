package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/consultation"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

// consultation sends a command on a consultation and reads it back.
func (r mutation) consultation(ctx context.Context, target domain.ID, c consultation.Command, in command) (*model.ConsultationPayload, error) {
	o, err := act(ctx, r.Resolver, r.App.Consultations, target, c, in)
	if err != nil {
		return nil, err
	}
	s, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.Consultation, error) { return rd.Consultation(ctx, o.ID) })
	return &model.ConsultationPayload{Consultation: s, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) PlanConsultation(ctx context.Context, in model.PlanConsultationInput) (*model.ConsultationPayload, error) {
	c := consultation.Plan{
		Title: textOf(in.Title), Description: textOf(in.Description), Symbol: or(in.Symbol), Kind: in.Kind, HeldOn: or(in.HeldOn), Closes: closing(in.Closes),
		Mandates: mandates(in.Mandates), Late: in.LatePolicy, Label: in.Label, MaxCharacters: or(in.MaxCharacters), OccurredOn: or(in.OccurredOn),
	}
	return r.consultation(ctx, "", c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RescheduleConsultation(ctx context.Context, in model.RescheduleConsultationInput) (*model.ConsultationPayload, error) {
	c := consultation.Reschedule{HeldOn: or(in.HeldOn), Closes: closing(in.Closes), Reason: or(in.Reason), Expected: in.ExpectedVersion}
	return r.consultation(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) SetAudience(ctx context.Context, in model.SetAudienceInput) (*model.ConsultationPayload, error) {
	c := consultation.SetAudience{Groups: in.Groups, Named: in.Named, OpenToAll: in.OpenToAll, Expected: in.ExpectedVersion}
	return r.consultation(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) DeclareLatePolicy(ctx context.Context, in model.DeclareLatePolicyInput) (*model.ConsultationPayload, error) {
	return r.consultation(ctx, in.ID, consultation.DeclareLatePolicy{Late: in.LatePolicy, Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AttachQuestionnaire(ctx context.Context, in model.AttachQuestionnaireInput) (*model.ConsultationPayload, error) {
	c := consultation.AttachQuestionnaire{Questionnaire: in.Questionnaire, Version: in.QuestionnaireVersion, Expected: in.ExpectedVersion}
	return r.consultation(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AnnounceConsultation(ctx context.Context, in model.AnnounceConsultationInput) (*model.ConsultationPayload, error) {
	return r.consultation(ctx, in.ID, consultation.Announce{OccurredOn: or(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) OpenConsultation(ctx context.Context, in model.ConsultationActInput) (*model.ConsultationPayload, error) {
	return r.consultation(ctx, in.ID, consultation.Open{}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ExtendConsultation(ctx context.Context, in model.ExtendConsultationInput) (*model.ConsultationPayload, error) {
	c := consultation.Extend{Closes: closing(in.Closes), Reason: in.Reason, Expected: in.ExpectedVersion}
	return r.consultation(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) CloseConsultation(ctx context.Context, in model.ConsultationReasonInput) (*model.ConsultationPayload, error) {
	return r.consultation(ctx, in.ID, consultation.Close{Reason: or(in.Reason)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) PublishFactualSummary(ctx context.Context, in model.ConsultationTextInput) (*model.ConsultationPayload, error) {
	c := consultation.PublishFactualSummary{Text: textOf(in.Text), OccurredOn: or(in.OccurredOn), Expected: in.ExpectedVersion}
	return r.consultation(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ReportBack(ctx context.Context, in model.ReportBackInput) (*model.ConsultationPayload, error) {
	c := consultation.ReportBack{Text: textOf(in.Text), OccurredOn: or(in.OccurredOn)}
	return r.consultation(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ArchiveConsultation(ctx context.Context, in model.ConsultationActInput) (*model.ConsultationPayload, error) {
	return r.consultation(ctx, in.ID, consultation.Archive{}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) CancelConsultation(ctx context.Context, in model.ConsultationReasonInput) (*model.ConsultationPayload, error) {
	return r.consultation(ctx, in.ID, consultation.Cancel{Reason: or(in.Reason)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r query) Consultation(ctx context.Context, id *domain.ID, symbol *string) (*projections.Consultation, error) {
	if (id == nil) == (symbol == nil) {
		return nil, badInput("Give an id or a symbol: one of the two.")
	}
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Consultation, error) {
		if symbol != nil {
			return rd.ConsultationBySymbol(ctx, *symbol)
		}
		return rd.Consultation(ctx, *id)
	})
}

func (r query) Consultations(ctx context.Context, filter *projections.ConsultationFilter, first *int, after *string, last *int, before *string) (*projections.ConsultationConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.ConsultationList(ctx, or(filter), page(first, after, last, before))
}

func (r consultations) Questionnaire(ctx context.Context, c *projections.Consultation) (*projections.Questionnaire, error) {
	if c.QuestionnaireID == "" {
		return nil, nil
	}
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Questionnaire, error) {
		return rd.Questionnaire(ctx, c.QuestionnaireID)
	})
}

func (r consultations) Submissions(ctx context.Context, c *projections.Consultation, filter *projections.SubmissionFilter, orderBy *projections.SubmissionOrder, first *int, after *string, last *int, before *string) (*projections.SubmissionConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	f := or(filter)
	if f.Consultation != nil && *f.Consultation != c.ID {
		return nil, badInput("These are the submissions of one consultation; do not name another.")
	}
	f.Consultation = &c.ID
	return rd.SubmissionList(ctx, f, or(orderBy), page(first, after, last, before))
}
