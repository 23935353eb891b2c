package operation

import (
	"errors"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
)

// parse reads a document of bounded length.
func parse(text string) (*ast.QueryDocument, *gqlerror.Error) {
	if n := len(text); n > maxDocument {
		r := over(limitDocument, "This document has %s bytes; at most %s are allowed: send long texts as variables.", n, maxDocument)
		return nil, r.at()
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, maxTokens)
	if err != nil {
		if n := countTokens(text); n > maxTokens {
			return nil, over(limitTokens, "This document has %s tokens; at most %s are allowed.", n, maxTokens).at()
		}
		where, _ := errors.AsType[*gqlerror.Error](err)
		return nil, notGraphQL(where)
	}
	if doc == nil || len(doc.Operations) == 0 {
		return nil, refuse("This document has no operation: it asks for nothing.").at()
	}
	return doc, nil
}

// notGraphQL says where a document stops being one, in no word of its own.
func notGraphQL(where *gqlerror.Error) *gqlerror.Error {
	r := refuse("This document is not GraphQL: what stands here was not expected.")
	if where == nil {
		return r.at()
	}
	return r.at(where.Locations...)
}

// countTokens counts as the parser does, up to what is no token.
func countTokens(text string) int {
	l := lexer.New(&ast.Source{Input: text})
	for n := 0; ; n++ {
		if t, err := l.ReadToken(); err != nil || t.Kind == lexer.EOF || t.Kind == lexer.Invalid {
			return n
		}
	}
}
