package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/projections"
)

type versions struct{ *Resolver }

// SubmissionVersion implements generated.ResolverRoot.
func (r *Resolver) SubmissionVersion() generated.SubmissionVersionResolver { return versions{r} }

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
