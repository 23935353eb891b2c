package operation

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// TestEveryRuleHasASentence walks the rules of gqlparser, so that a new one says
// something of ours.
func TestEveryRuleHasASentence(t *testing.T) {
	ours := ruleSet(nil).GetInner()
	for name := range rules.NewDefaultRules().GetInner() {
		if sentences[ruleName(name)] == "" {
			t.Errorf("rule %s has no sentence", name)
		}
		_, same := ours[name]
		_, silent := ours[name+"WithoutSuggestions"]
		if same == silent {
			t.Errorf("rule %s is there twice, or not at all", name)
		}
	}
	for name := range ours {
		if sentences[ruleName(name)] == "" && name != scalarRule {
			t.Errorf("rule %s has no sentence", name)
		}
	}
	if len(sentences) != len(ours)-1 {
		t.Errorf("%d sentences for %d rules", len(sentences), len(ours)-1)
	}
}

// TestSentences has a document break each rule.
func TestSentences(t *testing.T) {
	schema := schemaOf(t)
	for _, tt := range []struct{ rule, document, anonymous, signedIn string }{
		{"FieldsOnCorrectType", `{viewer{idd}}`, "Viewer has no such field.", "Viewer has no such field. Did you mean id?"},
		{"FieldsOnCorrectType", `{node(id:"a"){answers{text}}}`, "Node has no such field.", "Node has no such field. Did you mean ... on Submission?"},
		{"FragmentsOnCompositeTypes", `{... on Int{id}}`, sentences["FragmentsOnCompositeTypes"], ""},
		{"KnownArgumentNames", `{submission(id:"a" ide:"b"){id}}`, "Query.submission has no such argument.", "Query.submission has no such argument. Did you mean id?"},
		{"KnownArgumentNames", `{viewer @skip(if:true iff:true){id}}`, "@skip has no such argument.", "@skip has no such argument. Did you mean if?"},
		{"KnownDirectives", `{viewer @skipp{id}}`, sentences["KnownDirectives"], ""},
		{"KnownDirectives", `query @skip(if:true){viewer{id}}`, "@skip does not stand here.", ""},
		{"KnownFragmentNames", `{...none}`, sentences["KnownFragmentNames"], ""},
		{"KnownTypeNames", `{...f} fragment f on Submision{id}`, "There is no type of this name.", "There is no type of this name. Did you mean Submission or Submitter?"},
		{"LoneAnonymousOperation", `{viewer{id}} query a{viewer{id}}`, sentences["LoneAnonymousOperation"], ""},
		{"NoUndefinedVariables", `{node(id:$a){id}}`, sentences["NoUndefinedVariables"], ""},
		{"NoUnusedVariables", `query($a:ID){viewer{id}}`, sentences["NoUnusedVariables"], ""},
		{"OverlappingFieldsCanBeMerged", `{node(id:"a"){id} node(id:"b"){id}}`, sentences["OverlappingFieldsCanBeMerged"], ""},
		{"PossibleFragmentSpreads", `{viewer{... on Entity{id}}}`, "This fragment can never apply here: no Viewer is of type Entity.", ""},
		{"ProvidedRequiredArguments", `{node{id}}`, "Query.node needs id.", ""},
		{"ScalarLeafs", `{viewer}`, "Query.viewer is a Viewer: say which of its fields you want.", "Query.viewer is a Viewer: say which of its fields you want. Did you mean viewer { id }?"},
		{"ScalarLeafs", `{viewer{id{id}}}`, "Viewer.id is a ID, which has no fields.", ""},
		{"UniqueArgumentNames", `{node(id:"a" id:"b"){id}}`, sentences["UniqueArgumentNames"], ""},
		{"UniqueDirectivesPerLocation", `{viewer @skip(if:true) @skip(if:true){id}}`, sentences["UniqueDirectivesPerLocation"], ""},
		{"UniqueInputFieldNames", `{asOf(at:{index:1 index:2}){viewer{id}}}`, sentences["UniqueInputFieldNames"], ""},
		{"UniqueOperationNames", `query a{viewer{id}} query a{viewer{id}}`, sentences["UniqueOperationNames"], ""},
		{"UniqueVariableNames", `query($a:ID! $a:ID!){node(id:$a){id}}`, sentences["UniqueVariableNames"], ""},
		{"ValuesOfCorrectType", `{asOf(at:{index:1 time:"2020-03-04T10:00:00Z"}){viewer{id}}}`, "AsOfInput takes one of its fields, and not null: index or time.", ""},
		{"ValuesOfCorrectType", `{asOf(at:{indexx:1}){viewer{id}}}`, "AsOfInput has no such field.", "AsOfInput has no such field. Did you mean index?"},
		{"ValuesOfCorrectType", `{submissions(first:"a"){nodes{id}}}`, "This value is not of the type that is needed here: Int.", ""},
		{"ValuesOfCorrectType", `{search(query:"a" kinds:[SUBMISION] first:1){nodes{kind}}}`, "This value is not of the type that is needed here: SearchKind!.", "This value is not of the type that is needed here: SearchKind!. Did you mean SUBMISSION?"},
		{"VariablesAreInputTypes", `query($a:Viewer){node(id:$a){id}}`, sentences["VariablesAreInputTypes"], ""},
		{"VariablesInAllowedPosition", `query($a:Int){node(id:$a){id}}`, "This variable is not of the type that is needed here: ID!.", ""},
		{"VariablesInAllowedPosition", `query($a:Int64){asOf(at:{index:$a}){viewer{id}}}`, "This variable may be null, and what is one of several may not: declare it as Int64!.", ""},
	} {
		for suggest, want := range map[bool]string{false: tt.anonymous, true: tt.signedIn} {
			if want == "" {
				want = tt.anonymous
			}
			doc, err := parse(tt.document)
			if err != nil {
				t.Fatalf("%s: %v", tt.document, err)
			}
			var got []string
			for _, e := range validate(schema, doc, ruleSet(nil), suggest) {
				got = append(got, e.Message)
			}
			if !strings.Contains("|"+strings.Join(got, "|")+"|", "|"+want+"|") {
				t.Errorf("%s, suggest %v: %s: got %q, want %q", tt.rule, suggest, tt.document, got, want)
			}
		}
	}
}

// TestManyErrors shows the first few.
func TestManyErrors(t *testing.T) {
	doc, err := parse("{" + strings.Repeat("x ", 15) + strings.Repeat("y{z} ", 15) + "}")
	if err != nil {
		t.Fatal(err)
	}
	if errs := validate(schemaOf(t), doc, ruleSet(nil), true); len(errs) != manyErrors {
		t.Errorf("%d errors are shown, want %d", len(errs), manyErrors)
	}
}

// TestPlaces says where something stands, or not at all: of a block text the
// parser has the column wrong.
func TestPlaces(t *testing.T) {
	schema := schemaOf(t)
	for document, want := range map[string]int{
		`{submissions(first:"a"){nodes{id}}}`:                                   1,
		"{submissions(first:\"\"\"\na\n\"\"\"){nodes{id}}}":                     0,
		"{node(id:\"\"\"\n" + strings.Repeat("x", maxText+1) + "\n\"\"\"){id}}": 0,
	} {
		doc, err := parse(document)
		if err != nil {
			t.Fatal(err)
		}
		var errs gqlerror.List
		if _, err := check(doc); err != nil {
			errs = gqlerror.List{err}
		} else {
			errs = validate(schema, doc, ruleSet(nil), false)
		}
		if len(errs) != 1 || len(errs[0].Locations) != want {
			t.Errorf("%.60s: got %v at %v, want %d places", document, errs, errs[0].Locations, want)
		}
	}
}
