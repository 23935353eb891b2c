//go:build amd64 || arm64

package iofault

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/rapporteur-project/rapporteur/internal/await"
)

// TestMain makes this binary the program under test where it is told to obey.
func TestMain(m *testing.M) {
	if socket := os.Getenv(Variable); socket != "" {
		if err := errors.Join(Obey(socket), work(os.Getenv("WORK"))); err != nil {
			_, _ = os.Stdout.WriteString(err.Error())
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// work does each kind of call once in a folder, and goes on after an error.
func work(dir string) error {
	f, err := os.Create(filepath.Join(dir, "a"))
	errs := []error{err}
	if err == nil {
		_, err = f.WriteString("text")
		errs = append(errs, err, f.Sync(), f.Truncate(1), f.Close())
	}
	errs = append(errs,
		os.Link(filepath.Join(dir, "a"), filepath.Join(dir, "b")),
		os.Rename(filepath.Join(dir, "b"), filepath.Join(dir, "c")),
		os.Mkdir(filepath.Join(dir, "d"), 0o700),
		os.Remove(filepath.Join(dir, "c")))
	return errors.Join(errs...)
}

// TestEachCall has each kind of call fail alone, and none.
func TestEachCall(t *testing.T) {
	all := []Call{{Create, "a"}, {Write, "a"}, {Sync, "a"}, {Truncate, "a"}, {Link, "b"}, {Rename, "c"}, {Mkdir, "d"}, {Remove, "c"}}
	for n := -1; n < len(all); n++ {
		dir := t.TempDir()
		socket := filepath.Join(dir, "socket")
		l, err := Listen(socket)
		if err != nil {
			t.Fatal(err)
		}
		work := filepath.Join(dir, "work")
		if err := os.Mkdir(work, 0o700); err != nil {
			t.Fatal(err)
		}
		var seen []Call
		var serving sync.WaitGroup
		serving.Go(func() {
			err := Serve(l, func(c Call) unix.Errno {
				name, here := strings.CutPrefix(c.Path, work+"/")
				if !here {
					return 0
				}
				c.Path = name
				seen = append(seen, c)
				if n >= 0 && c == all[n] {
					return unix.EIO
				}
				return 0
			})
			if err != nil {
				t.Error(err)
			}
		})
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), Variable+"="+socket, "WORK="+work)
		said, err := cmd.Output()
		await.All(t, &serving, "the serving")
		if err := errors.Join(err, l.Close()); err != nil {
			t.Fatal(err)
		}
		if n < 0 {
			if !slices.Equal(seen, all) || len(said) > 0 {
				t.Errorf("it saw %v, want %v; the program said %q", seen, all, said)
			}
			continue
		}
		if !slices.Contains(seen, all[n]) || !strings.Contains(string(said), unix.EIO.Error()) {
			t.Errorf("%v was to fail: it saw %v, and the program said %q", all[n], seen, said)
		}
	}
}
