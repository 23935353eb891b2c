package operation

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// quiet are the rules that would suggest names, with their likes that do not.
// Suggestions are made afterwards, for whom they are meant.
var quiet = map[string]core.Rule{
	rules.FieldsOnCorrectTypeRule.Name: rules.FieldsOnCorrectTypeRuleWithoutSuggestions,
	rules.KnownArgumentNamesRule.Name:  rules.KnownArgumentNamesRuleWithoutSuggestions,
	rules.KnownTypeNamesRule.Name:      rules.KnownTypeNamesRuleWithoutSuggestions,
	rules.ScalarLeafsRule.Name:         rules.ScalarLeafsRuleWithoutSuggestions,
	rules.ValuesOfCorrectTypeRule.Name: rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
}

// ruleSet returns what a document must obey.
func ruleSet(scalars Scalars) *rules.Rules {
	all := rules.NewDefaultRules()
	for name, rule := range quiet {
		all.RemoveRule(name)
		all.AddRule(rule.Name, rule.RuleFunc)
	}
	all.AddRule(scalarRule, scalars.rule)
	return all
}

// ruleName is the name of a rule, whether it suggests or not.
func ruleName(name string) string { return strings.TrimSuffix(name, "WithoutSuggestions") }

// validate holds a document against the schema. What is wrong it says in its own
// words, with suggestions or without.
func validate(schema *ast.Schema, doc *ast.QueryDocument, all *rules.Rules, suggest bool) gqlerror.List {
	found := validator.ValidateWithRules(schema, doc, all)
	if len(found) == 0 {
		return nil
	}
	x := explainer{schema: schema, at: placesOf(schema, doc), suggest: suggest}
	type where struct {
		rule string
		at   gqlerror.Location
	}
	told := map[where]bool{}
	var out gqlerror.List
	for _, f := range found {
		var at gqlerror.Location
		if len(f.Locations) > 0 {
			at = f.Locations[len(f.Locations)-1]
		}
		w := where{ruleName(f.Rule), at}
		if told[w] {
			continue // a fragment is looked at as often as it is used
		}
		told[w] = true
		text := x.explain(w.rule, at)
		if w.rule == scalarRule {
			text = f.Message // ours already
		}
		if out = append(out, refuse(text).at(f.Locations...)); len(out) == manyErrors {
			break
		}
	}
	return out
}
