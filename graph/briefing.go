package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

// briefing sends a command on a briefing and reads it back, with the id of what
// it recorded.
func (r mutation) briefing(ctx context.Context, target domain.ID, c briefing.Command, in command) (*model.BriefingPayload, error) {
	o, err := act(ctx, r.Resolver, r.App.Briefings, target, c, in)
	if err != nil {
		return nil, err
	}
	out := &model.BriefingPayload{Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}
	out.Briefing, err = shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.Briefing, error) { return rd.Briefing(ctx, o.ID) })
	if _, refers := c.(briefing.Referring); !refers || err != nil {
		return out, err
	}
	item := r.App.Item(o.ID, app.Caller{Person: requestOf(ctx).person, Key: in.key})
	out.ItemID, err = shown(ctx, r.Resolver, o, func(rd projections.Reader) (*domain.ID, error) { return rd.BriefingItem(ctx, item) })
	return out, err
}

func (r mutation) ScheduleBriefing(ctx context.Context, in model.ScheduleBriefingInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, "", briefing.Schedule{Title: textOf(in.Title), Place: placeOf(in.Place)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RescheduleBriefing(ctx context.Context, in model.RescheduleBriefingInput) (*model.BriefingPayload, error) {
	c := briefing.Reschedule{Place: placeOf(in.Place), Reason: textOf(in.Reason), Expected: in.ExpectedVersion}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) CancelBriefing(ctx context.Context, in model.CancelBriefingInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.Cancel{Reason: textOf(in.Reason)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) StartMeeting(ctx context.Context, in model.MeetingInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.StartMeeting{OccurredOn: dateOf(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ConcludeMeeting(ctx context.Context, in model.MeetingInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.ConcludeMeeting{OccurredOn: dateOf(in.OccurredOn)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) PublishAgenda(ctx context.Context, in model.PublishAgendaInput) (*model.BriefingPayload, error) {
	c := briefing.PublishAgenda{Items: agendaOf(in.Items), Expected: in.ExpectedVersion}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) CarryOutcome(ctx context.Context, in model.CarryOutcomeInput) (*model.BriefingPayload, error) {
	c := briefing.CarryOutcome{From: briefing.Carried{Briefing: in.FromBriefing, Outcome: in.Outcome}}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) InviteToBriefing(ctx context.Context, in model.InviteToBriefingInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.Invite{Invitees: inviteesOf(in.Invitees)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RegisterParticipant(ctx context.Context, in model.RegisterParticipantInput) (*model.BriefingPayload, error) {
	c := briefing.RegisterParticipant{
		Category: termOf(in.Category), Entity: or(in.Entity), Person: or(in.Person), Name: in.Name, Consent: in.Consent, Basis: or(in.Basis),
	}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ChangeConsent(ctx context.Context, in model.ChangeConsentInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.ChangeConsent{Participant: in.Participant, Consent: in.Consent}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RecordAttendance(ctx context.Context, in model.RecordAttendanceInput) (*model.BriefingPayload, error) {
	c := briefing.RecordAttendance{
		Total: int64(in.Total), Counts: countsOf(in.Counts), Represented: termsOf(in.Represented), OccurredOn: dateOf(in.OccurredOn), Expected: in.ExpectedVersion,
	}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RecordStatement(ctx context.Context, in model.RecordStatementInput) (*model.BriefingPayload, error) {
	c := briefing.RecordStatement{
		Speaker: partyOf(in.Speaker), Person: or(in.Person), Name: or(in.Name), OnBehalfOf: in.OnBehalfOf,
		Points: pointsOf(in.Points), OccurredOn: dateOf(in.OccurredOn),
	}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) DepositText(ctx context.Context, in model.DepositTextInput) (*model.BriefingPayload, error) {
	c := briefing.DepositText{Statement: in.Statement, Text: textOf(in.Text), Document: documentOf(in.Document), Expected: in.ExpectedVersion}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) WithdrawText(ctx context.Context, in model.WithdrawTextInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.WithdrawText{Statement: in.Statement, Reason: or(in.Reason)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) TranslateText(ctx context.Context, in model.TranslateTextInput) (*model.BriefingPayload, error) {
	c := briefing.TranslateText{
		Statement: in.Statement, Text: domain.Text{Language: in.Translation.Language, Value: in.Translation.Value},
		Origin: in.Translation.Origin, Expected: in.ExpectedVersion,
	}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RecordPresentation(ctx context.Context, in model.RecordPresentationInput) (*model.BriefingPayload, error) {
	c := briefing.RecordPresentation{Presenter: partyOf(in.Presenter), Title: textOf(in.Title), Beside: or(in.Beside), OccurredOn: dateOf(in.OccurredOn)}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) DepositPresentation(ctx context.Context, in model.DepositPresentationInput) (*model.BriefingPayload, error) {
	c := briefing.DepositPresentation{Presentation: in.Presentation, Document: documentOf(in.Document), Expected: in.ExpectedVersion}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RecordWorkingGroupUpdate(ctx context.Context, in model.RecordWorkingGroupUpdateInput) (*model.BriefingPayload, error) {
	c := briefing.RecordWorkingGroupUpdate{Group: partyOf(in.Group), Text: textOf(in.Text), Terms: termsOf(in.Terms), OccurredOn: dateOf(in.OccurredOn)}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RecordIntervention(ctx context.Context, in model.BriefingVoiceItemInput) (*model.BriefingPayload, error) {
	c := briefing.RecordIntervention{Voice: voiceOf(in.Voice), Text: textOf(in.Text), Terms: termsOf(in.Terms), OccurredOn: dateOf(in.OccurredOn)}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RaiseIssue(ctx context.Context, in model.BriefingVoiceItemInput) (*model.BriefingPayload, error) {
	c := briefing.RaiseIssue{Voice: voiceOf(in.Voice), Text: textOf(in.Text), Terms: termsOf(in.Terms), OccurredOn: dateOf(in.OccurredOn)}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RecordAppreciation(ctx context.Context, in model.BriefingVoiceItemInput) (*model.BriefingPayload, error) {
	c := briefing.RecordAppreciation{Voice: voiceOf(in.Voice), Text: textOf(in.Text), Terms: termsOf(in.Terms), OccurredOn: dateOf(in.OccurredOn)}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RaiseConcern(ctx context.Context, in model.RaiseConcernInput) (*model.BriefingPayload, error) {
	c := briefing.RaiseConcern{
		Voice: voiceOf(in.Voice), Text: textOf(in.Text), Place: or(in.Place), Terms: termsOf(in.Terms), OccurredOn: dateOf(in.OccurredOn),
	}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) ClaimIntervention(ctx context.Context, in model.ClaimInterventionInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.ClaimIntervention{Item: in.Item, Note: or(in.Note)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AcceptInterventionClaim(ctx context.Context, in model.AcceptInterventionClaimInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.AcceptClaim{Item: in.Item, Speaker: in.SpeakerID}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RefuseInterventionClaim(ctx context.Context, in model.RefuseInterventionClaimInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.RefuseClaim{Item: in.Item, Speaker: in.SpeakerID, Reason: in.Reason}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) TakeBackInterventionClaim(ctx context.Context, in model.TakeBackInterventionClaimInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.TakeBackClaim{Item: in.Item, Speaker: in.SpeakerID, Reason: in.Reason}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) WithdrawClaim(ctx context.Context, in model.BriefingItemInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.WithdrawClaim{Item: in.Item}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) AddressIssue(ctx context.Context, in model.AddressIssueInput) (*model.BriefingPayload, error) {
	c := briefing.AddressIssue{Issue: in.Issue, Answerers: partiesOf(in.Answerers), Text: textOf(in.Text), OccurredOn: dateOf(in.OccurredOn)}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RecordOutcome(ctx context.Context, in model.RecordOutcomeInput) (*model.BriefingPayload, error) {
	c := briefing.RecordOutcome{
		Kind: in.Kind, Owner: partyOf(in.Owner), Due: dateOf(in.Due), Text: textOf(in.Text), Terms: termsOf(in.Terms), OccurredOn: dateOf(in.OccurredOn),
	}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) FollowUpOutcome(ctx context.Context, in model.FollowUpOutcomeInput) (*model.BriefingPayload, error) {
	c := briefing.FollowUpOutcome{Outcome: in.Outcome, Text: textOf(in.Text), Due: dateOf(in.Due), Final: in.Final, OccurredOn: dateOf(in.OccurredOn)}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) RetractItem(ctx context.Context, in model.RetractItemInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.RetractItem{Item: in.Item, Reason: textOf(in.Reason)}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) DraftSummary(ctx context.Context, in model.BriefingSummaryInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.DraftSummary{Text: textOf(in.Text), Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) PublishSummary(ctx context.Context, in model.BriefingSummaryInput) (*model.BriefingPayload, error) {
	return r.briefing(ctx, in.ID, briefing.PublishSummary{Text: textOf(in.Text), Expected: in.ExpectedVersion}, command{key: in.IdempotencyKey, For: in.ActingFor})
}

func (r mutation) CorrectSummary(ctx context.Context, in model.CorrectSummaryInput) (*model.BriefingPayload, error) {
	c := briefing.CorrectSummary{Corrects: in.Corrects, Text: textOf(in.Text), Reason: textOf(in.Reason), Expected: in.ExpectedVersion}
	return r.briefing(ctx, in.ID, c, command{key: in.IdempotencyKey, For: in.ActingFor})
}
