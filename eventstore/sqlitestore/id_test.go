package sqlitestore_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

func TestIDsAreUUIDs(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "events.db"))
	for _, id := range []string{
		"",
		"1",
		"01890a5d-ac96-774b-bcce-b302099a8057 ",
		"01890a5dac96774bbcceb302099a8057",
		"01890A5D-AC96-774B-BCCE-B302099A8057",
		"01890a5d-ac96-774b-bcce-b302099a805g",
		"01890a5d_ac96_774b_bcce_b302099a8057",
		"{1890a5d-ac96-774b-bcce-b302099a805}",
	} {
		err := d.Append(t.Context(), "a-1", 0, eventstore.Record{ID: id})
		if err == nil || errors.Is(err, eventstore.ErrConflict) {
			t.Errorf("Append of id %q = %v; want an error other than ErrConflict", id, err)
		}
	}
	const good = "01890a5d-ac96-774b-bcce-b302099a8057"
	if err := d.Append(t.Context(), "a-1", 0, eventstore.Record{ID: good}); err != nil {
		t.Fatal(err)
	}
	if recs := read(t, d); len(recs) != 1 || recs[0].ID != good {
		t.Errorf("read %v, want one record with id %s", recs, good)
	}
}
