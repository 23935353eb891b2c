package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/projections"
)

type lateDecisions struct{ *Resolver }

// LateDecision implements generated.ResolverRoot.
func (r *Resolver) LateDecision() generated.LateDecisionResolver { return lateDecisions{r} }

func (r query) Transparency(ctx context.Context, consultation *domain.ID) (*projections.Transparency, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.Transparency(ctx, consultation)
}

func (r query) LateDecisions(ctx context.Context, consultation domain.ID, first *int, after *string, last *int, before *string) (*projections.LateDecisionConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.LateDecisions(ctx, consultation, page(first, after, last, before))
}

func (r lateDecisions) Submission(ctx context.Context, all []*projections.LateDecision) ([]*projections.Submission, error) {
	of := func(d *projections.LateDecision) domain.ID { return d.SubmissionID }
	return each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID]*projections.Submission, error) {
		return rd.Submissions(ctx, ids(all, of))
	}, of)
}
