package graph

import (
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/rule"
)

// served returns the schema that is answered by: every field that states who may
// read or send it, and no other. A test sees to it that none is forgotten; should one be, it
// does not exist to those who ask.
func served() *ast.Schema {
	s := generated.NewExecutableSchema(generated.Config{}).Schema()
	if len(rule.Missing(s)) == 0 {
		return s // shared by all who serve it
	}
	own := gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphqls", Input: rapporteur.Schema})
	rule.Deny(own)
	return own
}
