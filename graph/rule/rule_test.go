package rule_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur"
	"github.com/rapporteur-project/rapporteur/graph/rule"
)

// The schema is where everything that can be read says who reads it.
func TestEveryFieldStatesItsRule(t *testing.T) {
	s := gqlparser.MustLoadSchema(&ast.Source{Input: rapporteur.Schema})
	for _, name := range rule.Missing(s) {
		t.Errorf("%s says nothing about who may: so nobody may. See CONTRIBUTING.md.", name)
	}
	fields := 0
	for _, of := range s.Types {
		if !rule.Has(of) {
			continue
		}
		for _, f := range of.Fields {
			fields++
			r, _ := rule.Stated(s, of, f)
			checkWhole(t, of.Name+"."+f.Name, r)
		}
		if r, ok := rule.Of(of.Directives, rule.Reads); !ok && node(of) {
			t.Errorf("%s has an id by which anybody may ask for it, and says nothing about who sees it", of.Name)
		} else if len(r.Whole) > 0 {
			t.Errorf("%s is no list: it is seen or not", of.Name)
		}
	}
	if fields < 500 {
		t.Fatalf("there are %d fields: this test looks in the wrong place", fields)
	}
}

func node(of *ast.Definition) bool {
	for _, i := range of.Interfaces {
		if i == "Node" {
			return true
		}
	}
	return false
}

// checkWhole checks that a rule is one that somebody could mean.
func checkWhole(t *testing.T, name string, r rule.Rule) {
	t.Helper()
	seen := map[string]bool{}
	for _, who := range r.By {
		if seen[who] {
			t.Errorf("%s names %s twice", name, who)
		}
		seen[who] = true
	}
	if seen[rule.Everyone] && len(r.By) > 1 {
		t.Errorf("%s is for everyone, so the others are no news", name)
	}
	if len(r.Whole) > 0 && cmp.Equal(r.By, r.Whole) {
		t.Errorf("%s: all that read it read all of it, so leave that out", name)
	}
}

// What states no rule is not there: not by itself, not through an interface,
// and not in what the schema says of itself.
func TestDeny(t *testing.T) {
	const text = `
		enum Who { EVERYONE OWNER }
		directive @reads(by: [Who!]!, whole: [Who!]) on FIELD_DEFINITION | OBJECT
		directive @sends(by: [Who!]!) on FIELD_DEFINITION
		interface Node { id: ID! @reads(by: [EVERYONE]) name: String @reads(by: [EVERYONE]) }
		type Thing implements Node { id: ID! @reads(by: [EVERYONE]) name: String secret: String empty: String @reads(by: []) told: String @reads(by: [OWNER]) }
		type Query { node: Node @reads(by: [EVERYONE]) hidden: Thing }
		type Mutation { send: Thing @sends(by: [OWNER]) forgotten: Thing read: Thing @reads(by: [EVERYONE]) }`
	s := gqlparser.MustLoadSchema(&ast.Source{Input: text})
	want := []string{"Mutation.forgotten", "Mutation.read", "Query.hidden", "Thing.empty", "Thing.name", "Thing.secret"}
	if d := cmp.Diff(want, rule.Missing(s)); d != "" {
		t.Fatalf("(-want +got):\n%s", d)
	}
	rule.Deny(s)
	if left := rule.Missing(s); len(left) > 0 {
		t.Errorf("%v are still there", left)
	}
	for _, tt := range []struct {
		document string
		valid    bool
	}{
		{`{ node { id ... on Thing { told __typename } } }`, true},
		{`mutation { send { told } }`, true},
		{`{ __schema { queryType { name } } }`, true},
		{`{ node { name } }`, false},
		{`{ node { ... on Thing { name } } }`, false},
		{`{ node { ... on Thing { secret } } }`, false},
		{`{ node { ... on Thing { empty } } }`, false},
		{`{ hidden { id } }`, false},
		{`mutation { forgotten { id } }`, false},
		{`mutation { read { id } }`, false},
	} {
		_, errs := gqlparser.LoadQueryWithRules(s, tt.document, nil)
		if ok := len(errs) == 0; ok != tt.valid {
			t.Errorf("%s: valid is %t: %v", tt.document, ok, errs)
		}
		if !tt.valid && !strings.Contains(errs.Error(), "Cannot query field") {
			t.Errorf("%s is refused for something else: %v", tt.document, errs)
		}
	}
}

// A rule says what it says.
func TestOf(t *testing.T) {
	s := gqlparser.MustLoadSchema(&ast.Source{Input: rapporteur.Schema})
	got, ok := rule.Of(s.Types["Submission"].Fields.ForName("coSignatories").Directives, rule.Reads)
	if want := (rule.Rule{By: []string{"NAME"}, Whole: []string{"OWNER", "SECRETARIAT", "EDITOR", "PROTECTION"}}); !ok || !cmp.Equal(want, got) {
		t.Errorf("%v %t", got, ok)
	}
	if r, ok := rule.Of(nil, rule.Reads); ok {
		t.Errorf("no directive gives %v", r)
	}
}
