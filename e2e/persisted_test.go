package e2e

import (
	"encoding/json"
	"slices"
	"testing"
)

// TestPersisted has clients of others name documents by their hash: the first
// time each sends the document once it hears that it is not known, and a client
// that has forgotten all does with the hash. It also has graphql-js read the
// schema.
func TestPersisted(t *testing.T) {
	s := serve(t)
	var got map[string]struct {
		Documents, Hashes, Gets, Types int
		Directives                     []string
		Cost                           struct{ Points, Limit, Budget, Left int }
	}
	if err := json.Unmarshal([]byte(node(t, "persisted.mjs", s.url+"/graphql")), &got); err != nil {
		t.Fatal(err)
	}
	for name, gets := range map[string]bool{"apollo by POST": false, "apollo by GET": true, "urql by POST": false, "urql by GET": true} {
		is, ok := got[name]
		if !ok || is.Documents != 1 || is.Hashes != 2 || (is.Gets > 0) != gets {
			t.Errorf("%s: %+v, want one document and two hashes, and by GET %t", name, is, gets)
		}
	}
	schema := got["introspection"]
	if schema.Types < 100 || slices.Contains(schema.Directives, "defer") || !slices.Contains(schema.Directives, "cost") {
		t.Errorf("graphql-js reads %+v", schema)
	}
	if c := schema.Cost; c.Points < 1 || c.Limit != 5_000 || c.Left < 1 || c.Left > c.Budget-c.Points {
		t.Errorf("reading the schema cost %+v", c)
	}
}
