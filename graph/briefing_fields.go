package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/projections"
)

type (
	briefings     struct{ *Resolver }
	concerns      struct{ *Resolver }
	invitations   struct{ *Resolver }
	claims        struct{ *Resolver }
	issues        struct{ *Resolver }
	outcomes      struct{ *Resolver }
	participants  struct{ *Resolver }
	parties       struct{ *Resolver }
	presentations struct{ *Resolver }
	statements    struct{ *Resolver }
)

// Briefing implements generated.ResolverRoot.
func (r *Resolver) Briefing() generated.BriefingResolver { return briefings{r} }

// BriefingConcern implements generated.ResolverRoot.
func (r *Resolver) BriefingConcern() generated.BriefingConcernResolver { return concerns{r} }

// BriefingInvitation implements generated.ResolverRoot.
func (r *Resolver) BriefingInvitation() generated.BriefingInvitationResolver { return invitations{r} }

func (r *Resolver) BriefingClaim() generated.BriefingClaimResolver { return claims{r} }

// BriefingIssue implements generated.ResolverRoot.
func (r *Resolver) BriefingIssue() generated.BriefingIssueResolver { return issues{r} }

// BriefingOutcome implements generated.ResolverRoot.
func (r *Resolver) BriefingOutcome() generated.BriefingOutcomeResolver { return outcomes{r} }

// BriefingParticipant implements generated.ResolverRoot.
func (r *Resolver) BriefingParticipant() generated.BriefingParticipantResolver {
	return participants{r}
}

// BriefingParty implements generated.ResolverRoot.
func (r *Resolver) BriefingParty() generated.BriefingPartyResolver { return parties{r} }

// BriefingPresentation implements generated.ResolverRoot.
func (r *Resolver) BriefingPresentation() generated.BriefingPresentationResolver {
	return presentations{r}
}

// BriefingStatement implements generated.ResolverRoot.
func (r *Resolver) BriefingStatement() generated.BriefingStatementResolver { return statements{r} }

func (r query) Briefing(ctx context.Context, id *domain.ID, date *domain.Day) (*projections.Briefing, error) {
	if (id == nil) == (date == nil) {
		return nil, badInput("Give an id or a date: one of the two.")
	}
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Briefing, error) {
		if date != nil {
			return rd.BriefingOn(ctx, *date)
		}
		return rd.Briefing(ctx, *id)
	})
}

func (r query) Briefings(ctx context.Context, filter *projections.BriefingFilter, first *int, after *string, last *int, before *string) (*projections.BriefingConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.BriefingList(ctx, or(filter), page(first, after, last, before))
}

// listed reads a list of each parent at once; those without one get an empty list.
func listed[P, T any](ctx context.Context, r *Resolver, all []*P, id func(*P) domain.ID, read func(projections.Reader, context.Context, []domain.ID) (map[domain.ID][]T, error)) ([][]T, error) {
	out, err := each(ctx, r, all, func(rd projections.Reader) (map[domain.ID][]T, error) { return read(rd, ctx, ids(all, id)) }, id)
	return noNulls(out), err
}

func briefingID(b *projections.Briefing) domain.ID { return b.ID }

func (r briefings) Agenda(ctx context.Context, all []*projections.Briefing) ([][]*projections.BriefingAgendaItem, error) {
	return listed(ctx, r.Resolver, all, briefingID, projections.Reader.BriefingAgendas)
}

func (r briefings) AttendanceVersions(ctx context.Context, all []*projections.Briefing) ([][]*projections.BriefingAttendance, error) {
	return listed(ctx, r.Resolver, all, briefingID, projections.Reader.BriefingAttendances)
}

func (r briefings) Attendance(ctx context.Context, all []*projections.Briefing) ([]*projections.BriefingAttendance, error) {
	return lasts(r.AttendanceVersions(ctx, all))
}

func (r briefings) SummaryVersions(ctx context.Context, all []*projections.Briefing) ([][]*projections.BriefingSummary, error) {
	return listed(ctx, r.Resolver, all, briefingID, projections.Reader.BriefingSummaries)
}

func (r briefings) Summary(ctx context.Context, all []*projections.Briefing) ([]*projections.LocalizedText, error) {
	latest, err := lasts(r.SummaryVersions(ctx, all))
	out := make([]*projections.LocalizedText, len(latest))
	for i, s := range latest {
		if s != nil {
			out[i] = s.Text
		}
	}
	return out, err
}

// lasts takes the last of each list, and nil of an empty one.
func lasts[T any](lists [][]*T, err error) ([]*T, error) {
	out := make([]*T, len(lists))
	for i, l := range lists {
		if len(l) > 0 {
			out[i] = l[len(l)-1]
		}
	}
	return out, err
}

func (r briefings) SummaryDraft(ctx context.Context, all []*projections.Briefing) ([]*projections.LocalizedText, error) {
	return each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID]*projections.LocalizedText, error) {
		return rd.BriefingDrafts(ctx, ids(all, briefingID))
	}, briefingID)
}

func (r briefings) Invitations(ctx context.Context, all []*projections.Briefing) ([][]*projections.BriefingInvitation, error) {
	return listed(ctx, r.Resolver, all, briefingID, projections.Reader.BriefingInvitations)
}

func (r briefings) Participants(ctx context.Context, b *projections.Briefing, first *int, after *string, last *int, before *string) (*projections.BriefingParticipantConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.BriefingParticipants(ctx, b.ID, page(first, after, last, before))
}

func (r briefings) Statements(ctx context.Context, b *projections.Briefing, first *int, after *string, last *int, before *string) (*projections.BriefingStatementConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.BriefingStatements(ctx, b.ID, page(first, after, last, before))
}

// items reads the items of a kind of briefings as what that kind is.
func items[T any](ctx context.Context, r *Resolver, all []*projections.Briefing, kind briefing.Kind, as func(*projections.BriefingItem) *T) ([][]*T, error) {
	return listed(ctx, r, all, briefingID, func(rd projections.Reader, ctx context.Context, of []domain.ID) (map[domain.ID][]*T, error) {
		return recast(as)(rd.BriefingItems(ctx, kind, of))
	})
}

// about reads the items of a kind that go with others.
func about[P, T any](ctx context.Context, r *Resolver, all []*P, id func(*P) domain.ID, kind briefing.Kind, as func(*projections.BriefingItem) *T) ([][]*T, error) {
	return listed(ctx, r, all, id, func(rd projections.Reader, ctx context.Context, of []domain.ID) (map[domain.ID][]*T, error) {
		return recast(as)(rd.BriefingItemsAbout(ctx, kind, of))
	})
}

func recast[T any](as func(*projections.BriefingItem) *T) func(map[domain.ID][]*projections.BriefingItem, error) (map[domain.ID][]*T, error) {
	return func(in map[domain.ID][]*projections.BriefingItem, err error) (map[domain.ID][]*T, error) {
		out := make(map[domain.ID][]*T, len(in))
		for id, list := range in {
			for _, i := range list {
				out[id] = append(out[id], as(i))
			}
		}
		return out, err
	}
}

func (r briefings) Presentations(ctx context.Context, all []*projections.Briefing) ([][]*projections.BriefingPresentation, error) {
	return items(ctx, r.Resolver, all, briefing.Presentation, func(i *projections.BriefingItem) *projections.BriefingPresentation {
		return (*projections.BriefingPresentation)(i)
	})
}

func (r briefings) WorkingGroupUpdates(ctx context.Context, all []*projections.Briefing) ([][]*projections.BriefingWorkingGroupUpdate, error) {
	return items(ctx, r.Resolver, all, briefing.GroupUpdate, func(i *projections.BriefingItem) *projections.BriefingWorkingGroupUpdate {
		return (*projections.BriefingWorkingGroupUpdate)(i)
	})
}

func (r briefings) Interventions(ctx context.Context, all []*projections.Briefing) ([][]*projections.BriefingIntervention, error) {
	return items(ctx, r.Resolver, all, briefing.Intervention, func(i *projections.BriefingItem) *projections.BriefingIntervention {
		return (*projections.BriefingIntervention)(i)
	})
}

func (r briefings) Issues(ctx context.Context, all []*projections.Briefing) ([][]*projections.BriefingIssue, error) {
	return items(ctx, r.Resolver, all, briefing.Issue, func(i *projections.BriefingItem) *projections.BriefingIssue { return (*projections.BriefingIssue)(i) })
}

func (r briefings) Concerns(ctx context.Context, all []*projections.Briefing) ([][]*projections.BriefingConcern, error) {
	return items(ctx, r.Resolver, all, briefing.Concern, func(i *projections.BriefingItem) *projections.BriefingConcern {
		return (*projections.BriefingConcern)(i)
	})
}

func (r briefings) Appreciations(ctx context.Context, all []*projections.Briefing) ([][]*projections.BriefingAppreciation, error) {
	return items(ctx, r.Resolver, all, briefing.Appreciation, func(i *projections.BriefingItem) *projections.BriefingAppreciation {
		return (*projections.BriefingAppreciation)(i)
	})
}

func (r briefings) Outcomes(ctx context.Context, all []*projections.Briefing) ([][]*projections.BriefingOutcome, error) {
	return items(ctx, r.Resolver, all, briefing.Outcome, asOutcome)
}

func asOutcome(i *projections.BriefingItem) *projections.BriefingOutcome {
	return (*projections.BriefingOutcome)(i)
}

func (r briefings) CarriedOutcomes(ctx context.Context, all []*projections.Briefing) ([][]*projections.BriefingOutcome, error) {
	return listed(ctx, r.Resolver, all, briefingID, func(rd projections.Reader, ctx context.Context, of []domain.ID) (map[domain.ID][]*projections.BriefingOutcome, error) {
		return recast(asOutcome)(rd.CarriedOutcomes(ctx, of))
	})
}
