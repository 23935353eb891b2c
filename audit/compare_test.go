package audit

import (
	"bytes"
	"database/sql"
	"errors"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// shownFiles returns every file of the published log that can be served.
func (h *house) shownFiles() map[string][]byte {
	h.t.Helper()
	all := map[string][]byte{checkpointFile: h.file(checkpointFile)}
	for t, err := range tilesIn(h.Dir) {
		if err != nil {
			h.t.Fatal(err)
		}
		all[t.Path()] = h.file(t.Path())
	}
	return all
}

// compared compares once, and returns the files that are damaged.
func (h *house) compared() []string {
	h.t.Helper()
	if err := h.compare(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	var names []string
	for _, f := range h.Flawed() {
		names = append(names, f.File)
	}
	return names
}

// get asks for a published file.
func (h *house) get(name string) (status int, body []byte) {
	w := httptest.NewRecorder()
	h.Handler().ServeHTTP(w, httptest.NewRequest("GET", "http://log.example/"+name, nil))
	return w.Code, w.Body.Bytes()
}

// TestEveryPublishedFile has each published file removed, changed, cut off, emptied
// and made longer: one that is missing is written again, and one that differs is
// named, not served, and not overwritten, until it is put back.
func TestEveryPublishedFile(t *testing.T) {
	h := newHouse(t)
	for _, size := range []int{255, 300} { // which leaves partial tiles of both
		h.grow(size)
		h.publish()
	}
	if got := h.compared(); got != nil {
		t.Fatalf("of what was just published %v are damaged", got)
	}
	all := h.shownFiles()
	if len(all) < 6 {
		t.Fatalf("only %d files are published", len(all))
	}
	for name, text := range all {
		path := filepath.Join(h.Dir, filepath.FromSlash(name))
		for what, damage := range map[string]func([]byte) []byte{
			"changed": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
			"cut off": func(b []byte) []byte { return b[:len(b)-1] },
			"emptied": func([]byte) []byte { return nil },
			"longer":  func(b []byte) []byte { return append(b, 0) },
		} {
			bad := damage(bytes.Clone(text))
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if name != checkpointFile {
				if status, body := h.get(name); status != 500 || bytes.Contains(body, bad) && len(bad) > 0 {
					t.Errorf("%s, %s, before it is compared: it is served with %d", name, what, status)
				}
			}
			if got := h.compared(); !slices.Equal(got, []string{name}) {
				t.Errorf("%s, %s: %v are named", name, what, got)
			}
			if status, _ := h.get(name); status != 500 {
				t.Errorf("%s, %s: it is served with %d", name, what, status)
			}
			if is := h.file(name); !bytes.Equal(is, bad) {
				t.Errorf("%s, %s: it was overwritten", name, what)
			}
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			if got := h.compared(); got != nil {
				t.Errorf("%s, put back: %v are named", name, got)
			}
			if status, body := h.get(name); status != 200 || !bytes.Equal(body, text) {
				t.Errorf("%s, put back: it is served with %d", name, status)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if got := h.compared(); got != nil {
			t.Errorf("%s, removed: %v are named", name, got)
		}
		is, err := os.ReadFile(path)
		old := !h.needed(name) && name != checkpointFile // a part whose whole is there
		if !old && (err != nil || !bytes.Equal(is, text)) || old && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s, removed: it is not written again: %v", name, err)
		}
	}
	if err := os.RemoveAll(h.Dir); err != nil {
		t.Fatal(err)
	}
	if got := h.compared(); got != nil {
		t.Errorf("with all removed: %v are named", got)
	}
	h.check()
	if got := h.compared(); got != nil {
		t.Errorf("with all written again: %v are named", got)
	}
}

// TestNothingIsPublishedOver: where a file stands that is another than the next
// publication would write, nothing is published until it is gone.
func TestNothingIsPublishedOver(t *testing.T) {
	for _, name := range []string{checkpointFile, "tile/entries/000.p/20"} {
		h := newHouse(t)
		h.grow(10)
		h.publish()
		path := filepath.Join(h.Dir, filepath.FromSlash(name))
		if err := os.WriteFile(path, []byte("somebody else's"), 0o600); err != nil {
			t.Fatal(err)
		}
		h.grow(20)
		if err := h.Publish(t.Context()); !errors.Is(err, ErrDamaged) || !errors.Is(h.Trouble(), ErrDamaged) {
			t.Errorf("%s: it is published with %v, %v", name, err, h.Trouble())
		}
		if text := h.file(name); string(text) != "somebody else's" {
			t.Errorf("%s: it was overwritten", name)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		h.publish()
		if c := h.check(); c.Size != 20 {
			t.Errorf("%s: %d records are published", name, c.Size)
		}
	}
}

// TestNoFalseProof changes each stored hash in log.db, one after the other, and asks
// for proofs of everything: each is right, or refused as damaged.
func TestNoFalseProof(t *testing.T) {
	const size = 21
	h := newHouse(t)
	h.grow(size)
	h.publish()
	roots := make([]tlog.Hash, size+1)
	leaves := make([]tlog.Hash, size)
	for n := range roots {
		var err error
		if roots[n], err = h.Follower.Root(t.Context(), int64(n)); err != nil {
			t.Fatal(err)
		}
		if n < size {
			entries, err := h.Follower.Entries(t.Context(), int64(n), 1)
			if err != nil {
				t.Fatal(err)
			}
			leaves[n] = entries[0].Leaf()
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(h.dir, "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	change := func(i int64) {
		t.Helper()
		h.close() // it has hashes in memory
		if _, err := db.Exec(`UPDATE hashes SET hash = CAST(substr(hash, 2) || substr(hash, 1, 1) AS BLOB) WHERE i = ?`, i); err != nil {
			t.Fatal(err)
		}
	}
	refused := 0
	for i := range tlog.StoredHashCount(size) {
		var was []byte
		if err := db.QueryRow(`SELECT hash FROM hashes WHERE i = ?`, i).Scan(&was); err != nil {
			t.Fatal(err)
		}
		change(i)
		switch err := h.open(); {
		case err != nil: // it is of the right frontier, which every start checks
			refused++
		default:
			bad := 0
			for to := int64(1); to <= size; to++ {
				for n := range to {
					p, err := h.InclusionProof(t.Context(), n, to)
					if err == nil {
						err = tlog.CheckRecord(p, to, roots[to], n, leaves[n])
					} else if errors.Is(err, ErrDamaged) {
						bad, err = bad+1, nil
					}
					if err != nil {
						t.Errorf("hash %d changed: record %d in %d: %v", i, n, to, err)
					}
					q, err := h.ConsistencyProof(t.Context(), n+1, to)
					if err == nil {
						err = tlog.CheckTree(q, to, roots[to], n+1, roots[n+1])
					} else if errors.Is(err, ErrDamaged) {
						bad, err = bad+1, nil
					}
					if err != nil {
						t.Errorf("hash %d changed: the log of %d in %d: %v", i, n+1, to, err)
					}
				}
			}
			if bad == 0 || len(h.Flawed()) == 0 {
				t.Errorf("hash %d changed: %d proofs are refused, and the log is flawed by %v", i, bad, h.Flawed())
			}
			if got := h.compared(); !slices.Equal(got, []string{hashesFile}) {
				t.Errorf("hash %d changed: compared, %v are named", i, got)
			}
			h.close()
		}
		if _, err := db.Exec(`UPDATE hashes SET hash = ? WHERE i = ?`, was, i); err != nil {
			t.Fatal(err)
		}
	}
	if refused == 0 || refused == int(tlog.StoredHashCount(size)) {
		t.Errorf("%d starts were refused", refused)
	}
	if err := h.open(); err != nil {
		t.Fatal(err)
	}
	if got := h.compared(); got != nil {
		t.Errorf("with all put back: %v are named", got)
	}
	if _, err := h.InclusionProof(t.Context(), 3, size); err != nil {
		t.Error(err)
	}
}
