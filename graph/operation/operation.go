// Package operation makes an operation ready to be carried out: it reads the
// document, refuses what would take too long before anything else looks at it,
// holds it against the schema, and says what is wrong in words of its own.
package operation

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/rapporteur-project/rapporteur/shared"
)

// Config is what an Executor goes by.
type Config struct {
	Scalars   Scalars                         // of the schema; one that is not listed takes anything
	Admit     func(ctx context.Context) error // why whoever asks is not heard at all; nil: everybody is
	Suggest   func(ctx context.Context) bool  // whether whoever asks may be told names that they may have meant; nil: nobody
	Payer     func(ctx context.Context) Payer // whose budget it is; needed where there are budgets
	Budgets   shared.Budgets                  // nil: nobody has to keep to one
	Documents shared.Documents                // that clients name by their hash; nil: none
	Size      func() int64                    // records that there are, for what has to go through them; nil: none
	Refused   func(limit string)              // called for everything that a limit refuses; nil: nobody counts
	Recover   graphql.RecoverFunc             // makes an error of a panic
}

// An Executor is gqlgen's, with limits before it. It is safe for concurrent use
// once it is set up.
type Executor struct {
	*executor.Executor
	config Config
	schema *ast.Schema
	rules  *rules.Rules
	prices map[*ast.FieldDefinition]price
	known  documents
}

var _ graphql.GraphExecutor = (*Executor)(nil)

// New returns an executor of es.
func New(es graphql.ExecutableSchema, c Config) *Executor {
	if c.Admit == nil {
		c.Admit = func(context.Context) error { return nil }
	}
	if c.Payer == nil {
		c.Payer = func(context.Context) Payer { return Payer{} }
	}
	if c.Suggest == nil {
		c.Suggest = func(context.Context) bool { return false }
	}
	if c.Size == nil {
		c.Size = func() int64 { return 0 }
	}
	if c.Refused == nil {
		c.Refused = func(string) {}
	}
	e := &Executor{
		Executor: executor.New(es), config: c, schema: es.Schema(),
		rules: ruleSet(c.Scalars), prices: prices(es.Schema()), known: newDocuments(),
	}
	e.SetQueryCache(ready{})
	e.SetRecoverFunc(c.Recover)
	return e
}

// CreateOperationContext implements graphql.GraphExecutor. What it returns as
// errors holds no word of params.
func (e *Executor) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (op *graphql.OperationContext, errs gqlerror.List) {
	defer func() {
		if p := recover(); p != nil {
			op, errs = e.unready(params), gqlerror.List{{Err: e.config.Recover(ctx, p)}}
		}
	}()
	doc, bill, errs := e.checked(ctx, params)
	if errs != nil {
		e.count(errs)
		return e.unready(params), errs
	}
	op, errs = e.Executor.CreateOperationContext(withReady(ctx, doc), params)
	if errs != nil {
		return op, gqlerror.List{refuse("The variables do not fit this operation.").at()} // gqlgen's own words repeat them
	}
	op.Stats.SetExtension(billed, bill)
	return op, nil
}

// checked takes an operation through everything that may refuse it: who asks,
// the document, what is asked for with it, and what that costs.
func (e *Executor) checked(ctx context.Context, params *graphql.RawParams) (*ast.QueryDocument, Bill, gqlerror.List) {
	if err := e.config.Admit(ctx); err != nil {
		return nil, Bill{}, gqlerror.List{{Err: err}}
	}
	by := e.config.Payer(ctx)
	named, err := e.persisted(ctx, params, by)
	if err != nil {
		return nil, Bill{}, gqlerror.List{err}
	}
	doc, errs := e.document(ctx, params.Query, by)
	if errs != nil {
		return nil, Bill{}, errs
	}
	e.keep(ctx, named, params.Query)
	points, scan, err := e.asked(doc, params)
	if err != nil {
		return nil, Bill{}, gqlerror.List{err}
	}
	bill, err := e.spend(ctx, by, points)
	if err != nil {
		return nil, Bill{}, gqlerror.List{err}
	}
	bill.scan = scan
	return doc, bill, nil
}

// unready is the context of an operation that is not carried out.
func (e *Executor) unready(params *graphql.RawParams) *graphql.OperationContext {
	return &graphql.OperationContext{
		DisableIntrospection: true,
		RecoverFunc:          e.config.Recover,
		Extensions:           params.Extensions,
		Headers:              params.Headers,
		ResolverMiddleware:   func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
	}
}

// document returns the valid document that text is.
func (e *Executor) document(ctx context.Context, text string, by Payer) (*ast.QueryDocument, gqlerror.List) {
	if doc, ok := e.known.get(text); ok {
		return doc, nil
	}
	if _, err := e.spend(ctx, by, readingCost(text)); err != nil {
		return nil, gqlerror.List{err}
	}
	doc, err := parse(text)
	if err == nil {
		_, err = check(doc)
	}
	if err != nil {
		return nil, gqlerror.List{err}
	}
	if errs := validate(e.schema, doc, e.rules, e.config.Suggest(ctx)); errs != nil {
		return nil, errs
	}
	e.known.add(text, doc)
	return doc, nil
}

// asked looks at what is asked for with a valid document, and returns the
// points that it costs.
func (e *Executor) asked(doc *ast.QueryDocument, params *graphql.RawParams) (points, scan int, _ *gqlerror.Error) {
	op := doc.Operations.ForName(params.OperationName)
	switch {
	case op == nil && params.OperationName == "":
		return 0, 0, refuse("This document has several operations: say in operationName which one you mean.").at()
	case op == nil:
		return 0, 0, refuse("The document has no operation that is called as operationName says.").at()
	}
	if err := variables(e.schema, e.config.Scalars, op, params.Variables); err != nil {
		return 0, 0, err
	}
	points, scan = costAndScan(e.prices, op, params.Variables, e.config.Size())
	points = max(minimum, points)
	if r := tooMuch(points); r != nil {
		return 0, 0, r.at(placeOf(op.Position)...)
	}
	return points, scan, nil
}

// count counts what a limit is the reason of.
func (e *Executor) count(errs gqlerror.List) {
	for _, err := range errs {
		if r, ok := err.Err.(*Refusal); ok && r.Limit != "" {
			e.config.Refused(r.Limit)
		}
	}
}
