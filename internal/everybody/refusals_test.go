package everybody

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// refusals asks for all that a refusal says, of every kind that there is, by
// the names that all kinds have and by its own.
func (w *world) refusals() string {
	of := w.schema.Types["UserError"]
	all := "__typename"
	for _, f := range of.Fields {
		all += " " + f.Name
	}
	for _, kind := range w.schema.PossibleTypes["UserError"] {
		all += " ... on " + kind.Name + " {"
		for _, f := range kind.Fields {
			all += " " + kind.Name + "_" + f.Name + ": " + f.Name
		}
		all += " }"
	}
	return all
}

// refused checks all that a refusal says, and that with it nothing else is
// given. To those who may send a step that fails it is of the step's kind.
func (c *checker) refused(s step, who string, a trial.Answer, may bool) {
	c.t.Helper()
	given := c.payload(s)
	for _, f := range given.Fields {
		c.try(given.Name+"."+f.Name, who, false)
	}
	for _, of := range c.errors() {
		for _, f := range of.Fields {
			c.try(of.Name+"."+f.Name, who, false)
		}
	}
	said, _ := a.Get("out", "userErrors").([]any)
	if may && s.fails != "" && len(said) != 1 {
		c.t.Errorf("%s by %q is not refused: %v", s.does, who, a)
	}
	if len(said) == 0 {
		return
	}
	for _, f := range given.Fields {
		if v := a.Get("out", f.Name); f.Name != "userErrors" && v != nil {
			c.t.Errorf("%s by %q is refused, and gives %s: %v", s.does, who, f.Name, v)
		}
	}
	c.try(given.Name+".userErrors", who, true)
	c.filled[given.Name+".userErrors"] = true
	for _, v := range said {
		c.refusal(s, who, v.(map[string]any), may)
	}
}

// errors are the kinds of refusals, and what they have in common.
func (c *checker) errors() []*ast.Definition {
	return append(slices.Clone(c.schema.PossibleTypes["UserError"]), c.schema.Types["UserError"])
}

// refusal checks one.
func (c *checker) refusal(s step, who string, said map[string]any, may bool) {
	c.t.Helper()
	kind, _ := said["__typename"].(string)
	if may && s.fails != "" && kind != s.fails {
		c.t.Errorf("%s by %q is refused as %s, and not as %s: %v", s.does, who, kind, s.fails, said)
	}
	if !may && kind != "RefusedError" { // or it would tell more of the object than that they may not
		c.t.Errorf("%s by %q, who may not, is refused as %s: %v", s.does, who, kind, said)
	}
	only := map[string]any{} // what this kind says, and others do not
	for _, of := range c.errors() {
		for _, f := range of.Fields {
			v, asked := said[of.Name+"_"+f.Name]
			if of.Name == "UserError" {
				v, asked = said[f.Name], true
			}
			if asked != (of.Name == kind || of.Name == "UserError") {
				c.t.Errorf("%s by %q: a %s says %s.%s: %v", s.does, who, kind, of.Name, f.Name, said)
			}
			if !asked {
				continue
			}
			c.try(of.Name+"."+f.Name, who, true)
			c.filled[of.Name+"."+f.Name] = c.filled[of.Name+"."+f.Name] || !nothing(v)
			switch {
			case c.schema.Types["UserError"].Fields.ForName(f.Name) == nil:
				only[f.Name] = v
			case printed(v) != printed(said[f.Name]):
				c.t.Errorf("%s by %q: %s is %v, and %v as a %s", s.does, who, f.Name, said[f.Name], v, kind)
			case f.Type.NonNull && f.Type.Elem == nil && v == "":
				c.t.Errorf("%s by %q: its %s says nothing: %v", s.does, who, f.Name, said)
			}
		}
	}
	if reason, _ := said["reason"].(string); !strings.Contains(reason, ".") {
		c.t.Errorf("%s by %q is refused for %q, which is no reason", s.does, who, reason)
	}
	if id := target.FindStringSubmatch(c.named(s.in)); may && kind == "ConflictError" && strings.Contains(s.in, "expectedVersion") {
		if v := c.asks(who, fmt.Sprintf("node(id: %q) { ... on Aggregate { version } }", id[1]), "node", "version"); v != only["currentVersion"] {
			c.t.Errorf("%s by %q is refused with %v, and they read the version %v", s.does, who, only, v)
		}
	}
	if !may || s.says == "" {
		return
	}
	var want map[string]any
	if err := json.Unmarshal([]byte(s.says), &want); err != nil {
		c.t.Fatal(err)
	}
	if printed(only) != printed(want) {
		c.t.Errorf("%s by %q is refused with %v, and should be with %s", s.does, who, only, s.says)
	}
}
