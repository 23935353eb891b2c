package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

// AsOf is never called: gqlgen answers a field of type Query by itself. So
// every field looks up for the asOf above it: see asOf.
func (r query) AsOf(context.Context, model.AsOfInput) (*projections.Query, error) {
	return &projections.Query{}, nil
}

// PublicView is never called either: see view.
func (r query) PublicView(context.Context) (*projections.Query, error) {
	return &projections.Query{}, nil
}

// A view is what stands above a field and says which moment it is answered of.
type view struct {
	at     *model.AsOfInput // nil for now
	public bool             // as somebody without a token saw it
}

// viewOf looks up from a field.
func viewOf(ctx context.Context) (v view, err error) {
	for fc := graphql.GetFieldContext(ctx); fc != nil; fc = fc.Parent {
		if fc.Object != "Query" || fc.Field.Field == nil { // the root is no field
			continue
		}
		switch in, _ := fc.Args["at"].(model.AsOfInput); fc.Field.Name {
		case "publicView":
			if v.public || v.at != nil {
				return v, badInput("publicView stands directly inside asOf.")
			}
			v.public = true
		case "asOf":
			switch {
			case v.at != nil:
				return v, badInput("asOf does not stand inside asOf.")
			case (in.Index == nil) == (in.Time == nil):
				return v, badInput("Give an index or a time: one of the two.")
			}
			v.at = &in
		}
	}
	if v.public && v.at == nil {
		return v, badInput("publicView stands inside asOf: say as of when.")
	}
	return v, nil
}

// asOf returns rd as of the moment of the asOf above a field, if there is one.
func (r *Resolver) asOf(ctx context.Context, rd projections.Reader) (projections.Reader, error) {
	v, err := viewOf(ctx)
	if err != nil || v.at == nil {
		return rd, err
	}
	head, index := r.head(ctx), v.at.Index
	if index == nil {
		i, err := requestOf(ctx).indexAt(ctx, rd, *v.at.Time, head)
		if err != nil {
			return rd, err
		}
		index = &i
	}
	if rd, err = rd.AsOfIndex(*index, head); err != nil || !v.public {
		return rd, err
	}
	if !rd.Viewer.Is(domain.Auditor) {
		return rd, badInput("publicView is for auditors. Without it asOf answers with what you may see.")
	}
	return rd.PublicView(), nil
}

// indexAt returns the index that a time stands for, the same throughout a
// request: the last one recorded by then of those up to head.
func (q *request) indexAt(ctx context.Context, rd projections.Reader, t time.Time, head int64) (int64, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if index, ok := q.moments[t]; ok {
		return index, nil
	}
	index, err := rd.IndexAt(ctx, t)
	if err != nil {
		return 0, err
	}
	if index = min(index, head); index < 0 {
		return 0, badInput("Nothing was recorded by then.")
	}
	if q.moments == nil {
		q.moments = map[time.Time]int64{}
	}
	q.moments[t] = index
	return index, nil
}
