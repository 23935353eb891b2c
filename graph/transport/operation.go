package transport

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// An operation is a request that the executor took. What it answers is always
// an answer, also when somebody panics. It belongs to one goroutine.
type operation struct {
	s      *Server
	oc     *graphql.OperationContext
	stream *Stream
	ctx    context.Context         // that the operation runs under
	next   graphql.ResponseHandler // nil until it was asked for an answer
	over   bool                    // there are no more answers
}

// operation reads and checks a document. Without an operation there is the
// answer that says why.
func (s *Server) operation(ctx context.Context, p *graphql.RawParams, stream *Stream) (op *operation, no *answer) {
	ctx = context.WithValue(graphql.StartOperationTrace(ctx), streamKey, stream)
	r, failed := s.safely(ctx, func() *graphql.Response {
		oc, errs := s.Exec.CreateOperationContext(ctx, p)
		if len(errs) == 0 {
			op = &operation{s: s, oc: oc, stream: stream, ctx: ctx}
			return nil
		}
		if oc != nil {
			ctx = graphql.WithOperationContext(ctx, oc)
		}
		return s.Exec.DispatchError(ctx, errs)
	})
	if failed != nil {
		return nil, failed
	}
	if r == nil {
		return op, nil
	}
	return nil, new(answerOf(r))
}

func (o *operation) kind() ast.Operation { return o.oc.Operation.Operation }

// answer is the next answer, or false when there are no more.
func (o *operation) answer() (answer, bool) {
	if o.over {
		return answer{}, false
	}
	r, failed := o.s.safely(o.ctx, func() *graphql.Response {
		if o.next == nil {
			o.next, o.ctx = o.s.Exec.DispatchOperation(o.ctx, o.oc)
		}
		return o.next(o.ctx)
	})
	o.over = failed != nil || r == nil || o.kind() != ast.Subscription
	switch {
	case failed != nil:
		return *failed, true
	case r != nil:
		a := answerOf(r)
		a.Data = bytes.Clone(a.Data) // a subscription writes the next payload over this one
		a.index, a.indexed = o.stream.mark()
		return a, true
	}
	if err := o.stream.failure(); err != nil {
		return answer{Errors: gqlerror.List{err}}, true
	}
	return answer{}, false
}

// safely is the recover around whoever answers: a panic ends the operation it
// happened in.
func (s *Server) safely(ctx context.Context, f func() *graphql.Response) (r *graphql.Response, failed *answer) {
	if err := s.guard(ctx, func() { r = f() }); err != nil {
		return nil, &answer{Errors: gqlerror.List{err}}
	}
	return r, nil
}

// guard runs f, and notes a panic of it.
func (s *Server) guard(ctx context.Context, f func()) (fault *gqlerror.Error) {
	defer func() {
		if p := recover(); p != nil {
			fault = s.Fault(ctx, p)
		}
	}()
	f()
	return nil
}

// spawn runs f beside its caller.
func (s *Server) spawn(ctx context.Context, f func()) {
	go func() { _ = s.guard(ctx, f) }()
}

// Once carries out a query of the server's own for whoever ctx says, within the
// same limits as theirs, and returns its one answer and how many seconds to wait
// before the next, if that is told.
func (s *Server) Once(ctx context.Context, p *graphql.RawParams) (data json.RawMessage, errs gqlerror.List, retryAfter string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	op, failed := s.operation(ctx, p, new(Stream))
	if failed == nil {
		failed = new(answer)
		*failed, _ = op.answer()
	}
	return failed.Data, failed.Errors, failed.retryAfter()
}
