package everybody

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
)

// members asks for every member of a union.
func (c *checker) members(of *ast.Definition) string {
	fields := "__typename"
	for _, name := range of.Types {
		member := c.schema.Types[name]
		inner := c.selection(member)
		if isNode(member) {
			inner = "id"
		}
		fields += fmt.Sprintf(" ... on %s { %s }", name, inner)
	}
	return fields
}

// union checks that all who read a field whole read the same member of it, and
// that the others are told nothing else, or that it is withheld.
func (c *checker) union(path string, of *ast.Definition, got map[string]any, some map[string]bool) {
	whole := ""
	for who, v := range got {
		if v == nil || some[who] {
			continue
		}
		if whole != "" && printed(v) != whole {
			c.t.Errorf("%s: one reads %s and %q %s", path, whole, who, printed(v))
		}
		whole = printed(v)
	}
	for who, v := range got {
		value, _ := v.(map[string]any)
		if value == nil {
			continue
		}
		if some[who] && value["__typename"] != "Withheld" && printed(v) != whole {
			c.t.Errorf("%s: %q reads %s, and who reads all of it %s", path, who, printed(v), whole)
		}
		for _, f := range c.schema.Types[value["__typename"].(string)].Fields {
			name := value["__typename"].(string) + "." + f.Name
			if _, asked := value[f.Name]; !asked {
				continue
			}
			c.reads(name, got)
			c.cells[name][who] = true
			c.filled[name] = c.filled[name] || !nothing(value[f.Name])
		}
	}
}
