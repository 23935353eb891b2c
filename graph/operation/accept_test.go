package operation

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/introspection"
)

// ofType is how deep the standard introspection of graphql-js looks into a type.
const ofType = 9

// standard is what GraphiQL and graphql-js ask, with all their options.
var standard = `query IntrospectionQuery {
  __schema {
    description
    queryType { name kind }
    mutationType { name kind }
    subscriptionType { name kind }
    types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) {
    name description
    args(includeDeprecated: true) { ...InputValue }
    type { ...TypeRef }
    isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue {
  name description
  type { ...TypeRef }
  defaultValue isDeprecated deprecationReason
}
fragment TypeRef on __Type {
  kind name
  ` + strings.Repeat("ofType { kind name ", ofType) + strings.Repeat("}", ofType) + `
}`

// TestOwnDocuments accepts what the project itself asks and shows.
func TestOwnDocuments(t *testing.T) {
	documents := map[string]string{"graphql-js": standard, "gqlgen": introspection.Query}
	block := regexp.MustCompile("(?s)```graphql\n(.*?)```")
	sent := regexp.MustCompile(`"query": ("(?:[^"\\]|\\.)*")`)
	root := filepath.Join("..", "..")
	for _, pattern := range []string{"README.md", "docs/*.md", "docs/*/*.md", "docs/examples/*.graphql", "docs/examples/*/*.graphql"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Ext(file) == ".graphql" {
				documents[file] = string(text)
			}
			for _, found := range block.FindAllStringSubmatch(string(text), -1) {
				documents[file+": "+found[1][:min(40, len(found[1]))]] = found[1]
			}
			for _, found := range sent.FindAllStringSubmatch(string(text), -1) {
				var document string
				if err := json.Unmarshal([]byte(found[1]), &document); err != nil {
					t.Fatal(err)
				}
				documents[file+": "+document[:min(40, len(document))]] = document
			}
		}
	}
	if len(documents) < 5 {
		t.Fatal("the README shows no document: this test looks in the wrong place")
	}
	schema := schemaOf(t)
	for name, text := range documents {
		doc, err := parse(text)
		if err == nil {
			_, err = check(doc)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, err := range validate(schema, doc, ruleSet(nil), true) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
