package follower

import (
	"path/filepath"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// BenchmarkCatchUp numbers records that are there already.
func BenchmarkCatchUp(b *testing.B) {
	const records = 20_000
	st := new(memstore.Store)
	for n := range records {
		if err := st.Append(b.Context(), record(n).ID, 0, record(n)); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		f, err := Open(b.Context(), filepath.Join(b.TempDir(), "log.db"), st)
		if err != nil {
			b.Fatal(err)
		}
		if err := f.CatchUp(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/records, "us/record")
}
