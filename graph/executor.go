package graph

import (
	"context"
	"maps"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/graph/operation"
	"github.com/rapporteur-project/rapporteur/graph/scalar"
)

// executor carries out operations within their limits.
func (r *Resolver) executor(schema graphql.ExecutableSchema) *operation.Executor {
	e := operation.New(schema, operation.Config{
		Scalars:   scalars(),
		Admit:     r.admit,
		Suggest:   r.signedIn,
		Payer:     r.payer,
		Budgets:   r.Budgets,
		Documents: r.Documents,
		Size:      r.pricedSize,
		Refused:   r.Refused,
		Recover:   recovered,
	})
	e.Use(extension.Introspection{})
	e.SetErrorPresenter(r.present)
	e.AroundOperations(r.operation)
	e.AroundResponses(r.response)
	return e
}

// pricedSize is how many records operations are priced by: the same for everybody,
// and no more than everybody may know of.
func (r *Resolver) pricedSize() int64 {
	size := r.Log.Size()
	if r.ReadOnly {
		return size
	}
	return min(size, r.Proofs.PublishedSize())
}

// whole is a schema without @defer, which gqlgen brings along: answers come in
// one piece.
func whole(s *ast.Schema) *ast.Schema {
	out := *s
	out.Directives = maps.Clone(s.Directives)
	delete(out.Directives, "defer")
	return &out
}

// signedIn reports whether a person asks, and not the public.
func (r *Resolver) signedIn(ctx context.Context) bool {
	_, ok := auth.From(ctx)
	return ok || r.Everyone != nil
}

// scalars are all scalars of the schema but the built-in ones.
func scalars() operation.Scalars {
	return operation.Scalars{
		"ID":             of(scalar.UnmarshalID),
		"DateTime":       of(scalar.UnmarshalDateTime),
		"Date":           of(scalar.UnmarshalDate),
		"Int64":          of(scalar.UnmarshalInt64),
		"Sha256":         of(scalar.UnmarshalSha256),
		"IdempotencyKey": of(scalar.UnmarshalIdempotencyKey),
		"JSON":           of(scalar.UnmarshalJSON),
		"LanguageTag": func(v any) error {
			if _, ok := v.(string); !ok {
				return scalar.Error("a LanguageTag is a text, such as es or zh-Hant")
			}
			return nil
		},
	}
}

func of[T any](unmarshal func(any) (T, error)) func(any) error {
	return func(v any) error {
		_, err := unmarshal(v)
		return err
	}
}

var _ graphql.GraphExecutor = (*operation.Executor)(nil)
