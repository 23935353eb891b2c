package memory_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
	"github.com/rapporteur-project/rapporteur/shared/sharedtest"
)

func open(t *testing.T, path string, now func() time.Time) *memory.Revocations {
	t.Helper()
	r, err := memory.OpenRevocations(path, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestRevocations(t *testing.T) {
	sharedtest.Revocations(t, func(t *testing.T, now func() time.Time) (shared.Revocations, func(*testing.T) shared.Revocations) {
		return open(t, "", now), nil
	})
}

func TestRevocationsInAFile(t *testing.T) {
	sharedtest.Revocations(t, func(t *testing.T, now func() time.Time) (shared.Revocations, func(*testing.T) shared.Revocations) {
		path := filepath.Join(t.TempDir(), "revoked.jsonl")
		return open(t, path, now), func(t *testing.T) shared.Revocations { return open(t, path, now) }
	})
}

func wantRevoked(t *testing.T, r shared.Revocations, id string, want bool) {
	t.Helper()
	if got, err := r.Revoked(t.Context(), time.Now(), id); err != nil || got != want {
		t.Errorf("%s revoked: %t, want %t, %v", id, got, want, err)
	}
}

func revoke(t *testing.T, r shared.Revocations, id string, until time.Time) {
	t.Helper()
	if err := r.Revoke(t.Context(), shared.Revocation{ID: id, Until: until}); err != nil {
		t.Fatal(err)
	}
}

// A line that was cut off by a crash was never acknowledged: it is passed over,
// and written over.
func TestCutOffLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "revoked.jsonl")
	until := time.Now().Add(time.Hour)
	revoke(t, open(t, path, nil), "a", until)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range whole {
		if err := os.WriteFile(path, append(append([]byte{}, whole...), whole[:cut]...), 0o600); err != nil {
			t.Fatal(err)
		}
		r := open(t, path, nil)
		wantRevoked(t, r, "a", true)
		revoke(t, r, "b", until)
		again := open(t, path, nil)
		wantRevoked(t, again, "a", true)
		wantRevoked(t, again, "b", true)
	}
}

// A line that nobody can read may be a revocation, so nothing is said.
func TestBrokenLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "revoked.jsonl")
	r := open(t, path, nil)
	until := time.Now().Add(time.Hour)
	revoke(t, r, "a", until)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"{}\n", "x\n", "\n", `{"id":"b"}` + "\n", `{"id":"b","until":"soon"}` + "\n"} {
		if err := os.WriteFile(path, append([]byte(bad), good...), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := memory.OpenRevocations(path, nil); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: opened, %v", bad, err)
		}
		if err := r.Revoke(t.Context(), shared.Revocation{ID: "c", Until: until}); err == nil {
			t.Errorf("%q: revoked on top of it", bad)
		}
		for begun := time.Now(); ; {
			if _, err := r.Revoked(t.Context(), time.Now(), "a"); err != nil {
				break
			}
			if time.Since(begun) > time.Second {
				t.Fatalf("%q: somebody says what was revoked", bad)
			}
		}
		if _, err := r.Revoked(t.Context(), time.Now(), "a"); err == nil {
			t.Errorf("%q: it is said again before the next look", bad)
		}
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	revoke(t, r, "c", until)
	wantRevoked(t, open(t, path, nil), "c", true)
	for begun := time.Now(); ; {
		if yes, err := r.Revoked(t.Context(), time.Now(), "a"); yes && err == nil {
			break
		}
		if time.Since(begun) > time.Second {
			t.Fatal("mended, and not read again")
		}
	}
}

// A file that somebody removed under a running server comes back.
func TestRemovedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "revoked.jsonl")
	r := open(t, path, nil)
	until := time.Now().Add(time.Hour)
	revoke(t, r, "a", until)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	revoke(t, r, "b", until)
	wantRevoked(t, r, "a", true)
	again := open(t, path, nil)
	wantRevoked(t, again, "a", true)
	wantRevoked(t, again, "b", true)
}

// What is past its time leaves the file, in time and whole.
func TestPruned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "revoked.jsonl")
	now := time.Now()
	clock := func() time.Time { return now }
	r, other := open(t, path, clock), open(t, path, clock)
	revoke(t, r, "stays", now.Add(24*time.Hour))
	for i := range 1100 {
		revoke(t, r, fmt.Sprintf("goes-%d", i), now.Add(time.Minute))
	}
	now = now.Add(time.Hour)
	revoke(t, r, "new", now.Add(time.Hour))
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n != 2 {
		t.Errorf("%d lines, want 2", n)
	}
	revoke(t, other, "of-another", now.Add(time.Hour)) // whose file was replaced under it
	again := open(t, path, clock)
	for _, id := range []string{"stays", "new", "of-another"} {
		wantRevoked(t, again, id, true)
	}
	wantRevoked(t, again, "goes-7", false)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// What others can write, or write elsewhere through, is not believed.
func TestFilesThatAreNotOurs(t *testing.T) {
	dir := t.TempDir()
	open(t, filepath.Join(dir, "open"), nil)
	if err := os.Chmod(filepath.Join(dir, "open"), 0o622); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "elsewhere"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"open", "link", "folder", "none/revoked"} {
		if _, err := memory.OpenRevocations(filepath.Join(dir, name), nil); err == nil {
			t.Errorf("opened %s", name)
		}
	}
}
