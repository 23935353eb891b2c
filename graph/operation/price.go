package operation

import (
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

const (
	point        = 100 // of what operations cost, in the unit that is counted in
	introspected = 2   // of the same unit: an object of the schema's own; the standard introspection has 170,000
	listSize     = 5   // elements that a list is taken for, if nothing says how many it has
	maxPage      = 100 // elements of a page at most; who asks for more is refused by whoever answers
	commands     = 10  // points of a mutation or subscription, besides those of what it shows

	// What a scan costs goes by the size of the record, in steps, and so tells no
	// more of it than the index that every answer shows.
	scanStep = 1_000 // records
	maxScan  = 2_000 // points of one, or a large record could not be asked at all
)

// A price is what the answer of one field costs, without what is below it.
type price struct {
	weight int    // in hundredths of a point; each element of a list costs as much
	list   bool   // it is a list
	size   int    // elements of it, if nothing else says
	by     string // argument with as many elements as the list has
	paged  bool   // it is a page: the lists in it have as many elements as first or last says
	scan   scan
}

// A scan is what a field may have to go through besides what it answers.
type scan struct {
	records int      // of the record, for a point; 0: nothing
	when    []string // arguments that make it so, such as filter.language or orderBy.field=NAME; none: always
}

// prices are those of every field of a schema, as its directives @cost say, or
// by default: a leaf is free, an object costs a point, a command ten. What tells
// of the schema itself costs a fiftieth.
func prices(schema *ast.Schema) map[*ast.FieldDefinition]price {
	all := map[*ast.FieldDefinition]price{}
	for name, d := range schema.Types {
		if d.Kind != ast.Object && d.Kind != ast.Interface {
			continue
		}
		unit := point
		if strings.HasPrefix(name, "__") {
			unit = introspected
		}
		for _, f := range d.Fields {
			p := price{list: f.Type.Elem != nil, size: listSize, paged: f.Arguments.ForName("first") != nil}
			if t := schema.Types[f.Type.Name()]; t != nil && t.IsCompositeType() {
				p.weight = unit
			}
			if d == schema.Mutation || d == schema.Subscription {
				p.weight = commands * unit
			}
			if name == "__Schema" && f.Name == "types" {
				p.size = len(schema.Types)
			}
			all[f] = p.stated(f.Directives.ForName("cost"), unit)
		}
	}
	return all
}

// stated is p with what a directive @cost says.
func (p price) stated(d *ast.Directive, unit int) price {
	if d == nil {
		return p
	}
	number := func(name string) (int, bool) {
		a := d.Arguments.ForName(name)
		if a == nil {
			return 0, false
		}
		n, err := strconv.Atoi(a.Value.Raw)
		return n, err == nil
	}
	if n, ok := number("weight"); ok {
		p.weight = n * unit
	}
	if n, ok := number("list"); ok {
		p.size = n
	}
	if a := d.Arguments.ForName("by"); a != nil {
		p.by = a.Value.Raw
	}
	p.scan.records, _ = number("scans")
	if a := d.Arguments.ForName("when"); a != nil {
		for _, c := range a.Value.Children {
			p.scan.when = append(p.scan.when, c.Value.Raw)
		}
	}
	return p
}
