package everybody

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/graph/rule"
)

// single compares a field that is one object.
func (c *checker) single(path string, to *ast.Definition, id string, t thing, got map[string]any, some map[string]bool) {
	inner, own := c.thingOf(got, id, t)
	r := c.ownRule(to)
	for who, v := range got {
		if some[who] {
			continue
		}
		for other, o := range got {
			if some[other] || (v == nil) == (o == nil) {
				continue
			}
			if c.meets(who, r.By, own, inner, "") == c.meets(other, r.By, own, inner, "") {
				c.t.Errorf("%s: %q reads %v, and %q %v", path, who, v, other, o)
			}
		}
	}
	c.object(path, to, own, inner, got, some)
}

// list compares a field that is a list of objects, by what tells them apart.
func (c *checker) list(path string, to *ast.Definition, id string, t thing, got map[string]any, some map[string]bool) {
	elements := map[string]map[string]any{}
	for who, v := range got {
		all, _ := v.([]any)
		for _, e := range all {
			k := keyOf(e)
			if elements[k] == nil {
				elements[k] = map[string]any{}
			}
			elements[k][who] = e
		}
	}
	for _, k := range slices.Sorted(keys(elements)) {
		vals := elements[k]
		inner, own := c.thingOf(vals, id, t)
		r := c.ownRule(to)
		for who := range got {
			_, has := vals[who]
			sees := c.meets(who, r.By, own, inner, "")
			switch {
			case has && !sees:
				c.t.Errorf("%s: %q reads of %s, and may not by %v", path, who, k, r.By)
			case !has && sees && !some[who]:
				c.t.Errorf("%s: %q does not read of %s, and may by %v", path, who, k, r.By)
			}
			if !has {
				vals[who] = nil
			}
		}
		c.object(fmt.Sprintf("%s[%s]", path, short(k)), to, own, inner, vals, nil)
	}
}

// ownRule is who sees objects of a type at all; an edge is seen with its node,
// and what search finds, by who reads its words.
func (c *checker) ownRule(of *ast.Definition) rule.Rule {
	if f := of.Fields.ForName("node"); f != nil && strings.HasSuffix(of.Name, "Edge") {
		return c.ownRule(c.schema.Types[f.Type.Name()])
	}
	if of.Name == "SearchHit" {
		return rule.Rule{By: []string{"WORDS"}}
	}
	r, ok := rule.Of(of.Directives, rule.Reads)
	if !ok {
		r.By = []string{rule.Everyone}
	}
	return r
}

// thingOf finds what an object is about: a thing of its own, or the one that it
// stands in.
func (c *checker) thingOf(vals map[string]any, id string, t thing) (thing, string) {
	for _, v := range vals {
		e, ok := v.(map[string]any)
		if !ok {
			continue
		}
		if node, ok := e["node"].(map[string]any); ok {
			return c.thingOf(map[string]any{"": node}, id, t)
		}
		for _, k := range []string{"id", "decision"} {
			if own, ok := e[k].(string); ok {
				if x, ok := c.things[own]; ok {
					return x, own
				}
				if k == "id" {
					return t, own
				}
			}
		}
	}
	return t, id
}

// keyOf is what tells an element of a list from the others.
func keyOf(v any) string {
	e, ok := v.(map[string]any)
	if !ok {
		return printed(v)
	}
	if node, ok := e["node"].(map[string]any); ok {
		return keyOf(node)
	}
	for _, names := range [][]string{{"id"}, {"change", "recordedAt"}, {"personId", "capacity"}, {"decision"}, {"version"}, {"number"}, {"questionId"}, {"code"}, {"entity"}, {"name"}} {
		k, all := "", true
		for _, n := range names {
			all = all && e[n] != nil
			k += " " + printed(e[n])
		}
		if all {
			return k
		}
	}
	return printed(v)
}

func short(k string) string { return k[:min(len(k), 40)] }
