package operation

import (
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur"
	"github.com/rapporteur-project/rapporteur/internal/hostile"
)

func schemaOf(t testing.TB) *ast.Schema {
	t.Helper()
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: rapporteur.Schema})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// most is how many steps the guard may take for a document of so many tokens:
// each node once to measure it, and what it unfolds to, which is bounded.
func most(tokens int) int { return 2*tokens + maxFields + maxSpreads }

// TestWorstDocuments refuses each, for its own reason, within few steps.
func TestWorstDocuments(t *testing.T) {
	schema := schemaOf(t)
	costs := prices(schema)
	for _, d := range hostile.Documents() {
		t.Run(d.Name, func(t *testing.T) {
			doc, err := parse(d.Text)
			if err == nil {
				var g *guard
				g, err = check(doc)
				if tokens := countTokens(d.Text); g.steps > most(tokens) {
					t.Errorf("the guard took %d steps for %d tokens", g.steps, tokens)
				}
			}
			if err == nil {
				if errs := validate(schema, doc, ruleSet(nil), true); len(errs) > 0 {
					err = errs[0]
				}
			}
			if err == nil {
				op := doc.Operations[0]
				if err = variables(schema, testScalars(), op, d.Variables); err == nil {
					if r := tooMuch(costOf(costs, op, d.Variables, 0)); r != nil {
						err = r.at()
					}
				}
			}
			if err == nil {
				t.Fatal("it was not refused")
			}
			if got := err.Err.(*Refusal).Limit; got != d.Limit {
				t.Errorf("refused for %q, want %q: %s", got, d.Limit, err.Message)
			}
			t.Log(err.Message)
		})
	}
}
