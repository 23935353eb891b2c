package operation

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// Scalars say of each scalar but the built-in Int, Float, String and Boolean
// whether a value is one. An error's text is shown, so it must not hold the
// value.
type Scalars map[string]func(any) error

// scalarRule is the rule that values written into a document are what their
// scalars take. Without it they would be found out when the operation runs.
const scalarRule = "ScalarValues"

func (s Scalars) rule(seen *core.Events, add core.AddErrFunc) {
	seen.OnValue(func(_ *core.Walker, v *ast.Value) {
		if v.Definition == nil || v.Definition.Kind != ast.Scalar || v.ExpectedType == nil || v.Kind == ast.NullValue || v.Kind == ast.Variable {
			return
		}
		if v.Kind == ast.ListValue && v.ExpectedType.Elem != nil {
			return // its elements are looked at by themselves
		}
		if v.Definition.Name == "Int" && v.Kind == ast.IntValue {
			if _, err := strconv.ParseInt(v.Raw, 10, 32); err != nil {
				add(core.Message("An Int is a whole number of 32 bits."), core.At(v.Position))
			}
			return
		}
		check, ok := s[v.Definition.Name]
		if !ok {
			return // built in, and looked at by the rule for values
		}
		if v.Definition.Name == "ID" && v.Kind != ast.StringValue && v.Kind != ast.BlockValue && v.Kind != ast.IntValue {
			return // the rule for values says so
		}
		value, err := v.Value(nil)
		if err == nil {
			err = check(value)
		} else {
			err = refuse("This number is too large.")
		}
		if err != nil {
			add(core.Message("%s", sentence(err)), core.At(v.Position))
		}
	})
}

// sentence makes a sentence of an error.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

// scalar says why a variable's value is not one of a scalar.
func (c *coercion) scalar(name string, v any) error {
	if check, ok := c.scalars[name]; ok {
		return check(v)
	}
	switch name {
	case "Int":
		if f, ok := number(v); !ok || f != math.Trunc(f) || f < math.MinInt32 || f > math.MaxInt32 {
			return errors.New("an Int is a whole number of 32 bits")
		}
	case "Float":
		if f, ok := number(v); !ok || math.IsInf(f, 0) {
			return errors.New("a Float is a number")
		}
	case "String":
		if _, ok := v.(string); !ok {
			return errors.New("a String is a text")
		}
	case "Boolean":
		if _, ok := v.(bool); !ok {
			return errors.New("a Boolean is true or false")
		}
	}
	return nil
}

// number is a number as JSON gives it.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	case float64:
		return v, true
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	}
	return 0, false
}
