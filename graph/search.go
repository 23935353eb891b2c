package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

type searchHits struct{ *Resolver }

// SearchHit implements generated.ResolverRoot.
func (r *Resolver) SearchHit() generated.SearchHitResolver { return searchHits{r} }

func (r query) Search(ctx context.Context, query string, kinds []projections.SearchKind, first *int, after *string, last *int, before *string) (*projections.SearchConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.Search(ctx, query, kinds, page(first, after, last, before))
}

// Node is what projections know as something with an id.
func (searchHits) Node(_ context.Context, h *projections.SearchHit) (model.Node, error) {
	return h.Item, nil
}
