package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/audit/verify"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

const (
	rotatedType = "key.rotated" // what this test's record calls a rotation
	rotatedAt   = "key"         // its stream
)

func (h *house) keyFile() string { return filepath.Join(h.dir, "key") }

// rotations are those that the store holds.
func (h *house) rotations() []Rotation {
	h.t.Helper()
	var all []Rotation
	for r, err := range h.store.Stream(h.t.Context(), rotatedAt, 0) {
		var x Rotation
		if err := errors.Join(err, json.Unmarshal(r.Data, &x)); err != nil {
			h.t.Fatal(err)
		}
		all = append(all, x)
	}
	return all
}

// record stores a rotation, as the next one.
func (h *house) record(ctx context.Context, x Rotation) error {
	r := thing(1000 + len(h.rotations()))
	var err error
	if r.Data, err = json.Marshal(x); err != nil {
		return err
	}
	r.Type = rotatedType
	return h.store.Append(ctx, rotatedAt, int64(len(h.rotations())), r)
}

// again opens the log as after a crash.
func (h *house) again() {
	h.t.Helper()
	h.close()
	if err := h.open(); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) rotate() {
	h.t.Helper()
	after, err := h.Rotate(h.t.Context(), h.keyFile(), h.record)
	if err != nil {
		h.t.Fatal(err)
	}
	h.Log = after
}

// checkKey has the verifier check what is published with the key that the
// record names, or with first if it names none.
func (h *house) checkKey(first string) {
	h.t.Helper()
	want := first
	if all := h.rotations(); len(all) > 0 {
		want = all[len(all)-1].New
	}
	if f := h.verifyLog(want, nil); f.Answer != verify.Proved || f.Head.Size != h.Follower.Size() {
		h.t.Errorf("published is what the key %s did not sign:\n%s", want, f.Text())
	}
}

func (h *house) verifyLog(vkey string, since []byte) *verify.Finding {
	h.t.Helper()
	k, err := format.ParseKey(vkey)
	if err != nil {
		h.t.Fatal(err)
	}
	dir, err := verify.OpenFolder(h.Dir)
	if err != nil {
		h.t.Fatal(err)
	}
	defer dir.Close()
	return verify.Log(h.t.Context(), dir, verify.Trust{Key: k}, since, &verify.Progress{})
}

// keyFiles names the files of keys.
func (h *house) keyFiles() []string {
	h.t.Helper()
	all, err := filepath.Glob(h.keyFile() + "*")
	if err != nil {
		h.t.Fatal(err)
	}
	for i := range all {
		all[i] = filepath.Base(all[i])
	}
	return all
}

// wantNowhere fails if any file below the house holds the secret of a key.
func (h *house) wantNowhere(key []byte) {
	h.t.Helper()
	secret := bytes.TrimSpace(key)
	secret = secret[bytes.LastIndexByte(secret[:len(secret)-44], '+')+1:]
	err := filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, secret) {
			h.t.Errorf("%s still holds the old key", path)
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func TestRotate(t *testing.T) {
	h := newHouse(t)
	h.grow(300)
	first := h.Key.VKey
	early, err := h.receipt(7)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		old, was := *h.Key, h.rotations()
		secret, err := os.ReadFile(h.keyFile())
		if err != nil {
			t.Fatal(err)
		}
		h.rotate()
		if h.Key.VKey == old.VKey || h.Key.Origin != old.Origin || len(h.rotations()) != len(was)+1 {
			t.Fatalf("rotation %d: %s after %s, %d on the record", n, h.Key.VKey, old.VKey, len(h.rotations()))
		}
		h.checkKey(first)
		h.wantNowhere(secret)
		if r := h.rotations()[n]; r.Old != old.VKey || r.New != h.Key.VKey || !strings.Contains(string(r.Checkpoint), fmt.Sprintf("\n%d\n", 300+n)) {
			t.Errorf("rotation %d is recorded as %+v", n, r)
		}
		h.again()
		if _, ok := h.Unfinished(); ok {
			t.Error("a rotation that is through is not finished")
		}
	}
	for vkey, r := range map[string]func() (Receipt, error){
		first:      func() (Receipt, error) { return early, nil }, // from before the rotations
		h.Key.VKey: func() (Receipt, error) { return h.receipt(7) },
	} {
		got, err := r()
		if err != nil {
			t.Fatal(err)
		}
		k, err := format.ParseKey(vkey)
		if err != nil {
			t.Fatal(err)
		}
		if f := verify.Receipt(got.Text, verify.Trust{Key: k}); f.Answer != verify.Proved {
			t.Errorf("a receipt under %s:\n%s", vkey, f.Text())
		}
	}
}

// TestRotateIsCutOff stops a rotation after every step, and once in the midst of
// destroying the old key. Then the log is served, or rotated again: whatever is
// published is signed by the key that the record names, and one rotation comes
// of it, or none.
func TestRotateIsCutOff(t *testing.T) {
	const recorded = 3 // steps after which the record names the new key
	for _, next := range []string{"serve", "rotate"} {
		for n := range 9 {
			t.Run(fmt.Sprintf("%s after %d steps", next, n), func(t *testing.T) {
				h := newHouse(t)
				h.grow(260)
				h.publish()
				h.grow(300)
				first := h.Key.VKey
				secret, err := os.ReadFile(h.keyFile())
				if err != nil {
					t.Fatal(err)
				}
				r := &rotating{log: h.Log, path: h.keyFile(), record: h.record}
				steps := r.steps()
				if len(steps) != 8 {
					t.Fatalf("there are %d steps: stop after each", len(steps))
				}
				for _, s := range steps[:n] {
					if err := s.do(t.Context()); err != nil {
						t.Fatalf("%s: %v", s.name, err)
					}
				}
				if n == 5 { // half overwritten
					if err := os.WriteFile(h.keyFile()+oldKey, make([]byte, 20), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				h.again()
				unfinished, ok := h.Unfinished()
				if want := n >= recorded && n < len(steps); ok != want || ok && unfinished.New != h.Key.VKey {
					t.Errorf("unfinished: %v %v", ok, unfinished)
				}
				if next == "rotate" && n < recorded {
					h.rotate()
				}
				h.publish()
				h.checkKey(first)
				want := 1
				if next == "serve" && n < recorded {
					want = 0
				}
				if got := len(h.rotations()); got != want {
					t.Errorf("%d rotations are on the record, want %d", got, want)
				}
				if n >= 2 && want == 1 && h.Key.VKey != r.next.VKey {
					t.Errorf("another new key was made: %s after %s", h.Key.VKey, r.next.VKey)
				}
				if want == 1 {
					h.wantNowhere(secret)
					if left := h.keyFiles(); len(left) != 1 {
						t.Errorf("there are the keys %q", left)
					}
				}
				h.again()
				h.checkKey(first)
				h.rotate()
				h.checkKey(first)
			})
		}
	}
}

// TestRotateIsNotRecorded has the store fail once, the event stored or not, so
// that the outcome is not known.
func TestRotateIsNotRecorded(t *testing.T) {
	for _, stored := range []bool{false, true} {
		h := newHouse(t)
		h.grow(10)
		first, down := h.Key.VKey, errors.New("the line went dead")
		_, err := h.Rotate(t.Context(), h.keyFile(), func(ctx context.Context, r Rotation) error {
			if !stored {
				return down
			}
			return errors.Join(h.record(ctx, r), down)
		})
		if !errors.Is(err, down) || h.Key.VKey != first {
			t.Errorf("stored %v: %v", stored, err)
		}
		h.again()
		h.publish()
		h.checkKey(first)
		if rotated := h.Key.VKey != first; rotated != stored {
			t.Errorf("stored %v, rotated %v", stored, rotated)
		}
	}
}

// TestKeysThatAreNotTheLogs changes what is in the folder of a rotated log.
func TestKeysThatAreNotTheLogs(t *testing.T) {
	foreign := func(h *house) {
		h.remove("key")
		if _, err := OpenKey(h.keyFile(), h.Key.Origin); err != nil {
			h.t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, says string
		change     func(h *house, before []byte)
	}{
		{"no key", "is not the key that the record names", func(h *house, _ []byte) { h.remove("key") }},
		{"another key", "is not the key that the record names", func(h *house, _ []byte) { foreign(h) }},
		{"the key before", "is not the key that the record names", func(h *house, before []byte) { h.write("key", before) }},
		{"the key before, and another next", "is not the key that the record names", func(h *house, before []byte) {
			foreign(h)
			other, err := os.ReadFile(h.keyFile())
			if err != nil {
				h.t.Fatal(err)
			}
			h.write("key.next", other)
			h.write("key", before)
		}},
		{"a key for everyone", "lets others", func(h *house, _ []byte) {
			if err := os.Chmod(h.keyFile(), 0o644); err != nil {
				h.t.Fatal(err)
			}
		}},
		{"a head of the old key over the rotation", "was replaced after 300", func(h *house, before []byte) {
			k, err := keyIn("before", before)
			if err != nil {
				h.t.Fatal(err)
			}
			size, root := h.Follower.Head()
			text, err := format.Checkpoint{Origin: k.Origin, Size: size, Root: root}.Sign(k.signer)
			if err != nil {
				h.t.Fatal(err)
			}
			h.write("log/checkpoint", text)
		}},
		{"another record before the rotation", "the record says that", func(h *house, _ []byte) {
			h.store = rewritten{h.store, 5}
			h.remove("log.db")
		}},
		{"a head of nobody in the event", "the record says that", func(h *house, _ []byte) {
			r := h.rotations()[0]
			r.Checkpoint = bytes.Replace(r.Checkpoint, []byte("\n300\n"), []byte("\n299\n"), 1)
			h.store = new(memstore.Store)
			h.size = 0
			h.remove("log")
			if err := h.record(h.t.Context(), r); err != nil {
				h.t.Fatal(err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			h.grow(300)
			before, err := os.ReadFile(h.keyFile())
			if err != nil {
				t.Fatal(err)
			}
			h.rotate()
			h.close()
			tt.change(h, before)
			if err := h.open(); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("it says %v, want %q", err, tt.says)
			}
		})
	}
}

func (h *house) write(name string, text []byte) {
	h.t.Helper()
	if err := os.WriteFile(filepath.Join(h.dir, name), text, 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// TestReplacedKeyIsInNoPolicy rotates a log whose policy file names its key.
func TestReplacedKeyIsInNoPolicy(t *testing.T) {
	h := newHouse(t)
	h.grow(10)
	h.policy = h.Policy
	h.again()
	h.rotate()
	h.again()
	if got, want := string(h.Policy.Text()), "log "+h.Key.VKey+"\nquorum none\n"; got != want {
		t.Errorf("the policy is\n%swant\n%s", got, want)
	}
}
