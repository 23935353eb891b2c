package graph

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph/operation"
	"github.com/rapporteur-project/rapporteur/projections"
)

type contextKey int

const (
	minIndexKey contextKey = iota
	requestKey
	peerKey
)

// A request is one operation: who asks and, once it was needed, what they hold.
type request struct {
	person domain.ID // empty for the public
	name   string    // as the token calls them
	now    time.Time
	of     ast.Operation
	size   atomic.Int64 // bytes of the answer, as far as it is known

	mu      sync.Mutex
	viewer  *domain.Viewer      // nil until it is needed, and again after a command
	own     *int64              // the newest index that the person recorded; nil as viewer is
	wanted  int64               // the index that the client has seen, if it said one
	late    bool                // a command is recorded but cannot be read yet
	done    bool                // a command is recorded
	moments map[time.Time]int64 // the indexes that asOf's times stand for
}

// forget has what the caller may see looked up again.
func (q *request) forget() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.viewer, q.own = nil, nil
}

func requestOf(ctx context.Context) *request { return ctx.Value(requestKey).(*request) }

func withMinIndex(ctx context.Context, header string) context.Context {
	if header == "" {
		return ctx
	}
	return context.WithValue(ctx, minIndexKey, header)
}

// operation is around every operation that was admitted: it knows who asks, and
// waits for the index that the client has seen.
func (r *Resolver) operation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx).Operation
	req := &request{person: r.personOf(ctx), now: r.Now(), of: op.Operation}
	if who, ok := auth.From(ctx); ok {
		req.name = who.Name
	}
	ctx = context.WithValue(ctx, requestKey, req)
	if r.ReadOnly && op.Operation == ast.Mutation {
		return r.refuseAll(ctx, readOnly())
	}
	if op.Operation == ast.Subscription && len(op.SelectionSet) != 1 {
		return r.refuseAll(ctx, badInput("A subscription asks for one thing: send a second one for another."))
	}
	if err := r.awaitSeen(ctx); err != nil { // before its turn: it does nothing meanwhile
		return r.refuseAll(ctx, err)
	}
	ctx, release, err := r.takeTurns(ctx, op.Operation)
	if err != nil {
		return r.refuseAll(ctx, err)
	}
	answer := r.within(ctx, op.Operation, func(ctx context.Context) graphql.ResponseHandler {
		req.bound(ctx)
		return next(ctx)
	})
	return func(ctx context.Context) *graphql.Response {
		defer release()
		return answer(ctx)
	}
}

func (r *Resolver) refuseAll(ctx context.Context, err error) graphql.ResponseHandler {
	return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{r.present(ctx, err)}})
}

const staleAfter = 2 * time.Second // how long a read waits for what it must show

// awaitSeen waits for the index in the header Rapporteur-Min-Index or in the
// extension minIndex.
func (r *Resolver) awaitSeen(ctx context.Context) error {
	var want any = ctx.Value(minIndexKey)
	if x, ok := graphql.GetOperationContext(ctx).Extensions["minIndex"]; ok {
		want = x
	}
	var index int64
	switch v := want.(type) {
	case nil:
		return nil
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < 0 {
			return badInput("Rapporteur-Min-Index is an index: a whole number.")
		}
		index = n
	default:
		return badInput("minIndex is an index, as a text of digits.")
	}
	requestOf(ctx).wanted = index
	return r.awaitVisible(ctx, index)
}

// response adds the index served, and whether a command is recorded that
// cannot be read yet.
func (r *Resolver) response(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	req, ok := ctx.Value(requestKey).(*request)
	if ok {
		req.size.Store(0) // of each answer of a stream
	}
	res := next(ctx)
	if res == nil || !ok {
		return res
	}
	r.cut(ctx, req, res)
	if res.Extensions == nil {
		res.Extensions = map[string]any{}
	}
	res.Extensions["index"] = strconv.FormatInt(r.head(ctx), 10)
	req.mu.Lock()
	defer req.mu.Unlock()
	if req.late || req.done && (ctx.Err() != nil || res.Data == nil) {
		res.Extensions["recorded"] = true
	}
	if bill, ok := operation.BillOf(ctx); ok && operation.Asked(ctx) {
		res.Extensions["cost"] = bill.Extension()
	}
	return res
}

// reader returns what answers this field: of now, or as of the moment of an
// asOf above it.
func (r *Resolver) reader(ctx context.Context) (projections.Reader, error) {
	v, err := r.viewerOf(ctx)
	if err != nil {
		return projections.Reader{}, err
	}
	return r.asOf(ctx, projections.Reader{Engine: r.Engine, Searching: r.Search, Viewer: v, Now: requestOf(ctx).now})
}

// viewerOf loads what the person who asks may act as, once for a request.
func (r *Resolver) viewerOf(ctx context.Context) (domain.Viewer, error) {
	if r.Everyone != nil {
		return *r.Everyone, nil
	}
	req := requestOf(ctx)
	req.mu.Lock()
	defer req.mu.Unlock()
	if req.viewer != nil {
		return *req.viewer, nil
	}
	v := domain.Viewer{Person: req.person}
	if req.person != "" {
		var err error
		if v, err = (projections.Reader{Engine: r.Engine, Now: r.Now()}).ViewerOf(ctx, req.person); err != nil {
			return v, err
		}
		v.Holds = narrowed(v.Holds, domain.ID(auth.ActingFor(ctx)))
	}
	req.viewer = &v
	return v, nil
}

// narrowed keeps the holdings for the entity that the reader names.
func narrowed(holds []domain.Holding, actingFor domain.ID) []domain.Holding {
	if actingFor == "" {
		return holds
	}
	var out []domain.Holding
	for _, h := range holds {
		if h.Entity == actingFor {
			out = append(out, h)
		}
	}
	return out
}
