// Package hostile writes the worst GraphQL documents known, for tests and
// benchmarks of the limits that refuse them.
package hostile

import (
	"fmt"
	"strings"
)

// A Document costs a server that has no limits far more than it costs to send.
type Document struct {
	Name      string
	Text      string
	Variables map[string]any
	Limit     string // what it is refused by; empty where the document is found invalid
}

// Documents are all of them. They are of the project's own schema.
func Documents() []Document {
	return []Document{
		{Name: "fragment fan-out", Text: FanOut(25), Limit: "fields"},
		{Name: "fragment fan-out without fields", Text: hollow(25), Limit: "spreads"},
		{Name: "wide fragment fan-out", Text: wide(), Limit: "fields"},
		{Name: "repeated keys", Text: "{" + strings.Repeat("viewer{id}", 4_800) + "}", Limit: "tokens"},
		{Name: "repeated keys, few tokens", Text: "{" + strings.Repeat("viewer{id}", 490) + "}", Limit: "repeats"},
		{Name: "repeated keys in levels", Text: levels(2, 10), Limit: "repeats"},
		{Name: "repeated keys in fragments", Text: "{" + strings.Repeat("...a ", 30) + "} fragment a on Query {viewer{id}}", Limit: "repeats"},
		{Name: "inline fragment grid", Text: grid(6, 3), Limit: "tokens"},
		{Name: "inline fragment grid, few tokens", Text: grid(7, 2), Limit: "repeats"},
		{Name: "inline fragment ladder", Text: strings.Repeat("{...", 900) + "{viewer{id}}" + strings.Repeat("}", 900), Limit: "tokens"},
		{Name: "alias flood", Text: aliases(480), Limit: "aliases"},
		{Name: "alias flood in levels", Text: "{" + aliasLevels(3, 7) + "}", Limit: "aliases"},
		{Name: "long alias", Text: "{" + strings.Repeat("a", 60_000) + ": viewer{id}}", Limit: "names"},
		{Name: "deep nesting", Text: strings.Repeat("{asOf", 600) + strings.Repeat("}", 600), Limit: "depth"},
		{Name: "deepest nesting", Text: strings.Repeat("{a", 30_000), Limit: "tokens"},
		{Name: "long document", Text: "{viewer{id}}" + strings.Repeat(" ", 1_000_000), Limit: "document"},
		{Name: "commas", Text: strings.Repeat(",", 65_000) + "{viewer{id}}{viewer{id}}"},
		{Name: "comments", Text: strings.Repeat("#\n", 32_000), Limit: "tokens"},
		{Name: "huge text", Text: `{node(id:"` + strings.Repeat("a", 60_000) + `"){id}}`, Limit: "literals"},
		{Name: "huge block text", Text: `{node(id:"""` + strings.Repeat("\n a", 20_000) + `"""){id}}`, Limit: "literals"},
		{Name: "huge number", Text: "{node(id:" + strings.Repeat("1", 60_000) + "){id}}", Limit: "literals"},
		{Name: "huge list", Text: "{nodes(ids:[" + strings.Repeat("1 ", 1_900) + "]){id}}", Limit: "literals"},
		{Name: "deep list", Text: "{nodes(ids:" + strings.Repeat("[", 900) + strings.Repeat("]", 900) + "){id}}", Limit: "literals"},
		{Name: "deep default", Text: "query($a:[ID]=" + strings.Repeat("[", 900) + strings.Repeat("]", 900) + "){nodes(ids:$a){id}}", Limit: "literals"},
		{Name: "deep type", Text: "query($a:" + strings.Repeat("[", 900) + "ID" + strings.Repeat("]", 900) + "){nodes(ids:$a){id}}"},
		{Name: "wrong enums", Text: "{search(query:\"a\", kinds:[" + strings.Repeat("SUBMISION ", 240) + "], first:1){nodes{kind}}}"},
		{Name: "directive flood", Text: "{viewer" + strings.Repeat("@skip(if:false)", 270) + "{id}}", Limit: "directives"},
		{Name: "unknown directive flood", Text: "{viewer" + strings.Repeat("@a", 900) + "{id}}", Limit: "directives"},
		{Name: "introspection loop", Text: "{__schema{types" + strings.Repeat("{fields{type", 20) + "{name}" + strings.Repeat("}}", 20) + "}}", Limit: "introspection"},
		{Name: "introspection loop, short", Text: "{__schema{types" + strings.Repeat("{fields{type", 4) + "{name}" + strings.Repeat("}}", 4) + "}}"},
		{Name: "the schema twice", Text: "{a: __schema{types{name}} b: __schema{types{name}}}", Limit: "schemas"},
		{Name: "the schema twice, by fragments", Text: "{__schema{...a ...b}} fragment a on __Schema{types{name}} fragment b on __Schema{again: types{name}}", Limit: "schemas"},
		{Name: "introspection loop by fragments", Text: "{__schema{types{...a}}} fragment a on __Type{fields{type{...b}}} fragment b on __Type{fields{type{...a}}}"},
		{Name: "fragment that contains itself", Text: "{...a} fragment a on Query{viewer{id} ...a}"},
		{Name: "ring of fragments", Text: ring(50)},
		{Name: "many fragments", Text: "{viewer{id}}" + many("fragment f%d on Query{viewer{id}}", 180), Limit: "fragments"},
		{Name: "many operations", Text: many("query q%d{viewer{id}}", 240), Limit: "operations"},
		{Name: "unknown fields", Text: "{" + many("submissionz%d ", 1_900) + "}"},
		{Name: "unknown types", Text: "{" + many("...f%d ", 50) + "}" + many("fragment f%d on Submisson%[1]d{id%[1]d}", 50)},
		{Name: "chain of fragments", Text: chain(50, 460), Limit: "nested"},
		{Name: "chain of fragments, short", Text: chain(8, 490)},
		{Name: "fragments beside each other", Text: "{" + many("...f%d ", 45) + "}" + many("fragment f%d on Query{x%[1]d y%[1]d z%[1]d u%[1]d v%[1]d w%[1]d{a b c d e f g h}}", 45)},
		{Name: "pairs of fragments", Text: "{" + strings.Repeat("viewer{...f}", 20) + "}fragment f on Viewer{" + many("x%d ", 70) + "...g} fragment g on Viewer{" + many("y%d ", 25) + "}"},
		{Name: "pairs of fragments in levels", Text: "{" + strings.Repeat("asOf(at:{index:1}){...f}", 10) + "}fragment f on Query{asOf(at:{index:1}){...g} asOf(at:{index:1}){...g}} fragment g on Query{" + many("y%d ", 90) + "}"},
		{Name: "pairs", Text: pairs()},
		{Name: "deep variable", Text: "query($a:[ID!]!){nodes(ids:$a){id}}", Variables: map[string]any{"a": nested(5_000)}, Limit: "variables"},
		{Name: "wide variable", Text: "query($a:[ID!]!){nodes(ids:$a){id}}", Variables: map[string]any{"a": make([]any, 200_000)}, Limit: "variables"},
		{Name: "wide variable of a mutation", Text: "mutation($a:InviteToBriefingInput!){inviteToBriefing(input:$a){userErrors{code}}}",
			Variables: map[string]any{"a": map[string]any{"invitees": make([]any, 200_000)}}, Limit: "variables"},
		{Name: "pages in pages", Text: "{consultations(first:100){nodes{submissions(first:100){nodes{versions{version}}}}}}", Limit: "cost"},
		{Name: "introspection twenty times", Text: "{" + many("a%d:__schema{types{fields{args{type{name}}type{name ofType{name}}}}}", 20) + "}", Limit: "schemas"},
	}
}

// nested is a list in a list, and so on.
func nested(deep int) any {
	v := any([]any{})
	for range deep {
		v = []any{v}
	}
	return v
}

// FanOut doubles with every fragment.
func FanOut(n int) string {
	var b strings.Builder
	b.WriteString("{...f0}")
	for i := range n {
		fmt.Fprintf(&b, "fragment f%d on Query{...f%d ...f%d}", i, i+1, i+1)
	}
	fmt.Fprintf(&b, "fragment f%d on Query{viewer{id}}", n)
	return b.String()
}

// hollow is a fan-out that never comes to a field.
func hollow(n int) string {
	return strings.TrimSuffix(FanOut(n), "{viewer{id}}") + "{...none}"
}

// wide has few fragments, each of which spreads the next many times.
func wide() string {
	var b strings.Builder
	b.WriteString("{...f0}")
	for i := range 8 {
		fmt.Fprintf(&b, "fragment f%d on Query{asOf{%s}}", i, strings.Repeat(fmt.Sprintf("...f%d ", i+1), 18))
	}
	b.WriteString("fragment f8 on Query{viewer{id}}")
	return b.String()
}

// levels repeats a key in every level, so that the repeats multiply once they
// are merged.
func levels(deep, times int) string {
	if deep == 0 {
		return "{viewer{id}}"
	}
	return "{" + strings.Repeat("asOf(at:{index:1})"+levels(deep-1, times), times) + "}"
}

// grid is made of fragments without a name.
func grid(deep, wide int) string {
	if deep == 0 {
		return "{viewer{id}}"
	}
	return "{" + strings.Repeat("...on Query"+grid(deep-1, wide), wide) + "}"
}

func aliases(n int) string { return "{" + many("a%d:__typename ", n) + "}" }

// aliasLevels hides them in fragments without a name.
func aliasLevels(deep, wide int) string {
	names := many(fmt.Sprintf("a%d_%%d:__typename ", deep), wide)
	if deep == 0 {
		return names
	}
	return names + "...on Query{" + aliasLevels(deep-1, wide) + "}"
}

func ring(n int) string {
	var b strings.Builder
	b.WriteString("{...f0}")
	for i := range n {
		fmt.Fprintf(&b, "fragment f%d on Query{viewer{id} ...f%d}", i, (i+1)%n)
	}
	return b.String()
}

// chain is within all limits, but every fragment has validation look at all
// that come after it.
func chain(n, fields int) string {
	var b strings.Builder
	b.WriteString("{...f0}")
	for i := range n - 1 {
		fmt.Fprintf(&b, "fragment f%d on Query{...f%d}", i, i+1)
	}
	fmt.Fprintf(&b, "fragment f%d on Query{%s}", n-1, many("x%d ", fields))
	return b.String()
}

// pairs is within all limits, and has validation compare as many fields with
// each other as they allow.
func pairs() string {
	var b strings.Builder
	b.WriteString("{")
	for range 20 {
		b.WriteString("viewer{" + many("x%d ", 28) + "}")
	}
	b.WriteString("}")
	return b.String()
}

// many repeats a format with numbers from 0 on.
func many(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}
