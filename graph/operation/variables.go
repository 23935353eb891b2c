package operation

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// The limits on variables. A mutation carries what people wrote, and is bounded
// by its body alone; a query has no need of much.
const (
	maxVariableNesting = 16       // of lists and objects in one variable
	maxVariableValues  = 10_000   // in all variables
	maxQueryValues     = 2_000    // in those of a query or subscription
	maxQueryText       = 64 << 10 // bytes of all texts in those of a query or subscription
)

// variables holds the variables of an operation against their types, as the
// specification says. gqlparser does that too, but lets enum values in any
// letters pass, knows neither @oneOf nor the scalars of a schema, and repeats
// in its errors what was sent.
func variables(schema *ast.Schema, scalars Scalars, op *ast.OperationDefinition, sent map[string]any) *gqlerror.Error {
	c := coercion{schema: schema, scalars: scalars, maxValues: maxQueryValues, maxText: maxQueryText}
	if op.Operation == ast.Mutation {
		c.maxValues, c.maxText = maxVariableValues, math.MaxInt
	}
	for _, d := range op.VariableDefinitions {
		if r := c.variable(d, sent); r != nil {
			return r.at(placeOf(d.Position)...)
		}
	}
	return nil
}

// A coercion looks at the variables of one operation.
type coercion struct {
	schema             *ast.Schema
	scalars            Scalars
	maxValues, maxText int
	values, text       int      // seen so far
	path               []string // from the variable to the value looked at, in the schema's words
}

func (c *coercion) variable(d *ast.VariableDefinition, sent map[string]any) *Refusal {
	v, ok := sent[d.Variable]
	switch {
	case !ok && d.DefaultValue == nil && d.Type.NonNull:
		return refuse(fmt.Sprintf("The variable that is declared here is required: %s.", d.Type))
	case !ok:
		return nil
	}
	if r := c.measure(v, 0); r != nil {
		return r
	}
	return c.value(d.Type, v)
}

// measure refuses what is too much to look at.
func (c *coercion) measure(v any, below int) *Refusal {
	if below > maxVariableNesting {
		return over(limitVariables, "Lists and objects in a variable lie %s deep or deeper; at most %s are allowed.", below, maxVariableNesting)
	}
	if c.values++; c.values > c.maxValues {
		return over(limitVariables, "The variables have %s values or more; at most %s are allowed.", c.values, c.maxValues)
	}
	switch v := v.(type) {
	case string:
		if c.text += len(v); c.text > c.maxText {
			return over(limitVariables, "The variables of a query have texts of %s bytes or more; at most %s are allowed.", c.text, c.maxText)
		}
	case json.Number:
		if len(v) > maxNumber {
			return over(limitVariables, "A number in a variable has %s characters; at most %s are allowed.", len(v), maxNumber)
		}
	case []any:
		for _, e := range v {
			if r := c.measure(e, below+1); r != nil {
				return r
			}
		}
	case map[string]any:
		for _, e := range v {
			if r := c.measure(e, below+1); r != nil {
				return r
			}
		}
	}
	return nil
}

// wrong says what is needed at the place looked at.
func (c *coercion) wrong(needed string) *Refusal {
	where := ""
	if len(c.path) > 0 {
		where = " at " + strings.Join(c.path, ".")
	}
	return refuse(fmt.Sprintf("The variable that is declared here does not fit%s: %s.", where, strings.TrimSuffix(needed, ".")))
}

func (c *coercion) value(t *ast.Type, v any) *Refusal {
	if v == nil {
		if t.NonNull {
			return c.wrong(fmt.Sprintf("%s is never null", t))
		}
		return nil
	}
	if t.Elem != nil {
		return c.list(t, v)
	}
	d := c.schema.Types[t.NamedType]
	if d == nil {
		return c.wrong("there is no such type")
	}
	switch d.Kind {
	case ast.Enum:
		return c.enum(d, v)
	case ast.InputObject:
		return c.object(d, v)
	}
	if err := c.scalar(d.Name, v); err != nil {
		return c.wrong(err.Error())
	}
	return nil
}

// list looks at a list. What is no list stands for a list of one.
func (c *coercion) list(t *ast.Type, v any) *Refusal {
	elements, ok := v.([]any)
	if !ok {
		return c.value(t.Elem, v)
	}
	for i, e := range elements {
		if r := c.inside(strconv.Itoa(i), t.Elem, e); r != nil {
			return r
		}
	}
	return nil
}

// inside looks at a value inside another.
func (c *coercion) inside(name string, t *ast.Type, v any) *Refusal {
	c.path = append(c.path, name)
	defer func() { c.path = c.path[:len(c.path)-1] }()
	return c.value(t, v)
}

func (c *coercion) enum(d *ast.Definition, v any) *Refusal {
	name, ok := v.(string)
	if !ok || d.EnumValues.ForName(name) == nil {
		return c.wrong(fmt.Sprintf("this is no %s", d.Name))
	}
	return nil
}

func (c *coercion) object(d *ast.Definition, v any) *Refusal {
	fields, ok := v.(map[string]any)
	if !ok {
		return c.wrong(fmt.Sprintf("%s is an object", d.Name))
	}
	for name := range fields {
		if d.Fields.ForName(name) == nil {
			return c.wrong(fmt.Sprintf("%s does not have every field that is given", d.Name))
		}
	}
	if d.Directives.ForName("oneOf") != nil {
		if len(fields) != 1 || slices.Contains(slices.Collect(maps.Values(fields)), nil) {
			return c.wrong(oneOfSentence(d))
		}
	}
	for _, f := range d.Fields {
		v, ok := fields[f.Name]
		switch {
		case ok:
			if r := c.inside(f.Name, f.Type, v); r != nil {
				return r
			}
		case f.Type.NonNull && f.DefaultValue == nil:
			return c.wrong(fmt.Sprintf("%s needs %s", d.Name, f.Name))
		}
	}
	return nil
}
