package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

// big returns a bundle of 100,000 records of some 1.2 kB, as submissions are.
func big(b *testing.B) (dir string, k format.Key) {
	b.Helper()
	said := bytes.Repeat([]byte("Wir wünschen uns mehr Züge. "), 25)
	m := makeLog(b, newKey(b, origin), 100_000, func(i int64) eventstore.Record {
		r := makeRecord(i)
		r.Data = append(strconv.AppendInt([]byte(`{"n":`), i, 10), append(append([]byte(`,"said":"`), said...), `"}`...)...)
		return r
	})
	return m.bundle(b), m.verifier(b)
}

// BenchmarkBundle is to be compared with BenchmarkFloor: it may take three
// times as long.
func BenchmarkBundle(b *testing.B) {
	dir, k := big(b)
	b.SetBytes(int64(len(read(b, filepath.Join(dir, "records.jsonl")))))
	for b.Loop() {
		if f := checkBundle(b, dir, Trust{Key: k}, nil); f.Answer != Proved {
			b.Fatal(f.Text())
		}
	}
}

// BenchmarkFloor is one SHA-256 pass over the records, and one JSON decoding.
func BenchmarkFloor(b *testing.B) {
	dir, _ := big(b)
	text := read(b, filepath.Join(dir, "records.jsonl"))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		for l := range bytes.Lines(text) {
			sha256.Sum256(l)
			var v struct {
				Record           format.Envelope
				Data, Meta       json.RawMessage
				DataKey, MetaKey string
			}
			if err := json.Unmarshal(l, &v); err != nil {
				b.Fatal(err)
			}
		}
	}
}
