package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// within gives an operation its time. A stream has none of its own. What a
// command has begun to record it records: see app.Aggregate.Do.
func (r *Resolver) within(ctx context.Context, of ast.Operation, next graphql.OperationHandler) graphql.ResponseHandler {
	var most time.Duration
	switch of {
	case ast.Query:
		most = r.QueryTime
	case ast.Mutation:
		most = r.MutationTime
	}
	if most == 0 {
		return next(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	answer := next(ctx)
	answered := false
	return func(ctx context.Context) *graphql.Response {
		defer cancel()
		res := answer(ctx)
		if res == nil && !answered && ctx.Err() != nil { // gqlgen says nothing at all after the time is over
			res = &graphql.Response{Errors: gqlerror.List{r.present(ctx, ctx.Err())}}
		}
		answered = true
		return res
	}
}
