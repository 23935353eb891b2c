package operation

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	keptDocuments   = 256      // documents that are remembered
	maxKeptDocument = 16 << 10 // bytes of one that is; a parsed one takes some tens of times as many
)

// documents remembers documents that were parsed and found valid: programs
// send the same few over and over, and checking one takes longer than most
// answers.
type documents struct {
	kept *lru.Cache[string, *ast.QueryDocument] // by their text
}

func newDocuments() documents {
	kept, err := lru.New[string, *ast.QueryDocument](keptDocuments)
	if err != nil {
		panic(err) // only for a size below one
	}
	return documents{kept}
}

func (d documents) get(text string) (*ast.QueryDocument, bool) { return d.kept.Get(text) }

// add keeps a document. A large one is parsed each time.
func (d documents) add(text string, parsed *ast.QueryDocument) {
	if len(text) <= maxKeptDocument {
		d.kept.Add(text, parsed)
	}
}

type contextKey int

const readyKey contextKey = iota

// ready hands gqlgen's own executor the document that this one has checked.
type ready struct{}

var _ graphql.Cache[*ast.QueryDocument] = ready{}

func withReady(ctx context.Context, doc *ast.QueryDocument) context.Context {
	return context.WithValue(ctx, readyKey, doc)
}

// Get implements graphql.Cache.
func (ready) Get(ctx context.Context, _ string) (*ast.QueryDocument, bool) {
	doc, ok := ctx.Value(readyKey).(*ast.QueryDocument)
	return doc, ok
}

// Add implements graphql.Cache. It is never called, as Get always finds one.
func (ready) Add(context.Context, string, *ast.QueryDocument) {}
