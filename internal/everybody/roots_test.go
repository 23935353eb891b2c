package everybody

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/graph/rule"
)

// roots is how each field of Query is asked for, where that takes more than
// the first page.
var roots = map[string]string{
	"node": `(id: "${public}")`, "nodes": `(ids: ["${public}", "${answering}"])`, "asOf": `(at: {index: "60"})`,
	"consultation": `(id: "${call}")`, "questionnaire": `(id: "${asked}")`, "submission": `(id: "${public}")`, "entity": `(id: "${ngo}")`,
	"mandate": `(id: "${mandate}")`, "vocabulary": `(name: "audiences")`, "memberState": `(code: "FRD")`, "championCountry": `(id: "${champion}")`, "import": `(id: "${import}")`,
	"workingGroup": `(id: "${wg}")`, "secondment": `(id: "${offered}")`, "commitment": `(id: "${pledge}")`, "briefing": `(id: "${briefing}")`,
	"search": `(query: "doors everybody say", first: 40)`, "receipt": `(id: "${received}")`, "lateDecisions": `(consultation: "${call}", first: 40)`,
	"transparency": `(consultation: "${call}")`,
}

// queries reads every field of Query as everybody.
func (c *checker) queries() {
	for _, f := range c.schema.Query.Fields {
		if strings.HasPrefix(f.Name, "__") || f.Name == "viewer" || f.Name == "audit" {
			continue // of these each has their own
		}
		arguments := roots[f.Name]
		if arguments == "" {
			arguments = c.argumentsOf(c.schema.Query, f)
		}
		to := c.schema.Types[f.Type.Name()]
		selection := "id"
		if !isNode(to) && to != c.schema.Query {
			selection = c.selection(to)
		}
		vals, id := map[string]any{}, ""
		for _, who := range readers() {
			var v any
			switch f.Name {
			case "publicView":
				v = c.publicView(who)
			case "asOf":
				v = c.asks(who, "asOf"+arguments+" { transparency { withdrawn } }", "asOf")
			default:
				v = c.asks(who, c.named(f.Name+arguments+" { "+selection+" }"), f.Name)
			}
			vals[who] = map[string]any{f.Name: v}
		}
		if f.Name == "receipt" {
			id = c.names["received"]
		}
		only := &ast.Definition{Name: "Query", Kind: ast.Object, Fields: ast.FieldList{f}}
		c.object("Query", only, id, c.things[id], vals, nil)
	}
}

// publicView is refused to whoever is no auditor.
func (c *checker) publicView(who string) any {
	a := c.Ask(who, `{ asOf(at: {index: "60"}) { publicView { transparency { withdrawn } } } }`, nil)
	if len(a.Errors) > 0 {
		return nil
	}
	return a.Get("asOf", "publicView")
}

// viewers reads everybody's own page, which nobody else can ask for.
func (c *checker) viewers() {
	of := c.schema.Types["Viewer"]
	for _, who := range readers() {
		vals := map[string]any{}
		for _, other := range readers() {
			vals[other] = nil
		}
		vals[who] = c.whole(who, "viewer", of, "viewer")
		id := c.names["per."+who]
		c.object("viewer", of, id, c.things[id], vals, nil)
		c.reads("Query.viewer", vals)
		if (vals[who] != nil) != (who != "") {
			c.t.Errorf("%q has the page %v", who, vals[who])
		}
		c.cells["Query.viewer"][who], c.filled["Query.viewer"], c.denied["Query.viewer"] = vals[who] != nil, true, true
	}
}

// audits reads what is for auditors.
func (c *checker) audits() {
	of := c.schema.Types["Audit"]
	vals := map[string]any{}
	for _, who := range readers() {
		vals[who] = map[string]any{"audit": c.whole(who, "audit", of, "audit")}
	}
	c.object("Query", &ast.Definition{Name: "Query", Kind: ast.Object, Fields: ast.FieldList{c.schema.Query.Fields.ForName("audit")}}, "", thing{}, vals, nil)
}

// events names some events of the record, and what of them is disclosed.
func (c *checker) events() {
	who := map[string]bool{"actor": true, "actingFor": true, "idempotencyKey": true}
	all := map[string]bool{"actor": true, "actingFor": true, "idempotencyKey": true, "data": true}
	for _, e := range []struct {
		stream string
		shows  map[string]bool
	}{
		{"submission-${public}", all}, {"submission-${participants}", all}, {"submission-${restricted}", who},
		{"submission-${anonymised}", nil}, {"submission-${sealed}", nil}, {"submission-${kept}", nil}, {"submission-${pending}", nil},
		{"person-${per.stranger}", who}, {"consultation-${call}", all}, {"commitment-${pledge}", who},
	} {
		id := c.asks("auditor", c.named(fmt.Sprintf(`audit { events(first: 1, filter: {stream: %q}) { nodes { id } } }`, e.stream)), "audit", "events", "nodes", 0, "id")
		c.names["event of "+e.stream] = fmt.Sprint(id)
		c.things[fmt.Sprint(id)] = thing{shows: e.shows}
	}
	c.names["received"] = c.names["event of submission-${public}"]
	public := c.things[c.names["public"]]
	c.things[c.names["received"]] = thing{shows: all, made: public.made, madeFor: public.madeFor}
}

// unfilled lists fields that nothing can fill yet, and why.
var unfilled = map[string]string{
	"BriefingDeposit.fileSha256": "files are not kept yet",
	"WindowClosedError.path":     "no field of an input is to blame for the time",
}

// undenied lists fields that nobody can be kept from who sees the object, and
// why.
var undenied = map[string]string{
	"AuditEvent.actor":          "auditors alone see events, and all of them see the same",
	"AuditEvent.actingFor":      "likewise",
	"AuditEvent.idempotencyKey": "likewise",
	"AuditEvent.data":           "likewise",
	"Submission.requested":      "it is sealed as long as something is requested, and who sees it sealed sees all of it",
}

// missing lists the cells that the story leaves empty, of the types that are
// among those of: a field that says nothing to anybody, or that somebody has
// not tried to read.
func (c *checker) missing(among func(*ast.Definition) bool) []string {
	var all []string
	for _, of := range c.schema.Types {
		if !rule.Has(of) || !among(of) {
			continue
		}
		for _, f := range of.Fields {
			name := of.Name + "." + f.Name
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			if why := unfilled[name]; c.filled[name] == (why != "") {
				all = append(all, fmt.Sprintf("%s says nothing to anybody, so the story lacks what fills it; or it does, though %q", name, why))
			}
			r, _ := rule.Stated(c.schema, of, f)
			if why := undenied[name]; r.By[0] != rule.Everyone && c.denied[name] == (why != "") {
				all = append(all, fmt.Sprintf("%s is never kept from somebody who sees the object, so its rule is not tried; or it is, though %q", name, why))
			}
			for _, who := range readers() {
				if _, tried := c.cells[name][who]; !tried {
					all = append(all, fmt.Sprintf("%s is not tried by %q", name, who))
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

// commanded reports whether a type is tried where commands are sent: what they
// are, what they give, and how they are refused. All others are tried where
// everything is read.
func (c *checker) commanded(of *ast.Definition) bool {
	given := slices.ContainsFunc(c.schema.Mutation.Fields, func(f *ast.FieldDefinition) bool { return f.Type.Name() == of.Name })
	return of == c.schema.Mutation || given || of.Name == "UserError" || slices.Contains(of.Interfaces, "UserError")
}
