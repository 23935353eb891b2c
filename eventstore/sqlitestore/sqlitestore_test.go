package sqlitestore_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
	"github.com/rapporteur-project/rapporteur/eventstore/storetest"
)

func open(t *testing.T, path string) *sqlitestore.DB {
	t.Helper()
	d, err := sqlitestore.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return d
}

func empty(t *testing.T) eventstore.Store {
	return open(t, filepath.Join(t.TempDir(), "events.db"))
}

// id makes an id that is random in order, as the real ones are, and the same in every run.
func id(a, b int) string {
	var in [16]byte
	binary.BigEndian.PutUint64(in[:], uint64(a))
	binary.BigEndian.PutUint64(in[8:], uint64(b))
	h := sha256.Sum256(in[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

func TestContract(t *testing.T) { storetest.Run(t, empty) }

func TestLinear(t *testing.T) { storetest.RunLinear(t, empty, nil) }

func TestUnique(t *testing.T) { storetest.RunUnique(t, empty) }

// await waits until done, and lets others run meanwhile.
func await(t *testing.T, done func() bool) {
	t.Helper()
	for !done() {
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
}
