package graph_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/rapporteur-project/rapporteur"
	"github.com/rapporteur-project/rapporteur/internal/trial"
)

// sample is a value that a type takes, as JSON and as GraphQL alike, but for
// names without quotes in objects.
func sample(schema *ast.Schema, t *ast.Type) (string, any) {
	if t.Elem != nil {
		text, v := sample(schema, t.Elem)
		return "[" + text + "]", []any{v}
	}
	d := schema.Types[t.NamedType]
	switch d.Kind {
	case ast.Enum:
		return d.EnumValues[0].Name, d.EnumValues[0].Name
	case ast.InputObject:
		return object(schema, d, "", "", nil)
	}
	text := map[string]string{
		"ID": "a", "String": "a", "DateTime": "2020-03-04T10:00:00.000Z", "Date": "2020-03-04", "Int64": "1",
		"Sha256": strings.Repeat("a", 64), "IdempotencyKey": "a-key-of-sixteen-letters", "LanguageTag": "en", "JSON": "a",
	}[d.Name]
	switch d.Name {
	case "Int":
		return "1", 1
	case "Float":
		return "1.5", 1.5
	case "Boolean":
		return "true", true
	}
	return `"` + text + `"`, text
}

// object is an input object with what it requires, and one field of a value of
// one's own.
func object(schema *ast.Schema, d *ast.Definition, name, literal string, value any) (string, any) {
	text, all := "{", map[string]any{}
	for _, f := range d.Fields {
		switch {
		case f.Name == name:
			text += f.Name + ":" + literal + " "
			all[f.Name] = value
		case f.Type.NonNull && f.DefaultValue == nil:
			t, v := sample(schema, f.Type)
			text += f.Name + ":" + t + " "
			all[f.Name] = v
		}
	}
	return text + "}", all
}

// TestBadScalars puts a value that it does not take into every field of every
// mutation's input, as literal and as variable: it is refused before anything
// runs, and appears nowhere.
func TestBadScalars(t *testing.T) {
	var logged bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: rapporteur.Schema})
	if err != nil {
		t.Fatal(err)
	}
	tr := trial.New(t)
	seen := map[string]int{}
	for _, m := range schema.Mutation.Fields {
		in := m.Arguments.ForName("input")
		if in == nil {
			continue
		}
		d := schema.Types[in.Type.Name()]
		for _, f := range d.Fields {
			for _, bad := range wrongs(schema, f.Type) {
				seen[bad.of]++
				text, all := object(schema, d, f.Name, bad.literal, bad.value)
				for what, body := range map[string]map[string]any{
					"literal":  {"query": fmt.Sprintf("mutation{%s(input:%s){__typename}}", m.Name, text)},
					"variable": {"query": fmt.Sprintf("mutation($in:%s){%s(input:$in){__typename}}", in.Type, m.Name), "variables": map[string]any{"in": all}},
				} {
					a := caller{name: "ngo"}.send(t, tr.API, body)
					if codeOf(a) != "BAD_USER_INPUT" || a.Data != nil || a.Errors[0]["path"] != nil {
						t.Errorf("%s.%s, %s as %s: %+v", d.Name, f.Name, bad.of, what, a)
					}
					if strings.Contains(fmt.Sprint(a), canary) {
						t.Errorf("%s.%s, %s as %s: the answer sings: %+v", d.Name, f.Name, bad.of, what, a)
					}
				}
			}
		}
	}
	if strings.Contains(logged.String(), canary) {
		t.Errorf("the log sings: %s", logged.String())
	}
	for _, name := range []string{"ID", "DateTime", "Int64", "IdempotencyKey", "LanguageTag", "Int", "String", "Boolean"} {
		if seen[name] == 0 {
			t.Errorf("no input takes a %s: %v", name, seen)
		}
	}
}

// A bad value is one with the canary that a type does not take.
type bad struct {
	literal string
	value   any
	of      string // the type
}

// wrongs are bad values of a type: itself, and each field of an object.
func wrongs(schema *ast.Schema, t *ast.Type) []bad {
	d := schema.Types[t.Name()]
	long := strings.Repeat(canary, 20)
	switch {
	case d.Kind == ast.Enum:
		return []bad{{canary, canary, d.Name}}
	case d.Name == "String", d.Name == "LanguageTag":
		return []bad{{"{" + canary + ":1}", map[string]any{canary: canary}, d.Name}}
	case d.Name == "JSON":
		return nil
	case d.Kind == ast.Scalar:
		return []bad{{`"` + long + `"`, long, d.Name}}
	}
	all := []bad{{"{" + canary + ":1}", map[string]any{canary: 1}, d.Name}}
	for _, f := range d.Fields {
		if schema.Types[f.Type.Name()].Kind == ast.InputObject {
			continue // two levels are enough
		}
		for _, b := range wrongs(schema, f.Type) {
			text, v := object(schema, d, f.Name, b.literal, b.value)
			all = append(all, bad{text, v, b.of})
		}
	}
	return all
}
