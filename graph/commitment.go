package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

// commitment sends a command on a commitment and reads it back.
func (r mutation) commitment(ctx context.Context, target domain.ID, c commitment.Command, in command) (*model.CommitmentPayload, error) {
	o, err := act(ctx, r.Resolver, r.App.Commitments, target, c, in)
	if err != nil {
		return nil, err
	}
	s, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.Commitment, error) { return rd.Commitment(ctx, o.ID) })
	return &model.CommitmentPayload{Commitment: s, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r mutation) RecordAnnouncement(ctx context.Context, in model.RecordAnnouncementInput) (*model.CommitmentPayload, error) {
	c := commitment.RecordAnnouncement{
		Quantifier: in.Quantifier, Attribution: in.Attribution, Owner: or(in.Owner), Source: in.Source, OccurredOn: or(in.OccurredOn),
		Wording: commitmentWording(in.Kind, in.Text, in.Scope, in.Amount, in.Fund, in.Ends),
	}
	if in.Category != nil {
		c.Category = commitment.Category{Vocabulary: in.Category.Vocabulary, Term: in.Category.Term}
	}
	return r.commitment(ctx, "", c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RecordCommitment(ctx context.Context, in model.RecordCommitmentInput) (*model.CommitmentPayload, error) {
	c := commitment.Record{
		Owner: or(in.Owner), Source: in.Source, OccurredOn: or(in.OccurredOn), Expected: in.ExpectedVersion,
		Wording: commitmentWording(in.Kind, in.Text, in.Scope, in.Amount, in.Fund, in.Ends),
	}
	return r.commitment(ctx, or(in.ID), c, command{key: in.IdempotencyKey, For: in.ActingFor, Named: in.ID != nil})
}

func (r mutation) CorrectCommitmentRecord(ctx context.Context, in model.CorrectCommitmentRecordInput) (*model.CommitmentPayload, error) {
	c := commitment.CorrectRecord{
		Source: in.Source, OccurredOn: or(in.OccurredOn), Expected: in.ExpectedVersion,
		Wording: commitmentWording(in.Kind, in.Text, in.Scope, in.Amount, in.Fund, in.Ends),
	}
	return r.commitment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ConfirmCommitment(ctx context.Context, in model.ConfirmCommitmentInput) (*model.CommitmentPayload, error) {
	c := commitment.Confirm{OccurredOn: or(in.OccurredOn), Expected: in.ExpectedVersion}
	if t := in.Terms; t != nil {
		c.Terms = new(commitmentWording(t.Kind, t.Text, t.Scope, t.Amount, t.Fund, t.Ends))
	}
	return r.commitment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ContestCommitment(ctx context.Context, in model.CommitmentReasonInput) (*model.CommitmentPayload, error) {
	return r.commitment(ctx, in.ID, commitment.Contest{Reason: textOf(in.Reason), OccurredOn: or(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) SubmitPledge(ctx context.Context, in model.SubmitPledgeInput) (*model.CommitmentPayload, error) {
	c := commitment.Submit{
		Form: in.Form, CoPledgers: in.CoPledgers, Announcement: or(in.Announcement), OccurredOn: or(in.OccurredOn),
		Wording: commitmentWording(in.Kind, in.Text, in.Scope, in.Amount, in.Fund, in.Ends),
	}
	return r.commitment(ctx, "", c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ConfirmCoPledge(ctx context.Context, in model.CommitmentActInput) (*model.CommitmentPayload, error) {
	return r.commitment(ctx, in.ID, commitment.ConfirmCoPledge{}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) LeavePledge(ctx context.Context, in model.CommitmentActInput) (*model.CommitmentPayload, error) {
	return r.commitment(ctx, in.ID, commitment.LeavePledge{}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) PublishPledge(ctx context.Context, in model.CommitmentActInput) (*model.CommitmentPayload, error) {
	return r.commitment(ctx, in.ID, commitment.Publish{}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) MatchPledge(ctx context.Context, in model.MatchPledgeInput) (*model.CommitmentPayload, error) {
	return r.commitment(ctx, in.ID, commitment.Match{With: in.With}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ReportProgress(ctx context.Context, in model.ReportProgressInput) (*model.CommitmentPayload, error) {
	c := commitment.ReportProgress{
		Stage: in.Stage, Text: textOf(in.Text), Evidence: evidenceOf(in.Evidence), OccurredOn: or(in.OccurredOn), Expected: in.ExpectedVersion,
	}
	return r.commitment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ChallengeProgress(ctx context.Context, in model.ChallengeProgressInput) (*model.CommitmentPayload, error) {
	c := commitment.ChallengeProgress{Report: in.Report, Text: textOf(in.Text), Evidence: evidenceOf(in.Evidence)}
	return r.commitment(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) WithdrawPledge(ctx context.Context, in model.CommitmentReasonInput) (*model.CommitmentPayload, error) {
	return r.commitment(ctx, in.ID, commitment.Withdraw{Reason: textOf(in.Reason), OccurredOn: or(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func commitmentWording(kind commitment.Kind, text *model.TextInput, scope *model.CommitmentScopeInput, amount *model.MoneyInput, fund *domain.ID, ends *string) commitment.Wording {
	w := commitment.Wording{Kind: kind, Text: textOf(text), Fund: or(fund), Ends: or(ends)}
	if scope != nil {
		w.Scope = commitment.Scope{Concerns: or(scope.Concerns), Objectives: scope.Objectives, Principles: scope.Principles, Places: mandates(scope.Places)}
	}
	if amount != nil {
		w.Amount = &commitment.Sum{Amount: amount.Amount, Currency: amount.Currency}
	}
	return w
}

func evidenceOf(in []*model.EvidenceInput) []commitment.Evidence {
	var out []commitment.Evidence
	for _, e := range in {
		out = append(out, commitment.Evidence{Title: textOf(e.Title), Link: or(e.Link)})
	}
	return out
}
