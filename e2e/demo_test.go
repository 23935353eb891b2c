package e2e

import (
	"encoding/json"
	"testing"
)

// TestDemo has a client of others ask the demo's secretariat who it is.
func TestDemo(t *testing.T) {
	s := serve(t)
	var got struct{ Viewer struct{ ID string } }
	if err := json.Unmarshal([]byte(node(t, "viewer.mjs", s.url+"/graphql", s.token(t, "secretariat"))), &got); err != nil {
		t.Fatal(err)
	}
	if got.Viewer.ID == "" {
		t.Error("nobody is asking")
	}
}
