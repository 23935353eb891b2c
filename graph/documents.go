package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	keptDocuments = 256      // documents that are remembered
	maxDocument   = 16 << 10 // bytes of one that is; a parsed one takes some tens of times as many
)

// documents remembers documents that were parsed and found valid: programs
// send the same few over and over, and checking one takes longer than most
// answers.
type documents struct {
	kept *lru.Cache[string, *ast.QueryDocument] // by their text
}

var _ graphql.Cache[*ast.QueryDocument] = documents{}

func newDocuments() documents {
	kept, err := lru.New[string, *ast.QueryDocument](keptDocuments)
	if err != nil {
		panic(err) // only for a size below one
	}
	return documents{kept}
}

// Get implements graphql.Cache.
func (d documents) Get(_ context.Context, text string) (*ast.QueryDocument, bool) {
	return d.kept.Get(text)
}

// Add implements graphql.Cache. A large document is parsed each time.
func (d documents) Add(_ context.Context, text string, parsed *ast.QueryDocument) {
	if len(text) <= maxDocument {
		d.kept.Add(text, parsed)
	}
}
