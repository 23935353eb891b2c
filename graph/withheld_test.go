package graph_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/internal/trial"
	"github.com/rapporteur-project/rapporteur/projections"
)

// Who has not been shown every record is told where that leaves a gap, and
// answered elsewhere.
func TestWithheld(t *testing.T) {
	tr := trial.New(t)
	tr.Officer("secretariat")
	tr.Call("A question")
	log := trial.Withholding{Log: tr.Log, Hides: func(f follower.Fact) bool { return f.Type == "consultation.opened" }}
	e := &projections.Engine{Log: log, Path: filepath.Join(t.TempDir(), "readmodel.db"), All: projections.All()}
	if err := e.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	tr.API = graph.Handler(graph.Config{App: tr.App, Engine: e, Search: tr.Search, Log: log, Proofs: trial.AtOnce{Log: tr.Proofs, Of: tr.Log}, Now: tr.Now})
	if a := tr.Ask("", `{ entities(first: 1) { nodes { name { original { value } } } } }`, nil); len(a.Errors) > 0 || a.Get("entities", "nodes", 0) == nil {
		t.Errorf("entities: %+v", a)
	}
	a := tr.Ask("", `{ consultations(first: 1) { nodes { id } } }`, nil)
	if len(a.Errors) != 1 {
		t.Fatalf("consultations: %+v", a)
	}
	says, _ := a.Errors[0]["message"].(string)
	more, _ := a.Errors[0]["extensions"].(map[string]any)
	if more["code"] != "UNAVAILABLE" || more["withheld"] != "1" || !strings.HasPrefix(says, "could not tell: 1 record ") {
		t.Errorf("consultations: %+v", a.Errors)
	}
}
