package graph

import (
	"context"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/importing"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

type imports struct{ *Resolver }

// Import implements generated.ResolverRoot.
func (r *Resolver) Import() generated.ImportResolver { return imports{r} }

func (r mutation) RetractImport(ctx context.Context, in model.RetractImportInput) (*model.ImportPayload, error) {
	c := importing.Retract{Reason: textOf(in.Reason)}
	o, err := act(ctx, r.Resolver, r.App.Imports, in.ID, importing.Command(c), command{key: in.IdempotencyKey, For: in.ActingFor})
	if err != nil {
		return nil, err
	}
	s, err := shown(ctx, r.Resolver, o, func(rd projections.Reader) (*projections.Import, error) { return rd.Import(ctx, o.ID) })
	return &model.ImportPayload{Import: s, Index: o.Index, Receipt: o.Receipt, UserErrors: o.Errors}, err
}

func (r query) Import(ctx context.Context, id domain.ID) (*projections.Import, error) {
	return one(ctx, r.Resolver, func(rd projections.Reader) (*projections.Import, error) { return rd.Import(ctx, id) })
}

func (r query) Imports(ctx context.Context, first *int, after *string, last *int, before *string) (*projections.ImportConnection, error) {
	rd, err := r.reader(ctx)
	if err != nil {
		return nil, err
	}
	return rd.ImportList(ctx, page(first, after, last, before))
}

func (r imports) Into(ctx context.Context, i *projections.Import) (model.Node, error) {
	return query{r.Resolver}.Node(ctx, i.IntoID)
}
