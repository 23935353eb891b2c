package projections

import (
	"path/filepath"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// TestPrepareFromAnOlderCopy has the server record more after the record was
// copied to prepare from: its read models are of this release all the same.
func TestPrepareFromAnOlderCopy(t *testing.T) {
	st, copied, dir := new(memstore.Store), new(memstore.Store), t.TempDir()
	register(t, st, 0, 5)
	register(t, copied, 0, 3)
	path, all := filepath.Join(dir, "r.db"), []Projection{counting("seen", 1, -1)}
	opened(t, &Engine{Log: logOf(t, dir, st), Path: path, All: all})
	e := &Engine{Log: logOf(t, t.TempDir(), copied), Path: path, All: all}
	if made, err := e.Prepare(t.Context()); made || err != nil {
		t.Errorf("it prepares what is there: %v, %v", made, err)
	}
}
