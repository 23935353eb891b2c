package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/rapporteur-project/rapporteur/graph/model"
	"github.com/rapporteur-project/rapporteur/projections"
)

// AsOf is never called: gqlgen answers a field of type Query by itself. So
// every field looks up for the asOf above it: see asOf.
func (r query) AsOf(context.Context, model.AsOfInput) (*projections.Query, error) {
	return &projections.Query{}, nil
}

// asOf returns rd as of the moment of the asOf above a field, if there is one.
func (r *Resolver) asOf(ctx context.Context, rd projections.Reader) (projections.Reader, error) {
	var at *model.AsOfInput
	for fc := graphql.GetFieldContext(ctx); fc != nil; fc = fc.Parent {
		in, ok := fc.Args["at"].(model.AsOfInput)
		switch {
		case !ok || fc.Field.Name != "asOf":
		case at != nil:
			return rd, badInput("asOf does not stand inside asOf.")
		case (in.Index == nil) == (in.Time == nil):
			return rd, badInput("Give an index or a time: one of the two.")
		default:
			at = &in
		}
	}
	switch {
	case at == nil:
		return rd, nil
	case at.Index != nil:
		return rd.AsOfIndex(*at.Index)
	}
	index, err := requestOf(ctx).indexAt(ctx, rd, *at.Time)
	if err != nil {
		return rd, err
	}
	return rd.AsOfIndex(index)
}

// indexAt returns the index that a time stands for, the same throughout a request.
func (q *request) indexAt(ctx context.Context, rd projections.Reader, t time.Time) (int64, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if index, ok := q.moments[t]; ok {
		return index, nil
	}
	index, err := rd.IndexAt(ctx, t)
	if err != nil {
		return 0, err
	}
	if index < 0 {
		return 0, badInput("Nothing was recorded by then.")
	}
	if q.moments == nil {
		q.moments = map[time.Time]int64{}
	}
	q.moments[t] = index
	return index, nil
}
