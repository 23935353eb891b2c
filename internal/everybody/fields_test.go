package everybody

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/graph/rule"
)

// TestEverybodyReadsEverything reads every field of everything in the story as
// everybody, and compares with what the schema's rules say.
func TestEverybodyReadsEverything(t *testing.T) {
	w := newWorld(t)
	for i, s := range told() {
		w.Wait(max(s.wait, time.Minute))
		w.tell(s, w.document(s, fmt.Sprintf("step-%d-of-the-story", i)))
	}
	w.Wait(time.Hour)
	c := newChecker(w)
	c.events()
	for _, name := range slices.Sorted(keys(w.names)) {
		c.node(name)
	}
	c.queries()
	c.viewers()
	c.audits()
	c.streams()
	for _, missing := range c.missing(func(of *ast.Definition) bool { return !c.commanded(of) }) {
		t.Error(missing)
	}
}

// A checker compares what people read with what they should.
type checker struct {
	*world
	things map[string]thing
	cells  map[string]map[string]bool // by field and reader; true for one that was read
	filled map[string]bool            // fields that said something to somebody
	denied map[string]bool            // and nothing to somebody who saw the rest of that object
	read   map[string]map[string]any  // what was read of each thing, by its id and reader
}

func newChecker(w *world) *checker {
	return &checker{world: w, things: w.things(), cells: map[string]map[string]bool{}, filled: map[string]bool{}, denied: map[string]bool{}, read: map[string]map[string]any{}}
}

// node reads one thing by its id as everybody.
func (c *checker) node(name string) {
	id := c.names[name]
	a := c.Ask("auditor", `query($id: ID!) { node(id: $id) { __typename } }`, map[string]any{"id": id})
	kind, ok := a.Get("node", "__typename").(string)
	for _, who := range []string{"secretariat", "protection", "ngo", "stranger", "commission"} {
		if !ok {
			kind, ok = c.Ask(who, `query($id: ID!) { node(id: $id) { __typename } }`, map[string]any{"id": id}).Get("node", "__typename").(string)
		}
	}
	if !ok {
		return // an item of a briefing is read with it; a question with its questionnaire
	}
	of := c.schema.Types[kind]
	vals := map[string]any{}
	for _, who := range readers() {
		vals[who] = c.whole(who, fmt.Sprintf(`node(id: %q)`, id), of, "node")
	}
	c.read[id] = vals
	c.seen(name, of, id, vals)
	c.abstract(name, of, id, vals)
	c.object(strings.ReplaceAll(name, ".", " "), of, id, c.things[id], vals, nil)
}

// seen checks who sees an object at all.
func (c *checker) seen(path string, of *ast.Definition, id string, vals map[string]any) {
	r, _ := rule.Of(of.Directives, rule.Reads)
	for who, v := range vals {
		if should := c.meets(who, r.By, id, c.things[id], ""); (v != nil) != should {
			c.t.Errorf("%s (%s): seen by %q is %t, and by its rule %t", path, of.Name, who, v != nil, should)
		}
	}
}

func (c *checker) asks(who, field string, path ...any) any {
	c.t.Helper()
	a := c.Ask(who, "{ "+field+" }", nil)
	if len(a.Errors) > 0 {
		c.t.Fatalf("%q asks %s: %v", who, field, a.Errors)
	}
	return a.Get(path...)
}

func isNode(of *ast.Definition) bool {
	return of.Name == "Node" || slices.Contains(of.Interfaces, "Node")
}

// object compares what everybody reads of one object. Those in part see some of
// the lists in it.
func (c *checker) object(path string, of *ast.Definition, id string, t thing, vals map[string]any, part map[string]bool) {
	if isNode(of) && strings.Contains(path, ".") {
		return // it is read by itself
	}
	for _, f := range of.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		c.field(path+"."+f.Name, of, f, id, t, vals, part)
	}
}

func (c *checker) field(path string, of *ast.Definition, f *ast.FieldDefinition, id string, t thing, vals map[string]any, part map[string]bool) {
	name := of.Name + "." + f.Name
	r, _ := rule.Stated(c.schema, of, f)
	c.reads(name, vals)
	got, some, kept, told := map[string]any{}, map[string]bool{}, false, false
	for who, v := range vals {
		in, ok := v.(map[string]any)
		if !ok { // nor do they see what stands in it
			got[who], some[who] = nil, true
			continue
		}
		x := in[f.Name]
		c.filled[name] = c.filled[name] || !nothing(x)
		switch {
		case !c.meets(who, r.By, id, t, f.Name):
			if !nothing(x) {
				c.t.Errorf("%s: %q reads %v, and may not by %v", path, who, x, r.By)
			}
			some[who], x, kept = true, nil, true // and so nothing that stands in it
		case len(r.Whole) > 0 && !c.meets(who, r.Whole, id, t, f.Name), part[who]:
			some[who], c.cells[name][who] = true, true
		default:
			c.cells[name][who] = true
		}
		got[who], told = x, told || !nothing(x)
	}
	c.denied[name] = c.denied[name] || kept && told
	if !slices.Contains(r.Whole, "INSIDER") {
		c.same(path, f, id, t, got, some)
		return
	}
	// Insiders read the newest edition, and others the one that is shown.
	for _, inside := range []bool{true, false} {
		of, others := map[string]any{}, map[string]bool{}
		for who, x := range got {
			of[who], others[who] = x, some[who] && x == nil
			if c.meets(who, r.Whole, id, t, f.Name) != inside {
				of[who], others[who] = nil, true
			}
		}
		c.same(path, f, id, t, of, others)
	}
}

// reads notes that everybody's cell of a field is tried: who does not see the
// object does not read its fields.
func (c *checker) reads(name string, vals map[string]any) {
	if c.cells[name] == nil {
		c.cells[name] = map[string]bool{}
	}
	for who := range vals {
		c.cells[name][who] = c.cells[name][who] || false
	}
}

// nothing reports whether a value says no more than that there is none.
func nothing(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case string:
		return v == "und"
	case map[string]any:
		nodes, list := v["nodes"].([]any)
		return list && len(nodes) == 0
	}
	return false
}

// same checks that all who read a field read the same, and that those who read
// some of it read nothing else.
func (c *checker) same(path string, f *ast.FieldDefinition, id string, t thing, got map[string]any, some map[string]bool) {
	to := c.schema.Types[f.Type.Name()]
	read := false
	for _, v := range got {
		read = read || v != nil
	}
	switch {
	case !read:
	case to.Name == "PageInfo", to.Name == "BriefingAttendance" && len(some) > 0:
		c.opaque(path, to, got, some)
	case to.Kind == ast.Union:
		c.union(path, to, got, some)
	case to.Kind != ast.Object && to.Kind != ast.Interface:
		c.leaf(path, got, some)
	case f.Type.Elem != nil:
		c.list(path, to, id, t, got, some)
	default:
		c.single(path, to, id, t, got, some)
	}
}

// opaque is read by everybody of got, each in their own way.
func (c *checker) opaque(path string, to *ast.Definition, got map[string]any, some map[string]bool) {
	whole := map[string]any{}
	for who, v := range got {
		if nothing(v) {
			continue
		}
		if list, ok := v.([]any); ok && len(list) > 0 {
			v = list[0]
		}
		if !some[who] || to.Name == "PageInfo" {
			whole[who] = v
		}
	}
	for _, f := range to.Fields {
		one, others := map[string]any{}, map[string]bool{}
		for who := range got {
			one[who], others[who] = nil, whole[who] == nil
		}
		for who, v := range whole {
			one[who] = v.(map[string]any)[f.Name]
			c.filled[to.Name+"."+f.Name] = c.filled[to.Name+"."+f.Name] || one[who] != nil
		}
		c.reads(to.Name+"."+f.Name, got)
		for who := range whole {
			c.cells[to.Name+"."+f.Name][who] = true
		}
		if to.Name != "PageInfo" {
			c.same(path+"."+f.Name, f, "", thing{}, one, others)
		}
	}
}

func (c *checker) leaf(path string, got map[string]any, some map[string]bool) {
	var first any
	var by string
	seen := false
	for _, who := range readers() {
		v, ok := got[who]
		if !ok || some[who] {
			continue
		}
		if !seen {
			first, by, seen = v, who, true
		} else if printed(first) != printed(v) {
			c.t.Errorf("%s: %q reads %v, and %q %v", path, by, first, who, v)
		}
	}
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func printed(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
