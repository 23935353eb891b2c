package operation

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// maxCost is how many points an operation may cost.
const maxCost = 5_000

// costs adds up what one operation costs at most: as if every list were as long
// as it may get, every object were there and were of every type that is asked
// for. A fragment is added up once for every length of page that it stands in.
type costs struct {
	prices map[*ast.FieldDefinition]price
	vars   map[string]any
	known  map[priced]int
	size   int64 // of the record
	most   int   // points of the greatest scan
	steps  int   // selections looked at
}

// priced is a fragment in lists of a length.
type priced struct {
	of   *ast.FragmentDefinition
	page int
}

// costOf returns the points that an operation of a valid document costs, on a
// record of so many records.
func costOf(prices map[*ast.FieldDefinition]price, op *ast.OperationDefinition, sent map[string]any, size int64) int {
	points, _ := costAndScan(prices, op, sent, size)
	return points
}

// costAndScan returns also what the greatest scan among it costs.
func costAndScan(prices map[*ast.FieldDefinition]price, op *ast.OperationDefinition, sent map[string]any, size int64) (points, scan int) {
	c := newCosts(prices, op, sent)
	c.size = size
	points = (c.set(op.SelectionSet, 0) + point - 1) / point
	return points, c.most
}

// tooMuch refuses an operation that costs so many points, or returns nil.
func tooMuch(points int) *Refusal {
	if points <= maxCost {
		return nil
	}
	return over("cost", "This operation costs %s points; at most %s are allowed: ask for shorter pages, or for less in each.", points, maxCost)
}

func newCosts(prices map[*ast.FieldDefinition]price, op *ast.OperationDefinition, sent map[string]any) *costs {
	c := &costs{prices: prices, vars: map[string]any{}, known: map[priced]int{}}
	for _, d := range op.VariableDefinitions {
		v, ok := sent[d.Variable]
		if !ok && d.DefaultValue != nil {
			v, _ = d.DefaultValue.Value(nil) // validated
		}
		c.vars[d.Variable] = v
	}
	return c
}

// set adds up a selection. Where page is not 0, it is of a page that long.
func (c *costs) set(set ast.SelectionSet, page int) int {
	sum := 0
	for _, sel := range set {
		c.steps++
		switch sel := sel.(type) {
		case *ast.Field:
			if !c.leftOut(sel.Directives) {
				sum += c.field(sel, page)
			}
		case *ast.InlineFragment:
			if !c.leftOut(sel.Directives) {
				sum += c.set(sel.SelectionSet, page)
			}
		case *ast.FragmentSpread:
			if !c.leftOut(sel.Directives) {
				sum += c.fragment(sel.Definition, page)
			}
		}
		sum = min(sum, sizeCap)
	}
	return sum
}

func (c *costs) fragment(f *ast.FragmentDefinition, page int) int {
	if f == nil {
		return 0
	}
	key := priced{f, page}
	sum, ok := c.known[key]
	if !ok {
		sum = c.set(f.SelectionSet, page)
		c.known[key] = sum
	}
	return sum
}

// field is the price of a field, with what is below it, times its elements.
func (c *costs) field(f *ast.Field, page int) int {
	p := c.prices[f.Definition] // __typename has none, and is free
	below := 0
	if p.paged {
		below = c.length(f)
	}
	one := p.weight + c.scan(f, p.scan) + c.set(f.SelectionSet, below)
	if !p.list {
		return one
	}
	n := p.size
	switch {
	case p.by != "":
		n = elements(c.argument(f, p.by))
	case page > 0:
		n = page
	}
	return min(n*one, sizeCap)
}

// scan is the price of what a field may have to go through.
func (c *costs) scan(f *ast.Field, s scan) int {
	if s.records == 0 || len(s.when) > 0 && !slices.ContainsFunc(s.when, func(path string) bool { return c.given(f, path) }) {
		return 0
	}
	points := int(min(c.size/scanStep*scanStep/int64(s.records), maxScan))
	c.most = max(c.most, points)
	return points * point
}

// given reports whether a field is given an argument, or a part of one, and with
// an equals sign whether it is that.
func (c *costs) given(f *ast.Field, path string) bool {
	path, want, exact := strings.Cut(path, "=")
	names := strings.Split(path, ".")
	v := c.argument(f, names[0])
	for _, name := range names[1:] {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v != nil && (!exact || v == want)
}

// length is how many elements a page has: as many as it asks for.
func (c *costs) length(f *ast.Field) int {
	for _, name := range []string{"first", "last"} {
		if n, ok := whole(c.argument(f, name)); ok {
			return int(min(max(n, 1), maxPage))
		}
	}
	return maxPage
}

// argument is what a field is given, or else what its definition says.
func (c *costs) argument(f *ast.Field, name string) any {
	if a := f.Arguments.ForName(name); a != nil {
		v, _ := a.Value.Value(c.vars) // validated
		return v
	}
	if d := f.Definition.Arguments.ForName(name); d != nil && d.DefaultValue != nil {
		v, _ := d.DefaultValue.Value(nil)
		return v
	}
	return nil
}

// leftOut reports whether @skip or @include leaves a selection out.
func (c *costs) leftOut(list ast.DirectiveList) bool {
	for _, d := range list {
		a := d.Arguments.ForName("if")
		if a == nil || d.Name != "skip" && d.Name != "include" {
			continue
		}
		v, _ := a.Value.Value(c.vars)
		if yes, ok := v.(bool); ok && yes == (d.Name == "skip") {
			return true
		}
	}
	return false
}

// elements is how long a list is that is given as a value.
func elements(v any) int {
	switch v := v.(type) {
	case nil:
		return 0
	case []any:
		return len(v)
	}
	return 1
}

// whole is a whole number that is given as a value.
func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case int:
		return int64(v), true
	case float64:
		return int64(v), true
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	}
	return 0, false
}
