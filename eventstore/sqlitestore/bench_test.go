package sqlitestore_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
)

// BenchmarkAppend has 64 writers append records of 1 KiB in all, each durable
// before the next. One operation is one append of every writer.
func BenchmarkAppend(b *testing.B) {
	const writers = 64
	for _, c := range []struct {
		name   string
		length int // of a stream, before its writer begins another
	}{
		{"long streams", 1 << 30},
		{"streams of 4", 4},
	} {
		b.Run(c.name, func(b *testing.B) {
			d, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "events.db"))
			if err != nil {
				b.Fatal(err)
			}
			defer d.Close()
			var took []time.Duration
			n := 0
			for b.Loop() {
				// Bounded by rounds, so that every writer has the same share.
				took = append(took, round(b, d, writers, n, c.length)...)
				n++
			}
			slices.Sort(took)
			b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "appends/s")
			b.ReportMetric(float64(took[len(took)*99/100])/1e6, "p99-ms")
		})
	}
}

// perRound is how many appends a writer makes in a round.
const perRound = 200

func round(b *testing.B, d *sqlitestore.DB, writers, n, length int) []time.Duration {
	took := make([]time.Duration, writers*perRound)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			r := eventstore.Record{Type: "submission.received", Salt: make([]byte, 32), Meta: make([]byte, 192), Data: bytes.Repeat([]byte("d"), 800)}
			for i := range perRound {
				k := n*perRound + i
				r.ID, r.At = id(w, k), time.UnixMilli(int64(k))
				stream := fmt.Sprintf("submission-%03d-%09d", w, k/length)
				begin := time.Now()
				if err := d.Append(b.Context(), stream, int64(k%length), r); err != nil {
					b.Error(err)
					return
				}
				took[w*perRound+i] = time.Since(begin)
			}
		})
	}
	wg.Wait()
	return took
}
