// Package rule reads from the schema who may read a field and who may send a
// command, and takes out what says neither.
package rule

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// The directives that state rules, and the members of enum Who that others are
// among.
const (
	Reads    = "reads"
	Sends    = "sends"
	Everyone = "EVERYONE"
	SignedIn = "SIGNED_IN"
)

// A Rule says who may, by their names in enum Who.
type Rule struct {
	By    []string
	Whole []string // those of By who read every part, where the others read some
}

// Of returns the rule that a directive states, if it names anybody.
func Of(directives ast.DirectiveList, name string) (Rule, bool) {
	d := directives.ForName(name)
	if d == nil {
		return Rule{}, false
	}
	r := Rule{By: names(d, "by"), Whole: names(d, "whole")}
	return r, len(r.By) > 0
}

func names(d *ast.Directive, argument string) []string {
	a := d.Arguments.ForName(argument)
	if a == nil {
		return nil
	}
	var all []string
	for _, c := range a.Value.Children {
		all = append(all, c.Value.Raw)
	}
	return all
}

// Stated returns the rule of a field of a type: who sends it, for a mutation,
// and otherwise who reads it.
func Stated(s *ast.Schema, of *ast.Definition, f *ast.FieldDefinition) (Rule, bool) {
	if of == s.Mutation {
		return Of(f.Directives, Sends)
	}
	return Of(f.Directives, Reads)
}

// Has reports whether a rule is needed for the fields of a type: for all that
// is answered with, but the words of GraphQL itself.
func Has(of *ast.Definition) bool {
	return (of.Kind == ast.Object || of.Kind == ast.Interface) && !strings.HasPrefix(of.Name, "__")
}

// Missing lists the fields that state no rule, as Type.field, in order.
func Missing(s *ast.Schema) []string {
	var all []string
	for _, of := range s.Types {
		if !Has(of) {
			continue
		}
		for _, f := range of.Fields {
			if _, ok := Stated(s, of, f); !ok && !strings.HasPrefix(f.Name, "__") {
				all = append(all, of.Name+"."+f.Name)
			}
		}
	}
	slices.Sort(all)
	return all
}

// Deny takes out of a schema, which it changes, every field that states no
// rule. What an object has no rule for cannot be read through an interface
// either. What is not in the schema is in no valid document: so nothing has to
// be looked at when a document is answered.
func Deny(s *ast.Schema) {
	gone := map[string]bool{}
	for _, name := range Missing(s) {
		gone[name] = true
		of, field, _ := strings.Cut(name, ".")
		for _, i := range s.Types[of].Interfaces {
			gone[i+"."+field] = true
		}
	}
	for _, of := range s.Types {
		of.Fields = slices.DeleteFunc(of.Fields, func(f *ast.FieldDefinition) bool { return gone[of.Name+"."+f.Name] })
	}
}
