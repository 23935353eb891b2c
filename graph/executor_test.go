package graph

import (
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur"
)

// TestScalarsAreListed: every scalar of the schema is looked at before anything
// runs.
func TestScalarsAreListed(t *testing.T) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: rapporteur.Schema})
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range schema.Types {
		listed := scalars()[name] != nil
		builtIn := d.BuiltIn && name != "ID" // whose length is bounded
		if d.Kind == ast.Scalar && listed == builtIn {
			t.Errorf("scalar %s: listed %t, built in %t", name, listed, builtIn)
		}
	}
}
