package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/commitment"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/projections"
)

type (
	commitments     struct{ *Resolver }
	commitmentLists struct{ *Resolver }
	coPledgers      struct{ *Resolver }
	challenges      struct{ *Resolver }
)

// Commitment implements generated.ResolverRoot.
func (r *Resolver) Commitment() generated.CommitmentResolver { return commitments{r} }

// CommitmentConnection implements generated.ResolverRoot.
func (r *Resolver) CommitmentConnection() generated.CommitmentConnectionResolver {
	return commitmentLists{r}
}

// CoPledger implements generated.ResolverRoot.
func (r *Resolver) CoPledger() generated.CoPledgerResolver { return coPledgers{r} }

// ProgressChallenge implements generated.ResolverRoot.
func (r *Resolver) ProgressChallenge() generated.ProgressChallengeResolver { return challenges{r} }

func (r query) Commitment(ctx context.Context, id domain.ID) (*projections.Commitment, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Commitment, error) { return rd.Commitment(ctx, id) })
}

func (r query) Commitments(ctx context.Context, filter *projections.CommitmentFilter, first *int, after *string, last *int, before *string) (*projections.CommitmentConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.CommitmentList(ctx, or(filter), page(first, after, last, before))
}

func (r commitmentLists) Figures(ctx context.Context, c *projections.CommitmentConnection) (*commitment.Figures, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*commitment.Figures, error) { return rd.CommitmentFigures(ctx, c.Filter) })
}

func (r commitments) Owner(ctx context.Context, all []*projections.Commitment) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(c *projections.Commitment) domain.ID { return c.OwnerID })
}

func (r commitments) Named(ctx context.Context, all []*projections.Commitment) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(c *projections.Commitment) domain.ID { return c.NamedID })
}

func (r commitments) Announcement(ctx context.Context, all []*projections.Commitment) ([]*projections.Commitment, error) {
	of := func(c *projections.Commitment) domain.ID { return c.AnnouncementID }
	return each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID]*projections.Commitment, error) {
		return rd.Commitments(ctx, ids(all, of))
	}, of)
}

func (r commitments) Matches(ctx context.Context, c *projections.Commitment, first *int, after *string, last *int, before *string) (*projections.CommitmentConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.Matches(ctx, c, page(first, after, last, before))
}

func (r commitments) CoPledgers(ctx context.Context, all []*projections.Commitment) ([][]*projections.CoPledger, error) {
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.CoPledger, error) {
		return rd.CoPledgers(ctx, all)
	}, commitmentID)
	return noNulls(out), err
}

func (r commitments) Progress(ctx context.Context, all []*projections.Commitment) ([][]*projections.ProgressReport, error) {
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.ProgressReport, error) {
		return rd.Progress(ctx, all)
	}, commitmentID)
	return noNulls(out), err
}

func (r commitments) History(ctx context.Context, all []*projections.Commitment) ([][]*projections.Happening, error) {
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.Happening, error) {
		return rd.CommitmentHistory(ctx, all)
	}, commitmentID)
	return noNulls(out), err
}

func commitmentID(c *projections.Commitment) domain.ID { return c.ID }

func (r coPledgers) Entity(ctx context.Context, all []*projections.CoPledger) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(p *projections.CoPledger) domain.ID { return p.EntityID })
}

func (r challenges) Entity(ctx context.Context, all []*projections.ProgressChallenge) ([]*projections.Entity, error) {
	return entitiesOf(ctx, r.Resolver, all, func(c *projections.ProgressChallenge) domain.ID { return c.EntityID })
}
