package projections

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/secondment"
)

// TestRebuildAgrees applies the second half of a history to a live file, and
// compares it with one that is built at once.
func TestRebuildAgrees(t *testing.T) {
	var f feed
	all := lives()
	ids := slices.Sorted(maps.Keys(all))
	pledges := func(from, to int) {
		for _, id := range ids {
			for _, e := range all[id][min(from, len(all[id])):min(to, len(all[id]))] {
				f.add(t, "commitment", id, day, e)
			}
		}
	}
	pledges(0, 2)
	f.add(t, "secondment", "sec_x", day, secondment.Recorded{Entity: portugal, Known: secondment.Known{Source: "Letter"}})
	e := f.engine(t, secondments, commitments)
	pledges(2, 9)
	f.add(t, "secondment", "sec_x", day, secondment.Contested{Reason: domain.Text{Language: "en", Value: "Not so."}})
	if err := f.log.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := e.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	again := &Engine{Log: e.Log, All: e.All}
	if err := again.Build(t.Context(), fresh, -1); err != nil {
		t.Fatal(err)
	}
	if d, err := Compare(t.Context(), e.Path, fresh, e.All); d != nil || err != nil {
		t.Errorf("got %v, %v", d, err)
	}
}
