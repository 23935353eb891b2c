package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/briefing"
	"github.com/rapporteur-project/rapporteur/projections"
)

func statementID(s *projections.BriefingStatement) domain.ID { return s.ID }

func (r statements) Points(ctx context.Context, all []*projections.BriefingStatement) ([][]*projections.BriefingPoint, error) {
	return listed(ctx, r.Resolver, all, statementID, projections.Reader.BriefingPoints)
}

func (r statements) Deposit(ctx context.Context, all []*projections.BriefingStatement) ([]*projections.BriefingDeposit, error) {
	return deposits(ctx, r.Resolver, all, statementID)
}

func (r statements) Text(ctx context.Context, all []*projections.BriefingStatement) ([]*projections.LocalizedText, error) {
	in, err := r.Deposit(ctx, all)
	out := make([]*projections.LocalizedText, len(in))
	for i, d := range in {
		if d != nil {
			out[i] = d.Text
		}
	}
	return out, err
}

func (r presentations) Deposit(ctx context.Context, all []*projections.BriefingPresentation) ([]*projections.BriefingDeposit, error) {
	return deposits(ctx, r.Resolver, all, func(p *projections.BriefingPresentation) domain.ID { return p.ID })
}

func deposits[P any](ctx context.Context, r *Resolver, all []*P, id func(*P) domain.ID) ([]*projections.BriefingDeposit, error) {
	return each(ctx, r, all, func(rd projections.Reader) (map[domain.ID]*projections.BriefingDeposit, error) {
		return rd.BriefingDeposits(ctx, ids(all, id))
	}, id)
}

func (r statements) OnBehalfOf(ctx context.Context, all []*projections.BriefingStatement) ([][]*projections.Entity, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	var of []domain.ID
	for _, s := range all {
		of = append(of, s.OnBehalfOf...)
	}
	entities, err := rd.Entities(ctx, of)
	out := make([][]*projections.Entity, len(all))
	for i, s := range all {
		for _, id := range s.OnBehalfOf {
			if e := entities[id]; e != nil { // a working group is no entity
				out[i] = append(out[i], e)
			}
		}
	}
	return noNulls(out), err
}

func asAnswer(i *projections.BriefingItem) *projections.BriefingAnswer {
	return (*projections.BriefingAnswer)(i)
}

func (r issues) Answers(ctx context.Context, all []*projections.BriefingIssue) ([][]*projections.BriefingAnswer, error) {
	return about(ctx, r.Resolver, all, func(i *projections.BriefingIssue) domain.ID { return i.ID }, briefing.Answer, asAnswer)
}

func (r concerns) Answers(ctx context.Context, all []*projections.BriefingConcern) ([][]*projections.BriefingAnswer, error) {
	return about(ctx, r.Resolver, all, func(c *projections.BriefingConcern) domain.ID { return c.ID }, briefing.Answer, asAnswer)
}

func (r outcomes) FollowUps(ctx context.Context, all []*projections.BriefingOutcome) ([][]*projections.BriefingFollowUp, error) {
	as := func(i *projections.BriefingItem) *projections.BriefingFollowUp {
		return (*projections.BriefingFollowUp)(i)
	}
	return about(ctx, r.Resolver, all, func(o *projections.BriefingOutcome) domain.ID { return o.ID }, briefing.FollowUp, as)
}

func (r outcomes) Briefing(ctx context.Context, all []*projections.BriefingOutcome) ([]*projections.Briefing, error) {
	of := func(o *projections.BriefingOutcome) domain.ID { return o.BriefingID }
	return each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID]*projections.Briefing, error) {
		return rd.Briefings(ctx, ids(all, of))
	}, of)
}

func (r parties) Entity(ctx context.Context, all []*projections.BriefingParty) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(p *projections.BriefingParty) domain.ID { return or(p.PartyID) })
}

func (r claims) Entity(ctx context.Context, all []*projections.BriefingClaim) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(c *projections.BriefingClaim) domain.ID { return c.PartyID })
}

func (r invitations) Entity(ctx context.Context, all []*projections.BriefingInvitation) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(i *projections.BriefingInvitation) domain.ID { return i.EntityID })
}

func (r participants) Entity(ctx context.Context, all []*projections.BriefingParticipant) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(p *projections.BriefingParticipant) domain.ID { return p.EntityID })
}
