package operation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// An explainer says what is wrong at a place of a document, in the schema's
// words and none of the document's.
type explainer struct {
	schema  *ast.Schema
	at      places
	suggest bool // names of the schema that the document may have meant
}

// explain says what a rule found at a place.
func (x explainer) explain(rule string, at gqlerror.Location) string {
	var text string
	switch rule {
	case "FieldsOnCorrectType":
		text = x.field(x.at.fields[at])
	case "KnownArgumentNames":
		text = x.argument(at)
	case "KnownDirectives":
		if d := x.at.directives[at]; d != nil && d.Definition != nil {
			text = fmt.Sprintf("@%s does not stand here.", d.Definition.Name)
		}
	case "KnownTypeNames":
		text = x.typeName(at)
	case "PossibleFragmentSpreads":
		text = x.fragment(at)
	case "ProvidedRequiredArguments":
		text = x.missing(at)
	case "ScalarLeafs":
		text = x.leaf(x.at.fields[at])
	case "ValuesOfCorrectType":
		text = x.value(at)
	case "VariablesInAllowedPosition":
		if v := x.at.values[at]; v != nil && v.ExpectedType != nil {
			text = fmt.Sprintf("This variable is not of the type that is needed here: %s.", v.ExpectedType)
			if d := v.VariableDefinition; d != nil && !d.Type.NonNull && !v.ExpectedType.NonNull && d.Type.IsCompatible(v.ExpectedType) {
				text = fmt.Sprintf("This variable may be null, and what is one of several may not: declare it as %s!.", v.ExpectedType)
			}
		}
	}
	if text == "" {
		return sentences[rule]
	}
	return text
}

func (x explainer) field(f *ast.Field) string {
	if f == nil || f.ObjectDefinition == nil {
		return ""
	}
	on := f.ObjectDefinition
	text := fmt.Sprintf("%s has no such field.", on.Name)
	if !x.suggest {
		return text
	}
	var of []string
	for _, t := range x.schema.PossibleTypes[on.Name] {
		if t.Name != on.Name && t.Fields.ForName(f.Name) != nil {
			of = append(of, "... on "+t.Name)
		}
	}
	if slices.Sort(of); len(of) > 0 {
		return text + didYouMean(of)
	}
	return text + x.like(f.Name, namesOf(on.Fields, func(d *ast.FieldDefinition) string { return d.Name }))
}

func (x explainer) argument(at gqlerror.Location) string {
	if f := x.at.fields[at]; f != nil && f.Definition != nil && f.ObjectDefinition != nil {
		return x.unknown(f.ObjectDefinition.Name+"."+f.Definition.Name, f.Arguments, f.Definition.Arguments)
	}
	if d := x.at.directives[at]; d != nil && d.Definition != nil {
		return x.unknown("@"+d.Definition.Name, d.Arguments, d.Definition.Arguments)
	}
	return ""
}

// unknown is about the first argument that its owner does not have.
func (x explainer) unknown(owner string, given ast.ArgumentList, has ast.ArgumentDefinitionList) string {
	text := owner + " has no such argument."
	for _, a := range given {
		if has.ForName(a.Name) == nil {
			return text + x.like(a.Name, namesOf(has, func(d *ast.ArgumentDefinition) string { return d.Name }))
		}
	}
	return text
}

func (x explainer) typeName(at gqlerror.Location) string {
	f := x.at.fragments[at]
	if f == nil {
		return ""
	}
	var all []string
	for name := range x.schema.Types {
		all = append(all, name)
	}
	slices.Sort(all)
	return sentences["KnownTypeNames"] + x.like(f.TypeCondition, all)
}

func (x explainer) fragment(at gqlerror.Location) string {
	var in *ast.Definition
	of := ""
	if s := x.at.spreads[at]; s != nil && s.Definition != nil {
		in, of = s.ObjectDefinition, s.Definition.TypeCondition
	} else if f := x.at.inlines[at]; f != nil {
		in, of = f.ObjectDefinition, f.TypeCondition
	}
	if in == nil || x.schema.Types[of] == nil {
		return ""
	}
	return fmt.Sprintf("This fragment can never apply here: no %s is of type %s.", in.Name, of)
}

// missing names the arguments that are required and not there.
func (x explainer) missing(at gqlerror.Location) string {
	if f := x.at.fields[at]; f != nil && f.Definition != nil && f.ObjectDefinition != nil {
		return required(f.ObjectDefinition.Name+"."+f.Definition.Name, f.Arguments, f.Definition.Arguments)
	}
	if d := x.at.directives[at]; d != nil && d.Definition != nil {
		return required("@"+d.Definition.Name, d.Arguments, d.Definition.Arguments)
	}
	return ""
}

func required(owner string, given ast.ArgumentList, has ast.ArgumentDefinitionList) string {
	var names []string
	for _, a := range has {
		if a.Type.NonNull && a.DefaultValue == nil && given.ForName(a.Name) == nil {
			names = append(names, a.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("%s needs %s.", owner, strings.Join(names, ", "))
}

func (x explainer) leaf(f *ast.Field) string {
	if f == nil || f.Definition == nil || f.ObjectDefinition == nil {
		return ""
	}
	of := f.Definition.Type
	if len(f.SelectionSet) == 0 {
		text := fmt.Sprintf("%s.%s is a %s: say which of its fields you want.", f.ObjectDefinition.Name, f.Definition.Name, of.Name())
		if d := x.schema.Types[of.Name()]; x.suggest && d != nil && d.Fields.ForName("id") != nil {
			text += fmt.Sprintf(" Did you mean %s { id }?", f.Definition.Name)
		}
		return text
	}
	return fmt.Sprintf("%s.%s is a %s, which has no fields.", f.ObjectDefinition.Name, f.Definition.Name, of.Name())
}

// value is about a value, or about a field of one.
func (x explainer) value(at gqlerror.Location) string {
	if in, ok := x.at.inputs[at]; ok && in.of.Fields.ForName(in.field.Name) == nil {
		return in.of.Name + " has no such field." + x.like(in.field.Name, namesOf(in.of.Fields, func(d *ast.FieldDefinition) string { return d.Name }))
	}
	v := x.at.values[at]
	if v == nil || v.ExpectedType == nil || v.Definition == nil {
		return ""
	}
	text := fmt.Sprintf("This value is not of the type that is needed here: %s.", v.ExpectedType)
	switch {
	case v.Definition.Kind == ast.Enum:
		return text + x.like(v.Raw, namesOf(v.Definition.EnumValues, func(d *ast.EnumValueDefinition) string { return d.Name }))
	case v.Kind == ast.ObjectValue && v.Definition.Kind == ast.InputObject:
		if v.Definition.Directives.ForName("oneOf") != nil && len(v.Children) != 1 {
			return oneOfSentence(v.Definition)
		}
		for _, f := range v.Definition.Fields {
			if f.Type.NonNull && f.DefaultValue == nil && v.Children.ForName(f.Name) == nil {
				return fmt.Sprintf("%s needs %s.", v.Definition.Name, f.Name)
			}
		}
	}
	return text
}

// oneOfSentence says what a @oneOf input takes.
func oneOfSentence(d *ast.Definition) string {
	return fmt.Sprintf("%s takes one of its fields, and not null: %s.", d.Name, strings.Join(namesOf(d.Fields, func(f *ast.FieldDefinition) string { return f.Name }), " or "))
}

// like suggests names that resemble one.
func (x explainer) like(name string, names []string) string {
	if !x.suggest || len(name) > maxAlias {
		return ""
	}
	return didYouMean(core.SuggestionList(name, names))
}

func didYouMean(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " Did you mean " + core.OrList(names...) + "?"
}

func namesOf[S ~[]T, T any](list S, name func(T) string) []string {
	var out []string
	for _, t := range list {
		out = append(out, name(t))
	}
	return out
}
