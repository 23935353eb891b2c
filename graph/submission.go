package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

// submission sends a command on a submission and reads it back.
func (r mutation) submission(ctx context.Context, target domain.ID, c submission.Command, in command) (*model.SubmissionPayload, error) {
	o, err := act(ctx, r.Resolver, r.App.Submissions, target, c, in)
	if err != nil {
		return nil, err
	}
	s, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.Submission, error) { return rd.Submission(ctx, o.ID) })
	return &model.SubmissionPayload{Submission: s, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) SaveDraft(ctx context.Context, in model.SaveDraftInput) (*model.SubmissionPayload, error) {
	c := submission.SaveDraft{Consultation: or(in.ConsultationID), Content: content(in.Text, in.Answers, in.Objectives), Expected: in.ExpectedVersion}
	return r.submission(ctx, or(in.ID), c, command{key: in.IdempotencyKey, For: in.ActingFor, Named: in.ID != nil})
}

func (r mutation) DiscardDraft(ctx context.Context, in model.SubmissionActInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.Discard{Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ProposeForAuthorisation(ctx context.Context, in model.SubmissionActInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.Propose{Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AuthoriseSubmission(ctx context.Context, in model.AuthoriseSubmissionInput) (*model.SubmissionPayload, error) {
	c := submission.Authorise{Expected: in.ExpectedVersion, Late: late(in.Late), Label: or(in.Label)}
	return r.submission(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) SubmitSubmission(ctx context.Context, in model.SubmitSubmissionInput) (*model.SubmissionPayload, error) {
	c := submission.Submit{
		Consultation: or(in.ConsultationID), Content: content(in.Text, in.Answers, in.Objectives), Label: or(in.Label),
		Late: late(in.Late), CoSigners: in.CoSignatories, Expected: in.ExpectedVersion,
	}
	return r.submission(ctx, or(in.ID), c, command{key: in.IdempotencyKey, For: in.ActingFor, Named: in.ID != nil})
}

func (r mutation) RecordSubmission(ctx context.Context, in model.RecordSubmissionInput) (*model.SubmissionPayload, error) {
	c := submission.Record{
		Consultation: in.ConsultationID, For: or(in.Owner), Author: or(in.Author), Content: content(in.Text, in.Answers, in.Objectives), Publish: in.Publish,
		Source: submission.Source{
			Name: in.Source.Name, Item: or(in.Source.Item), Hash: in.Source.Hash, Moderation: or(in.Source.Moderation),
			Agrees: or(in.Source.Agrees), Disagrees: or(in.Source.Disagrees), OccurredOn: domain.PartialDate(or(in.Source.OccurredOn)),
		},
	}
	return r.submission(ctx, "", c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ConfirmRecordedSubmission(ctx context.Context, in model.SubmissionActInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.ConfirmRecorded{Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ContestRecordedSubmission(ctx context.Context, in model.SubmissionReasonInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.ContestRecorded{Reason: or(in.Reason), Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) CorrectSubmissionRecord(ctx context.Context, in model.CorrectSubmissionRecordInput) (*model.SubmissionPayload, error) {
	c := submission.CorrectRecord{Content: content(in.Text, in.Answers, in.Objectives), Source: in.Source, Expected: in.ExpectedVersion}
	return r.submission(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AttestSubmissionRecord(ctx context.Context, in model.AttestSubmissionRecordInput) (*model.SubmissionPayload, error) {
	c := submission.AttestRecord{Source: submission.PublicSource{Title: in.Source.Title, Link: in.Source.Link}, Expected: in.ExpectedVersion}
	return r.submission(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AmendSubmission(ctx context.Context, in model.AmendSubmissionInput) (*model.SubmissionPayload, error) {
	c := submission.Amend{Content: content(in.Text, in.Answers, in.Objectives), RetractPrevious: in.RetractPrevious, Expected: in.ExpectedVersion}
	return r.submission(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) WithdrawSubmission(ctx context.Context, in model.SubmissionReasonInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.Withdraw{Reason: or(in.Reason), Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RestoreSubmission(ctx context.Context, in model.SubmissionActInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.Restore{Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RequestConfidentiality(ctx context.Context, in model.SubmissionLabelInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.RequestConfidentiality{Label: in.Label}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) LowerConfidentiality(ctx context.Context, in model.SubmissionLabelInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.LowerConfidentiality{Label: in.Label}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) GrantConfidentiality(ctx context.Context, in model.SubmissionReasonInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.GrantConfidentiality{Reason: or(in.Reason), Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) DeclineConfidentiality(ctx context.Context, in model.SubmissionReasonInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.DeclineConfidentiality{Reason: or(in.Reason), Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ConfirmCoSignature(ctx context.Context, in model.SubmissionActInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.ConfirmCoSignature{Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) LeaveJointSubmission(ctx context.Context, in model.SubmissionActInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.LeaveJoint{Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AcceptLateSubmission(ctx context.Context, in model.SubmissionReasonInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.AcceptLate{Reason: or(in.Reason), Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RefuseLateSubmission(ctx context.Context, in model.RefuseLateInput) (*model.SubmissionPayload, error) {
	reason := domain.ReasonCode{Policy: in.Reason.Policy, Code: in.Reason.Code, Text: in.Reason.Text}
	return r.submission(ctx, in.ID, submission.RefuseLate{Reason: reason}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AttachTranslation(ctx context.Context, in model.AttachTranslationInput) (*model.SubmissionPayload, error) {
	t := domain.Text{Language: in.Translation.Language, Value: in.Translation.Value}
	return r.submission(ctx, in.ID, submission.AttachTranslation{Text: t, Origin: in.Translation.Origin, Edition: in.Version}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) PublishSubmission(ctx context.Context, in model.SubmissionActInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.Publish{Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RetractEdition(ctx context.Context, in model.RetractEditionInput) (*model.SubmissionPayload, error) {
	c := submission.Retract{Edition: in.Version, Reason: or(in.Reason), Expected: in.ExpectedVersion}
	return r.submission(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) HideSubmission(ctx context.Context, in model.HideSubmissionInput) (*model.SubmissionPayload, error) {
	return r.submission(ctx, in.ID, submission.Hide{Reason: domain.ReasonCode(*in.Reason)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}
