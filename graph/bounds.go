package graph

import (
	"context"
	"errors"
	"reflect"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/rapporteur-project/rapporteur/graph/operation"
	"github.com/rapporteur-project/rapporteur/projections"
)

const (
	maxAnswer    = 8 << 20 // bytes of one answer
	underWay     = 16      // operations of one caller under way
	waitingEach  = 256     // of one caller waiting for those; a page that asks for much has some tens
	waitingHeavy = 8       // queries of one caller waiting that go through much
)

func newResolver(c Config) *Resolver {
	return &Resolver{
		Config: c,
		each:   turns{each: underWay, waiting: waitingEach},
		heavy:  turns{most: projections.HeavyConnections(), each: projections.HeavyConnections(), waiting: waitingHeavy},
	}
}

// errNotAnswered is why a field is left out of an answer that is given up as a
// whole. It is told once, and not for each field.
var errNotAnswered = errors.New("the answer is given up")

// takeTurns waits until an operation may begin: with few others of the same caller,
// and a heavy one with few others of anybody. It must be released.
func (r *Resolver) takeTurns(ctx context.Context, of ast.Operation) (_ context.Context, release func(), err error) {
	if of == ast.Subscription { // streams are counted by their transport
		return ctx, func() {}, nil
	}
	wait := ctx
	if r.QueryTime > 0 {
		var cancel context.CancelFunc
		wait, cancel = context.WithTimeout(ctx, r.QueryTime)
		defer cancel()
	}
	who := r.payer(ctx).Name
	release, err = r.turn(wait, &r.each, who, "operations")
	if err != nil {
		return ctx, nil, err
	}
	if bill, ok := operation.BillOf(ctx); ok && bill.Heavy() && of == ast.Query {
		heavy, err := r.turn(wait, &r.heavy, who, "heavy")
		if err != nil {
			release()
			return ctx, nil, err
		}
		first := release
		release = func() { heavy(); first() }
		ctx = projections.Heavy(ctx)
	}
	context.AfterFunc(ctx, release) // should nobody ask for the answer
	return ctx, release, nil
}

// turn waits for a turn of who, or says why there is none.
func (r *Resolver) turn(ctx context.Context, t *turns, who, limit string) (func(), error) {
	release, ok, err := t.take(ctx, who)
	switch {
	case !ok:
		if r.Refused != nil {
			r.Refused(limit)
		}
		return nil, topError{"RATE_LIMITED", "You have too many operations under way: wait for an answer before you ask again.", map[string]any{"limit": limit, "retryAfter": 1}}
	case errors.Is(err, context.DeadlineExceeded):
		return nil, topError{"RATE_LIMITED", "Many long queries are under way, and yours did not get its turn. Please ask again.", map[string]any{"limit": limit, "retryAfter": 5}}
	}
	return release, err
}

// bound has every field of an operation look first whether the answer is still
// wanted and not too long. The resolvers of a heavy one run one at a time.
func (req *request) bound(ctx context.Context) {
	oc := graphql.GetOperationContext(ctx)
	done, next := ctx.Done(), oc.ResolverMiddleware
	if req.of == ast.Mutation {
		done = nil // what is recorded is told
	}
	var alone chan struct{}
	if bill, ok := operation.BillOf(ctx); ok && bill.Heavy() {
		alone = make(chan struct{}, 1)
	}
	oc.ResolverMiddleware = func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		fc := graphql.GetFieldContext(ctx)
		if fc.Object != "Mutation" && (ended(done) || req.size.Load() > maxAnswer) {
			return nil, errNotAnswered
		}
		if alone != nil && fc.IsResolver {
			select {
			case alone <- struct{}{}:
				defer func() { <-alone }()
			case <-done:
				return nil, errNotAnswered
			}
		}
		v, err := next(ctx, resolve)
		req.size.Add(int64(len(fc.Field.Alias)) + sizeOf(v))
		return v, err
	}
}

func ended(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// sizeOf is about how many bytes of an answer a field's value takes, without
// what is below it.
func sizeOf(v any) int64 {
	r := reflect.ValueOf(v)
	for r.Kind() == reflect.Pointer && !r.IsNil() {
		r = r.Elem()
	}
	const least = 8
	switch r.Kind() {
	case reflect.String:
		return least + int64(r.Len())
	case reflect.Slice:
		if of := r.Type().Elem().Kind(); of == reflect.Uint8 {
			return least + int64(r.Len())
		} else if of == reflect.String {
			all := int64(least)
			for i := range r.Len() {
				all += least + int64(r.Index(i).Len())
			}
			return all
		}
	}
	return least
}

// cut puts one error in place of an answer that came too late or is too long.
func (r *Resolver) cut(ctx context.Context, req *request, res *graphql.Response) {
	var why error
	switch {
	case req.of == ast.Query && ctx.Err() != nil:
		why = ctx.Err()
	case req.size.Load() > maxAnswer || len(res.Data) > maxAnswer:
		if r.Refused != nil {
			r.Refused("answer")
		}
		why = topError{"BAD_USER_INPUT", "This answer would be longer than 8 MiB: ask for shorter pages, or for less in each.", map[string]any{"limit": "answer", "most": maxAnswer}}
	default:
		return
	}
	res.Data, res.Errors = nil, gqlerror.List{r.present(ctx, why)}
}
