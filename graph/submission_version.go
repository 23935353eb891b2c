package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/projections"
)

type versions struct{ *Resolver }

// SubmissionVersion implements generated.ResolverRoot.
func (r *Resolver) SubmissionVersion() generated.SubmissionVersionResolver { return versions{r} }

func (r versions) CoSignatories(ctx context.Context, all []*projections.Edition) ([][]*projections.CoSignatory, error) {
	out, err := each(ctx, r.Resolver, all, func(rd projections.Reader) (map[domain.ID][]*projections.CoSignatory, error) {
		return rd.Signatories(ctx, all)
	}, (*projections.Edition).Key)
	return noNulls(out), err
}

func (r versions) Diff(ctx context.Context, e *projections.Edition, to int64) ([]*projections.TextChange, error) {
	changes, err := one(ctx, r.Resolver, func(rd projections.Reader) (*[]*projections.TextChange, error) {
		all, err := rd.EditionDiff(ctx, e, to)
		return &all, err
	})
	if changes == nil {
		return nil, err
	}
	return *changes, err
}
