package transport

import (
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// An operation is a request that the executor took. Its methods return what
// the caller is answered, also when somebody panics.
type operation struct {
	s    *Server
	oc   *graphql.OperationContext
	ctx  context.Context         // that the operation runs under
	next graphql.ResponseHandler // nil until it was asked for an answer
}

// operation reads and checks a document. Without an operation there is the
// answer that says why.
func (s *Server) operation(ctx context.Context, p *graphql.RawParams) (op *operation, no *graphql.Response) {
	no = s.safely(ctx, func() *graphql.Response {
		oc, errs := s.Exec.CreateOperationContext(ctx, p)
		if len(errs) > 0 {
			if oc != nil {
				ctx = graphql.WithOperationContext(ctx, oc)
			}
			return s.Exec.DispatchError(ctx, errs)
		}
		op = &operation{s: s, oc: oc, ctx: ctx}
		return nil
	})
	return op, no
}

func (o *operation) kind() ast.Operation { return o.oc.Operation.Operation }

// answer is the next answer, or nil when there are no more.
func (o *operation) answer() *graphql.Response {
	return o.s.safely(o.ctx, func() *graphql.Response {
		if o.next == nil {
			o.next, o.ctx = o.s.Exec.DispatchOperation(o.ctx, o.oc)
		}
		return o.next(o.ctx)
	})
}

// safely is the one recover around whoever answers: a panic ends the operation
// it happened in.
func (s *Server) safely(ctx context.Context, f func() *graphql.Response) (r *graphql.Response) {
	defer func() {
		if p := recover(); p != nil {
			r = &graphql.Response{Errors: gqlerror.List{s.Fault(ctx, p)}}
		}
	}()
	return f()
}

// text is an answer as JSON. What a scalar writes might not be JSON.
func (s *Server) text(ctx context.Context, a answer) (answer, []byte) {
	body, err := json.Marshal(a)
	if err != nil {
		a = answer{Errors: gqlerror.List{s.Fault(ctx, err)}}
		body, err = json.Marshal(a)
	}
	if err != nil {
		body = []byte(`{"errors":[{"message":"Something went wrong on our side.","extensions":{"code":"INTERNAL"}}]}`)
	}
	return a, body
}
