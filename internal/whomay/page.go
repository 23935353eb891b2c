package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur/graph/rule"
)

const intro = `# Who may do what

This page is written by ` + "`make generate`" + ` from the directives in [schema.graphqls](../schema.graphqls), and tests try what it says: every command sent as every kind of person, and every field of everything read as every kind of person.

## What the words mean

`

// page renders the rules of a schema for people.
func page(text string) (string, error) {
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: text})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(intro)
	var order []string
	for _, v := range s.Types["Who"].EnumValues {
		fmt.Fprintf(&b, "- %s: %s\n", v.Name, v.Description)
		order = append(order, v.Name)
	}
	b.WriteString("\n## Who sends a command\n\n● may send it. Some commands ask for more, as their descriptions in the schema say. To everybody else they are refused.\n")
	for _, of := range payloads(s) {
		rows := map[string]rule.Rule{}
		var fields []string
		for _, f := range s.Mutation.Fields {
			if f.Type.Name() == of {
				fields = append(fields, f.Name)
				rows[f.Name], _ = rule.Stated(s, s.Mutation, f)
			}
		}
		fmt.Fprintf(&b, "\n### %s\n\n", strings.TrimSuffix(of, "Payload"))
		table(&b, "command", fields, rows, order)
	}
	b.WriteString("\n## Who reads a field\n\n● reads it. ◐ reads those parts of it that are theirs, or for everybody. To everybody else there is nothing there. What a type does not list is read by whoever sees the object.\n")
	open := reads(&b, s, order)
	fmt.Fprintf(&b, "\n### Everything else\n\nOf these, everything is read by whoever sees what they stand in: %s.\n", strings.Join(open, ", "))
	return b.String(), nil
}

// payloads lists what mutations answer with, as they come.
func payloads(s *ast.Schema) []string {
	var all []string
	for _, f := range s.Mutation.Fields {
		if !slices.Contains(all, f.Type.Name()) {
			all = append(all, f.Type.Name())
		}
	}
	return all
}

// reads writes the types that are not for everybody whole, and returns the others.
func reads(b *strings.Builder, s *ast.Schema, order []string) (open []string) {
	var names []string
	for name, of := range s.Types {
		if rule.Has(of) && of != s.Mutation {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		of := s.Types[name]
		const itself = "(the object itself)"
		rows, fields := map[string]rule.Rule{}, []string{}
		if r, ok := rule.Of(of.Directives, rule.Reads); ok && r.By[0] != rule.Everyone {
			rows[itself], fields = r, append(fields, itself)
		}
		for _, f := range of.Fields {
			r, ok := rule.Stated(s, of, f)
			if ok && (r.By[0] != rule.Everyone || len(r.Whole) > 0) {
				rows[f.Name], fields = r, append(fields, f.Name)
			}
		}
		if len(fields) == 0 {
			open = append(open, name)
			continue
		}
		fmt.Fprintf(b, "\n### %s\n\n", name)
		table(b, "field", fields, rows, order)
	}
	return open
}

// table writes one row for each field, with a column for everybody whom one of
// them names. No cell is empty.
func table(b *strings.Builder, of string, fields []string, rows map[string]rule.Rule, order []string) {
	named := slices.DeleteFunc(slices.Clone(order), func(w string) bool {
		return !slices.ContainsFunc(fields, func(f string) bool {
			return slices.Contains(rows[f].By, w) || slices.Contains(rows[f].Whole, w)
		})
	})
	fmt.Fprintf(b, "| %s | %s |\n|---|%s\n", of, strings.Join(named, " | "), strings.Repeat(":-:|", len(named)))
	for _, f := range fields {
		fmt.Fprintf(b, "| %s |", f)
		for _, w := range named {
			fmt.Fprintf(b, " %s |", cell(rows[f], w))
		}
		b.WriteByte('\n')
	}
}

func cell(r rule.Rule, who string) string {
	by := slices.Contains(r.By, who) || slices.Contains(r.By, rule.Everyone) || slices.Contains(r.By, rule.SignedIn) && who != rule.Everyone
	switch {
	case slices.Contains(r.Whole, who), by && len(r.Whole) == 0:
		return "●"
	case by:
		return "◐"
	}
	return "–"
}
