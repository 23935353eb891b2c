package keyfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReplace does every step twice, as after a crash, and holds the old file
// open, to see what is left on the disk of it.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path, next, aside := filepath.Join(dir, "k"), filepath.Join(dir, "k.next"), filepath.Join(dir, "k.old")
	was, will := open(t, path), open(t, next)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for range 2 {
		if err := Keep(path, aside); err != nil {
			t.Fatal(err)
		}
	}
	if open(t, path) != was || open(t, aside) != was {
		t.Error("the old key is gone before there is another")
	}
	if err := Destroy(aside, path); err != nil || open(t, path) != was {
		t.Errorf("a second name took the key with it: %v", err)
	}
	if err := errors.Join(Keep(path, aside), Move(next, path)); err != nil || open(t, path) != will {
		t.Fatalf("not replaced: %v", err)
	}
	if err := Move(next, path); !errors.Is(err, fs.ErrNotExist) || open(t, path) != will {
		t.Errorf("moved twice: %v", err)
	}
	for range 2 {
		if err := Destroy(aside, path); err != nil {
			t.Fatal(err)
		}
	}
	wantAlone(t, path)
	left, err := io.ReadAll(f)
	if err != nil || len(left) != len(was) || strings.Trim(string(left), "\x00") != "" {
		t.Errorf("of the old key %q is left, %v", left, err)
	}
}

// What others could read by now is no key to put in place.
func TestReplacementIsForItsOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	path, next := filepath.Join(dir, "k"), filepath.Join(dir, "k.next")
	was := open(t, path)
	open(t, next)
	if err := os.Chmod(next, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Move(next, path); err == nil || !strings.Contains(err.Error(), "chmod 600") || open(t, path) != was {
		t.Errorf("it says %v", err)
	}
}
