package keyfile

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

func fresh() ([]byte, error) { return []byte(rand.Text()), nil }

func open(t *testing.T, path string) string {
	t.Helper()
	text, err := Open(path, fresh)
	if err != nil || len(text) == 0 {
		t.Fatalf("open %s: %q, %v", path, text, err)
	}
	return string(text)
}

func TestKeyIsMadeOnceForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "k")
	if first, again := open(t, path), open(t, path); first != again {
		t.Error("another key the second time")
	}
	for name, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): fs.ModeDir | 0o700} {
		info, err := os.Stat(name)
		if err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, want %v, %v", name, info.Mode(), want, err)
		}
	}
	wantAlone(t, path)
}

// wantAlone checks that no temporary file, which holds a key, stays behind.
func wantAlone(t *testing.T, path string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("files %v, %v", files, err)
	}
}

// Nothing in memory is shared by the callers, so each stands for a process.
func TestKeyRace(t *testing.T) {
	for range 20 {
		path := filepath.Join(t.TempDir(), "keys", "k")
		var got [8]string
		var all sync.WaitGroup
		gate := make(chan struct{})
		for i := range got {
			all.Go(func() {
				<-gate
				key, err := Open(path, fresh)
				if err != nil {
					t.Error(err)
				}
				got[i] = string(key)
			})
		}
		close(gate)
		await.All(t, &all, "all who open the key")
		for _, key := range got[1:] {
			if key != got[0] {
				t.Fatal("two callers, two keys")
			}
		}
		wantAlone(t, path)
	}
}

func TestKeyIsNeverReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k")
	key := open(t, path)
	if err := create(path, fresh); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created again: %v", err)
	}
	if open(t, path) != key {
		t.Error("replaced")
	}
	wantAlone(t, path)
}

func TestKeyThatCannotBeMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k")
	none := errors.New("no key today")
	if _, err := Open(path, func() ([]byte, error) { return nil, none }); !errors.Is(err, none) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file is there: %v", err)
	}
}

func TestKeyThatOthersMayUseIsRefused(t *testing.T) {
	for _, mode := range []fs.FileMode{0o644, 0o640, 0o604, 0o620, 0o602, 0o610} {
		path := filepath.Join(t.TempDir(), "k")
		open(t, path)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := Open(path, fresh)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %o: %v", mode, err)
		}
		if err := os.Chmod(path, 0o400); err != nil {
			t.Fatal(err)
		}
		open(t, path)
	}
	if _, err := Open(t.TempDir(), fresh); err == nil {
		t.Error("a folder is no key")
	}
}

// A pipe that nobody writes to is refused, and not waited for.
func TestPipeIsNoKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, fresh); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("it says %v", err)
	}
}
