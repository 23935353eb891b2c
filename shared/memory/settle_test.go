package memory

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
)

// TestSettles: where a line could not be added, the file is made anew before anything
// else is, by itself or by the next revocation; what was revoked stays so.
func TestSettles(t *testing.T) {
	for _, byItself := range []bool{true, false} {
		path := filepath.Join(t.TempDir(), "revoked.jsonl")
		r, err := OpenRevocations(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		revoke := func(id string) error {
			return r.Revoke(t.Context(), shared.Revocation{ID: id, Until: time.Now().Add(time.Hour)})
		}
		revoked := func(id string) bool {
			t.Helper()
			yes, err := r.Revoked(t.Context(), time.Time{}, id)
			if err != nil {
				t.Fatal(err)
			}
			return yes
		}
		if err := revoke("first"); err != nil {
			t.Fatal(err)
		}
		good := r.file.f
		if r.file.f, err = os.Open(path); err != nil { // which cannot be written to
			t.Fatal(err)
		}
		if err := good.Close(); err != nil {
			t.Fatal(err)
		}
		if err := revoke("second"); err == nil {
			t.Fatal("what could not be written was acknowledged")
		}
		if r.file.doubt == nil {
			t.Error("nobody doubts what the file holds")
		}
		was, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if byItself {
			r.looked = time.Time{} // long ago
			if err := r.Fault(); err != nil {
				t.Errorf("with the file well again: %v", err)
			}
		} else if err := revoke("second"); err != nil {
			t.Errorf("the repeat: %v", err)
		}
		if is, err := os.Stat(path); err != nil || os.SameFile(was, is) {
			t.Errorf("by itself %v: the file was not made anew, %v", byItself, err)
		}
		if err := revoke("third"); err != nil {
			t.Error(err)
		}
		if !revoked("first") || !revoked("third") || revoked("second") == byItself {
			t.Errorf("by itself %v: revoked are first %v, second %v, third %v", byItself, revoked("first"), revoked("second"), revoked("third"))
		}
		text, err := os.ReadFile(path)
		if want := 3; err != nil || bytes.Count(text, []byte("\n")) != want && !byItself {
			t.Errorf("the file has %q, %v", text, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
