package operation

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/internal/hostile"
)

// shop is a schema with everything that has a price.
const shop = `
directive @cost(weight: Int, list: Int, by: String, scans: Int, when: [String!]) on FIELD_DEFINITION
schema { query: Query mutation: Mutation }
type Query {
  me: Person
  all(first: Int, after: String, last: Int): PersonConnection!
  some(first: Int = 7): PersonConnection!
  named(ids: [ID!]!): [Person]! @cost(by: "ids")
  found: [Person!]! @cost(weight: 3, list: 4)
  total: Int! @cost(weight: 20)
  sought(word: String): Person @cost(scans: 100)
  sorted(first: Int, filter: Filter, by: By = NUMBER): PersonConnection! @cost(scans: 10, when: ["filter.name", "by=NAME"])
  far: Person @cost(scans: 0)
}
input Filter { name: String number: Int }
enum By { NUMBER NAME }
type Mutation { make(name: String): Person }
type PersonConnection { edges: [PersonEdge!]! nodes: [Person!]! pageInfo: Info! total: Int! }
type PersonEdge { node: Person! cursor: String! }
type Info { more: Boolean! }
type Person { id: ID! name: String tags: [String!]! friend: Person friends(first: Int, last: Int): PersonConnection! notes: [Note!]! }
type Note { text: String }
`

func TestCost(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Name: "shop", Input: shop})
	costs := prices(schema)
	for _, tt := range []struct {
		name, document, sent string
		want                 int
	}{
		{"leaves are free", `{__typename}`, `{}`, 0},
		{"weight of a leaf", `{total}`, `{}`, 20},
		{"an object", `{me{id name tags}}`, `{}`, 1},
		{"an object in another", `{me{friend{friend{id}}}}`, `{}`, 3},
		{"a command", `mutation{make{id}}`, `{}`, 10},
		{"a list of no known length", `{me{notes{text}}}`, `{}`, 1 + 5},
		{"a list of a stated length and weight", `{found{id friend{id}}}`, `{}`, 4 * (3 + 1)},
		{"as many as are named", `{named(ids:["a" "b" "c"]){id}}`, `{}`, 3},
		{"one that stands for a list", `{named(ids:"a"){id}}`, `{}`, 1},
		{"as many as a variable names", `query($i:[ID!]!){named(ids:$i){id}}`, `{"i":["a","b"]}`, 2},
		{"a page", `{all(first:10){nodes{id}}}`, `{}`, 1 + 10},
		{"a page from the end", `{all(last:10){nodes{id}}}`, `{}`, 1 + 10},
		{"edges", `{all(first:10){edges{node{id}} pageInfo{more} total}}`, `{}`, 1 + 10*2 + 1},
		{"page by variable", `query($n:Int){all(first:$n){nodes{id}}}`, `{"n":30}`, 31},
		{"page by a variable's default", `query($n:Int = 40){all(first:$n){nodes{id}}}`, `{}`, 41},
		{"page by a default of the schema", `{some{nodes{id}}}`, `{}`, 8},
		{"page of no stated length", `{all{nodes{id}}}`, `{}`, 101},
		{"page of null", `{all(first:null){nodes{id}}}`, `{}`, 101},
		{"page that is too long counts as the longest", `{all(first:1000000){nodes{id}}}`, `{}`, 101},
		{"page of less than nothing", `{all(first:-5){nodes{id}}}`, `{}`, 2},
		{"pages in pages", `{all(first:100){nodes{friends(first:100){nodes{id}}}}}`, `{}`, 1 + 100*(1+1+100)},
		{"list in a page", `{all(first:10){nodes{notes{text}}}}`, `{}`, 1 + 10*(1+5)},
		{"fragment in pages of two lengths", `{all(first:10){...f} some(first:3){...f}} fragment f on PersonConnection{nodes{id}}`, `{}`, 11 + 4},
		{"fragment twice", `{me{...f} friend:me{...f}} fragment f on Person{friend{id}}`, `{}`, 4},
		{"what is always gone through, by whole thousands", `{sought(word:"a"){id}}`, `{}`, 1 + 10},
		{"what is gone through never costs more than so much", `{sorted(first:1,filter:{name:"x"}){total}}`, `{}`, 1 + 100},
		{"by the filter that is given", `{sorted(first:1,filter:{number:1}){total}}`, `{}`, 1},
		{"by a filter of null", `{sorted(first:1,filter:{name:null}){total}}`, `{}`, 1},
		{"by the order", `{sorted(first:1,by:NAME){total} same:sorted(first:1,by:NUMBER){total}}`, `{}`, 1 + 100 + 1},
		{"by a variable", `query($f:Filter){sorted(first:1,filter:$f){total}}`, `{"f":{"name":"x"}}`, 1 + 100},
		{"by part of a variable", `query($n:String){sorted(first:1,filter:{name:$n}){total}}`, `{"n":"x"}`, 1 + 100},
		{"by a variable that is not given", `query($n:String){sorted(first:1,filter:{name:$n}){total}}`, `{}`, 1},
		{"left out", `{me @skip(if:true){friend{id}} total @include(if:false)}`, `{}`, 0},
		{"let in", `{me @skip(if:false){id} total @include(if:true)}`, `{}`, 21},
		{"left out by variable", `query($no:Boolean!){...f @skip(if:$no) ... @include(if:$no){total}} fragment f on Query{me{id}}`, `{"no":true}`, 20},
	} {
		doc := gqlparser.MustLoadQueryWithRules(schema, tt.document, nil)
		var vars map[string]any
		d := json.NewDecoder(strings.NewReader(tt.sent))
		d.UseNumber()
		if err := d.Decode(&vars); err != nil {
			t.Fatal(err)
		}
		if got := costOf(costs, doc.Operations[0], vars, 1_999); got != tt.want {
			t.Errorf("%s: %s costs %d, want %d", tt.name, tt.document, got, tt.want)
		}
	}
}

// TestCostOfTheSchema lets the standard introspection pass, and not twenty of
// what is nearly as much.
func TestCostOfTheSchema(t *testing.T) {
	schema := schemaOf(t)
	for document, within := range map[string][2]int{
		standard: {200, maxCost},
		"{__schema{types" + strings.Repeat("{fields{type", 2) + "{name}" + strings.Repeat("}}", 2) + "}}": {50, maxCost},
		`{__type(name:"Query"){fields{name}}}`: {1, 10},
	} {
		doc, err := parse(document)
		if err != nil {
			t.Fatal(err)
		}
		if errs := validate(schema, doc, ruleSet(nil), false); errs != nil {
			t.Fatal(errs)
		}
		got := costOf(prices(schema), doc.Operations[0], nil, 0)
		if got < within[0] || got > within[1] {
			t.Errorf("%.40s costs %d, want %d to %d", document, got, within[0], within[1])
		}
		t.Logf("%.40s costs %d", document, got)
	}
}

// TestCostOfFragments adds up a fragment once, however often it is used.
func TestCostOfFragments(t *testing.T) {
	schema := schemaOf(t)
	text := hostile.FanOut(24)
	doc, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if errs := validate(schema, doc, ruleSet(nil), false); errs != nil {
		t.Fatal(errs)
	}
	c := newCosts(prices(schema), doc.Operations[0], nil)
	if got, want := c.set(doc.Operations[0].SelectionSet, 0), point<<24; got != want {
		t.Errorf("it costs %d, want %d", got, want)
	}
	if c.steps > countTokens(text) {
		t.Errorf("%d steps for %d tokens", c.steps, countTokens(text))
	}
}

// TestScanIsCapped: however large the record, what goes through it can be asked.
func TestScanIsCapped(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Name: "shop", Input: shop})
	doc := gqlparser.MustLoadQueryWithRules(schema, `{sorted(first:1,by:NAME){total}}`, nil)
	for size, want := range map[int64]int{0: 1, 999: 1, 1_000: 101, 19_999: 1_901, 20_000: 2_001, 1 << 40: 2_001} {
		if got := costOf(prices(schema), doc.Operations[0], nil, size); got != want {
			t.Errorf("on %d records it costs %d, want %d", size, got, want)
		}
	}
}

// few are the filters over what there is little of, whatever the record: a point
// for each thing that is answered is price enough.
var few = []string{
	"Query.consultations", "Query.memberStates", "Query.championCountries", "Query.workingGroups", "Query.briefings",
	"Viewer.submissions", "Subscription.auditEvents", // of what is one's own, and of what comes
}

// TestFiltersHaveAPrice: every field with a filter says what it may have to go
// through, or is listed above.
func TestFiltersHaveAPrice(t *testing.T) {
	schema := schemaOf(t)
	all := prices(schema)
	for _, d := range schema.Types {
		for _, f := range d.Fields {
			name := d.Name + "." + f.Name
			if d.Kind != ast.Object || f.Arguments.ForName("filter") == nil {
				continue
			}
			if (all[f].scan.records > 0) == slices.Contains(few, name) {
				t.Errorf("%s has a filter: say in @cost what it may have to go through, or list it here", name)
			}
		}
	}
}

// hasPath reports whether a field has an argument, or a part of one.
func hasPath(schema *ast.Schema, f *ast.FieldDefinition, path string) bool {
	path, value, exact := strings.Cut(path, "=")
	names := strings.Split(path, ".")
	a := f.Arguments.ForName(names[0])
	if a == nil {
		return false
	}
	of := a.Type
	for _, name := range names[1:] {
		in := schema.Types[of.Name()].Fields.ForName(name)
		if in == nil {
			return false
		}
		of = in.Type
	}
	return !exact || schema.Types[of.Name()].EnumValues.ForName(value) != nil
}

// TestPricesOfTheSchema: what @cost says is of the schema.
func TestPricesOfTheSchema(t *testing.T) {
	schema := schemaOf(t)
	for _, d := range schema.Types {
		for _, f := range d.Fields {
			c := f.Directives.ForName("cost")
			if c == nil {
				continue
			}
			if a := c.Arguments.ForName("by"); a != nil && (f.Arguments.ForName(a.Value.Raw) == nil || f.Type.Elem == nil) {
				t.Errorf("%s.%s is no list by %s", d.Name, f.Name, a.Value.Raw)
			}
			if c.Arguments.ForName("list") != nil && f.Type.Elem == nil {
				t.Errorf("%s.%s is no list", d.Name, f.Name)
			}
			if w := c.Arguments.ForName("when"); w != nil {
				for _, path := range w.Value.Children {
					if !hasPath(schema, f, path.Value.Raw) {
						t.Errorf("%s.%s has no argument %s", d.Name, f.Name, path.Value.Raw)
					}
				}
			}
			if len(c.Arguments) == 0 {
				t.Errorf("%s.%s: @cost says nothing", d.Name, f.Name)
			}
		}
	}
}
