package operation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/internal/hostile"
)

// drawSet draws a selection with fields, fragments without a name, and spreads
// of the fragments from number from on, so that none contains itself; or, where
// rings are wanted, of any.
func drawSet(t *rapid.T, deep, from, fragments int) string {
	var b strings.Builder
	b.WriteString("{")
	for range rapid.IntRange(1, 4).Draw(t, "selections") {
		switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
		case kind == 0 && from < fragments:
			fmt.Fprintf(&b, "...f%d ", rapid.IntRange(from, fragments-1).Draw(t, "fragment"))
		case kind == 1 && deep > 0:
			b.WriteString("..." + drawSet(t, deep-1, from, fragments))
		case kind < 4 && deep > 0:
			b.WriteString(rapid.SampledFrom([]string{"a", "b", "x:a", "types", "__schema", "__type"}).Draw(t, "field"))
			b.WriteString(drawSet(t, deep-1, from, fragments))
		default:
			b.WriteString(rapid.SampledFrom([]string{"a ", "b ", "x:a ", "y:b ", "types ", "z:types "}).Draw(t, "leaf"))
		}
	}
	b.WriteString("}")
	return b.String()
}

func drawDocument(t *rapid.T, rings bool) *ast.QueryDocument {
	n := rapid.IntRange(0, 5).Draw(t, "fragments")
	text := drawSet(t, 4, 0, n)
	for i := range n {
		from := i + 1
		if rings {
			from = 0
		}
		text += fmt.Sprintf(" fragment f%d on Query", i) + drawSet(t, 3, from, n)
	}
	doc, err := parse(text)
	if err != nil { // too many tokens: try a short one
		if doc, err = parse("{a}"); err != nil {
			t.Fatal(err)
		}
	}
	return doc
}

// naive unfolds a document the plain way: what the guard must never do before it
// knows that it is little.
type naive struct {
	doc             *ast.QueryDocument
	fields, spreads int
	levels, within  int
	schemas         int
}

func (n *naive) set(set ast.SelectionSet, level, within int, schema bool) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			n.fields++
			if schema && sel.Name == "types" {
				n.schemas++
			}
			l, w := level, within
			switch {
			case w > 0:
				w++
			case sel.Name == "__schema" || sel.Name == "__type":
				l, w = l+1, 1
			default:
				l++
			}
			n.levels, n.within = max(n.levels, l), max(n.within, w)
			n.set(sel.SelectionSet, l, w, schema || sel.Name == "__schema")
		case *ast.InlineFragment:
			n.spreads++
			n.set(sel.SelectionSet, level, within, schema)
		case *ast.FragmentSpread:
			n.spreads++
			if f := n.doc.Fragments.ForName(sel.Name); f != nil {
				n.set(f.SelectionSet, level, within, schema)
			}
		}
	}
}

// TestGuardMeasuresAsUnfolded: measuring each fragment once comes to what
// unfolding every use comes to.
func TestGuardMeasuresAsUnfolded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := drawDocument(t, false)
		g := &guard{doc: doc, fragments: map[string]*fragment{}}
		for _, f := range doc.Fragments {
			g.fragments[f.Name] = &fragment{FragmentDefinition: f}
		}
		got, err := g.operation(doc.Operations[0])
		if err != nil {
			t.Fatal(err)
		}
		n := naive{doc: doc}
		n.set(doc.Operations[0].SelectionSet, 0, 0, false)
		if got.fields != n.fields || got.spreads != n.spreads || got.levels != n.levels || got.within != n.within || got.schemas != n.schemas {
			t.Errorf("measured %+v, unfolded %+v", got, n)
		}
	})
}

// repeatsOf counts, the plain way, how often each place of the answer is asked for.
func repeatsOf(doc *ast.QueryDocument, set ast.SelectionSet, path string, repeats map[string]int) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			repeats[path+"."+sel.Alias]++
			repeatsOf(doc, sel.SelectionSet, path+"."+sel.Alias, repeats)
		case *ast.InlineFragment:
			repeatsOf(doc, sel.SelectionSet, path, repeats)
		case *ast.FragmentSpread:
			if f := doc.Fragments.ForName(sel.Name); f != nil {
				repeatsOf(doc, f.SelectionSet, path, repeats)
			}
		}
	}
}

// TestGuardRefusesWhatRepeats: what passes repeats nothing too often, and what
// is refused for it does.
func TestGuardRefusesWhatRepeats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := drawDocument(t, false)
		_, err := check(doc)
		limit := ""
		if err != nil {
			limit = err.Err.(*Refusal).Limit
		}
		if err != nil && limit != "repeats" {
			return // refused before
		}
		repeats := map[string]int{}
		repeatsOf(doc, doc.Operations[0].SelectionSet, "", repeats)
		most := 0
		for _, n := range repeats {
			most = max(most, n)
		}
		if (most > maxRepeats) != (limit == "repeats") {
			t.Errorf("%d repeats at most, and refused for %q", most, limit)
		}
	})
}

// TestGuardEnds, whatever contains what, within steps that the tokens bound.
func TestGuardEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := drawDocument(t, true)
		g, err := check(doc)
		tokens := countTokens(doc.Operations[0].Position.Src.Input)
		if g.steps > most(tokens) {
			t.Errorf("%d steps for %d tokens, %v", g.steps, tokens, err)
		}
	})
}

// FuzzOperation has documents and variables looked at as the executor does.
// Nothing may panic, and every part must end within its steps.
func FuzzOperation(f *testing.F) {
	for _, d := range hostile.Documents() {
		f.Add(d.Text)
	}
	f.Add(standard)
	f.Add(`query A($a: Int = 5 @x(y: [1, {z: """t"""}])) @z { a: b(c: $a) @skip(if: true) { ...F ... on X @include(if: $a) { d } } } fragment F on Y { e }`)
	schema := schemaOf(f)
	costs, all, scalars := prices(schema), ruleSet(testScalars()), testScalars()
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := parse(text)
		if err != nil {
			return
		}
		g, err := check(doc)
		tokens := countTokens(text)
		if g.steps > most(tokens) {
			t.Fatalf("the guard took %d steps for %d tokens", g.steps, tokens)
		}
		if err != nil || validate(schema, doc, all, true) != nil {
			return
		}
		for _, op := range doc.Operations {
			for _, sent := range []map[string]any{nil, {"a": []any{map[string]any{"b": nil}}, "n": 1.5}} {
				_ = variables(schema, scalars, op, sent)
				c := newCosts(costs, op, sent)
				if c.set(op.SelectionSet, 0) < 0 {
					t.Fatal("it costs less than nothing")
				}
				if c.steps > most(tokens) {
					t.Fatalf("the cost took %d steps for %d tokens", c.steps, tokens)
				}
			}
		}
	})
}
