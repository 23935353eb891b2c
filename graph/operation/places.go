package operation

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// places are the parts of a document by where they stand.
type places struct {
	fields     map[gqlerror.Location]*ast.Field
	directives map[gqlerror.Location]*ast.Directive
	values     map[gqlerror.Location]*ast.Value
	inlines    map[gqlerror.Location]*ast.InlineFragment
	spreads    map[gqlerror.Location]*ast.FragmentSpread
	fragments  map[gqlerror.Location]*ast.FragmentDefinition
	inputs     map[gqlerror.Location]input
}

// An input is a field of an object written into the document, with the object.
type input struct {
	of    *ast.Definition
	field *ast.ChildValue
}

func placesOf(schema *ast.Schema, doc *ast.QueryDocument) places {
	p := places{
		fields: map[gqlerror.Location]*ast.Field{}, directives: map[gqlerror.Location]*ast.Directive{},
		values: map[gqlerror.Location]*ast.Value{}, inlines: map[gqlerror.Location]*ast.InlineFragment{},
		spreads: map[gqlerror.Location]*ast.FragmentSpread{}, fragments: map[gqlerror.Location]*ast.FragmentDefinition{},
		inputs: map[gqlerror.Location]input{},
	}
	var seen core.Events
	seen.OnField(func(_ *core.Walker, f *ast.Field) { put(p.fields, f.Position, f) })
	seen.OnDirective(func(_ *core.Walker, d *ast.Directive) { put(p.directives, d.Position, d) })
	seen.OnInlineFragment(func(_ *core.Walker, f *ast.InlineFragment) { put(p.inlines, f.Position, f) })
	seen.OnFragmentSpread(func(_ *core.Walker, s *ast.FragmentSpread) { put(p.spreads, s.Position, s) })
	seen.OnFragment(func(_ *core.Walker, f *ast.FragmentDefinition) { put(p.fragments, f.Position, f) })
	seen.OnValue(func(_ *core.Walker, v *ast.Value) {
		put(p.values, v.Position, v)
		if v.Kind == ast.ObjectValue && v.Definition != nil {
			for _, c := range v.Children {
				put(p.inputs, c.Position, input{v.Definition, c})
			}
		}
	})
	core.Walk(schema, doc, &seen)
	return p
}

func put[T any](in map[gqlerror.Location]T, at *ast.Position, t T) {
	if at != nil {
		in[gqlerror.Location{Line: at.Line, Column: at.Column}] = t
	}
}
