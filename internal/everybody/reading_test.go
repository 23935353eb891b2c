package everybody

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// whole reads every field of an object: at once, or where that is too much each
// in a query of its own, and what would still cost too much in several.
func (c *checker) whole(who, field string, of *ast.Definition, path ...any) any {
	if a := c.Ask(who, fmt.Sprintf("{ %s { ... on %s { %s } } }", field, of.Name, c.selection(of)), nil); len(a.Errors) == 0 {
		return a.Get(path...)
	} else if !tooMuch(a) {
		c.t.Fatalf("%q asks for a %s: %v", who, of.Name, a.Errors)
	}
	all := map[string]any{}
	for _, f := range of.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		v := c.pieces(who, fmt.Sprintf(`%s { ... on %s { %%s } }`, field, of.Name), of, f, path)
		if v == nil {
			return nil
		}
		all[f.Name] = v.(map[string]any)[f.Name]
	}
	return all
}

// pieces reads one field of a type, in a document that has a place for it.
func (c *checker) pieces(who, document string, of *ast.Definition, f *ast.FieldDefinition, path []any) any {
	a := c.Ask(who, "{ "+fmt.Sprintf(document, c.one(of, f))+" }", nil)
	if len(a.Errors) == 0 {
		return a.Get(path...)
	}
	if !tooMuch(a) {
		c.t.Fatalf("%q asks %s of %s: %v", who, f.Name, of.Name, a.Errors)
	}
	if c.dear(of, f) {
		return nil
	}
	var all any
	to := c.schema.Types[f.Type.Name()]
	for _, g := range to.Fields {
		within := fmt.Sprintf(document, f.Name+c.argumentsOf(of, f)+" { %s }")
		all = merged(all, c.pieces(who, within, to, g, path))
	}
	return all
}

// tooMuch reports whether a document was refused for what it asks for at once.
func tooMuch(a trial.Answer) bool {
	x, _ := a.Errors[0]["extensions"].(map[string]any)
	return x["limit"] != nil
}

// dear reports whether a field costs too much wherever it is asked for in that
// place, so that nobody reads it there. Nothing may.
func (c *checker) dear(of *ast.Definition, f *ast.FieldDefinition) bool {
	if to := c.schema.Types[f.Type.Name()]; to.Kind == ast.Object || to.Kind == ast.Interface || to.Kind == ast.Union {
		return false // parts of it may cost less
	}
	c.t.Errorf("%s.%s costs too much to be read at all", of.Name, f.Name)
	return true
}

// merged puts together what was read of the same in several queries.
func merged(a, b any) any {
	switch x := a.(type) {
	case nil:
		return b
	case map[string]any:
		more, _ := b.(map[string]any)
		for k, v := range more {
			x[k] = merged(x[k], v)
		}
	case []any:
		more, _ := b.([]any)
		for i, v := range more {
			x[i] = merged(x[i], v)
		}
	}
	return a
}

// abstract reads a thing as what it has in common with others, which must say
// the same of it.
func (c *checker) abstract(path string, of *ast.Definition, id string, vals map[string]any) {
	fields := ""
	for _, name := range of.Interfaces {
		fields += " ... on " + name + " {"
		for _, f := range c.schema.Types[name].Fields {
			fields += " " + name + "_" + f.Name + ": " + f.Name
		}
		fields += " }"
	}
	for _, who := range readers() {
		v, _ := c.asks(who, fmt.Sprintf("node(id: %q) {%s }", id, fields), "node").(map[string]any)
		whole, _ := vals[who].(map[string]any)
		for _, name := range of.Interfaces {
			for _, f := range c.schema.Types[name].Fields {
				x := v[name+"_"+f.Name]
				if printed(x) != printed(whole[f.Name]) {
					c.t.Errorf("%s: %q reads %s.%s as %v, and of a %s as %v", path, who, name, f.Name, x, of.Name, whole[f.Name])
				}
				c.try(name+"."+f.Name, who, x != nil)
				c.filled[name+"."+f.Name] = c.filled[name+"."+f.Name] || x != nil
			}
		}
	}
}

// arguments are those of fields that need others than the usual.
var arguments = map[string]string{
	"SubmissionVersion.diff": `(to: "2")`,
	"Audit.event":            `(index: "60")`,
	"Audit.inclusionProof":   `(index: "60")`,
	"Audit.consistencyProof": `(from: "60")`,
}

// selection asks for every field of a type, down to things with ids of their own.
func (c *checker) selection(of *ast.Definition) string {
	if of.Kind == ast.Interface {
		return "__typename id"
	}
	if of.Kind == ast.Union {
		return c.members(of)
	}
	var b strings.Builder
	for _, f := range of.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		b.WriteString(" " + c.one(of, f))
	}
	return b.String()
}

// one asks for a field of a type, as selection does.
func (c *checker) one(of *ast.Definition, f *ast.FieldDefinition) string {
	field := f.Name + c.argumentsOf(of, f)
	switch to := c.schema.Types[f.Type.Name()]; {
	case to.Kind != ast.Object && to.Kind != ast.Interface && to.Kind != ast.Union:
		return field
	case isNode(to):
		return field + " { id }"
	default:
		return field + " { " + c.selection(to) + " }"
	}
}

func (c *checker) argumentsOf(of *ast.Definition, f *ast.FieldDefinition) string {
	switch {
	case arguments[of.Name+"."+f.Name] != "":
		return arguments[of.Name+"."+f.Name]
	case f.Arguments.ForName("first") != nil:
		return "(first: 40)"
	case f.Arguments.ForName("prefer") != nil:
		return `(prefer: ["es"])`
	}
	return ""
}
