package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// mountAll has a data folder share what nodes share, as they would be mounted.
func mountAll(t *testing.T, shared, data string) {
	t.Helper()
	for _, name := range []string{keysFolder, blobsFolder, vaultFolder} {
		to := filepath.Join(shared, name)
		if err := errors.Join(os.MkdirAll(to, 0o700), os.Symlink(to, filepath.Join(data, name))); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMounts lets in nodes that share the folders of the first one, and no other.
func TestMounts(t *testing.T) {
	n := newNodes(new(memstore.Register))
	shared := t.TempDir()
	node := func(share bool) *installation {
		i := &installation{dir: t.TempDir()}
		if share {
			mountAll(t, shared, i.dir)
		}
		return i
	}
	opens := func(i *installation, says string) {
		t.Helper()
		all, err := i.openMounts(t.Context(), n)
		if says == "" && (err != nil || len(all) != 3) || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("%d folders, %v; want %q", len(all), err, says)
		}
	}
	first := node(true)
	opens(first, "")
	opens(node(true), "")
	opens(node(false), "mount the same blobs/ on all nodes")

	other := node(false)
	for _, name := range []string{blobsFolder, vaultFolder} {
		if _, err := other.markOf(name, ""); err != nil {
			t.Fatal(err)
		}
	}
	opens(other, "mount the same blobs/ on all nodes")

	path := filepath.Join(shared, vaultFolder, markFile)
	mark := read(t, path)
	for _, text := range []string{"", " \n"} {
		put(t, path, []byte(text))
		opens(first, "is empty: vault/ is not the folder")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	opens(first, "write "+strings.TrimSpace(string(mark))+" to "+filepath.Join(first.dir, vaultFolder, markFile))
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it marked a folder that is not the one that nodes know: %v", err)
	}
	put(t, path, mark)
	opens(first, "")

	alone, err := node(false).openMounts(t.Context(), nil)
	if err != nil || len(alone) != 1 || alone[0].name != keysFolder {
		t.Errorf("alone it looks after %v, %v", alone, err)
	}
}

// TestMarked tells a folder that is another one from one that takes nothing.
func TestMarked(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, markFile), []byte("MARK\n"))
	for _, tt := range []struct{ dir, mark, status string }{
		{dir, "MARK", isOK},
		{dir, "OTHER", isStale},
		{filepath.Join(dir, "none"), "MARK", isStale},
	} {
		if status, err := marked(tt.dir, tt.mark); status != tt.status || (err == nil) != (status == isOK) {
			t.Errorf("%s with %s is %s, %v; want %s", tt.dir, tt.mark, status, err, tt.status)
		}
	}
	if err := tryFolder("/proc"); err == nil { // where not even root makes a file
		t.Error("a folder that takes no file was found good")
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".try-*")); len(left) != 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestKeysAreOthers tells keys that are gone, or are another installation's, from
// those that a node has.
func TestKeysAreOthers(t *testing.T) {
	i := &installation{dir: t.TempDir()}
	var err error
	if i.secret, err = i.openSecret(); err != nil {
		t.Fatal(err)
	}
	put(t, i.path(logKey), []byte("a key"))
	path := i.path(keysFolder, "installation")
	ours := read(t, path)
	for _, tt := range []struct{ text, status string }{
		{string(ours), isOK}, {strings.Repeat("00", secretSize), isStale}, {"", isStale}, {string(ours), isOK},
	} {
		put(t, path, []byte(tt.text))
		if status, err := i.lookAtKeys(); status != tt.status || (err == nil) != (status == isOK) {
			t.Errorf("with %d bytes it is %s, %v; want %s", len(tt.text), status, err, tt.status)
		}
	}
	if err := os.Remove(i.path(logKey)); err != nil {
		t.Fatal(err)
	}
	if status, err := i.lookAtKeys(); status != isStale || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without the log's key it is %s, %v", status, err)
	}
}

// TestMountHangs has a folder not answer: the node is not ready until it does.
func TestMountHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := make(chan error)
		m := &mount{name: "blobs", look: func() (string, error) {
			if err := <-answers; err != nil {
				return isDegraded, err
			}
			return isOK, nil
		}}
		m.saw(t.Context(), isOK, nil)
		status := func() string {
			is := readiness{Status: isOK, Checks: map[string]string{}}
			mounts{m}.check(&is)
			return is.Status + ": " + is.Checks["blobs"]
		}
		defer close(answers)
		ended := make(chan error, 1)
		go func() { ended <- m.Run(t.Context()) }()
		want := func(want string) {
			t.Helper()
			synctest.Wait()
			if is := status(); is != want {
				t.Errorf("it is %q, want %q", is, want)
			}
		}
		answers <- nil
		want("ok: ok")
		<-time.After(mountsPatience - time.Second)
		want("ok: ok")
		<-time.After(2 * time.Second)
		want("stale: does not answer")
		answers <- errors.New("no space")
		want("degraded: cannot be written; the server's own log says why")
		answers <- nil
		want("ok: ok")
	})
}

// TestNodeLosesItsFolders has the real program be not ready while a folder that it
// shares is another one, and not start without.
func TestNodeLosesItsFolders(t *testing.T) {
	_, env := servers(t)
	p := try(t, env)
	s := p.serve()
	for _, name := range []string{blobsFolder, vaultFolder} {
		awaitCheck(t, s.address, isOK, name, isOK)
		if err := os.Rename(filepath.Join(p.data, name), filepath.Join(p.data, "away")); err != nil {
			t.Fatal(err)
		}
		awaitCheck(t, s.address, isStale, name, "cannot be read, or is another folder")
		if err := os.Rename(filepath.Join(p.data, "away"), filepath.Join(p.data, name)); err != nil {
			t.Fatal(err)
		}
		awaitCheck(t, s.address, isOK, name, isOK)
	}
	ended(t, s, os.Interrupt)
	second := try(t, env)
	if err := errors.Join(os.Mkdir(second.data, 0o700), os.Symlink(filepath.Join(p.data, keysFolder), filepath.Join(second.data, keysFolder))); err != nil {
		t.Fatal(err)
	}
	if out := second.run(unknown, "serve", "--listen", "127.0.0.1:0"); !strings.Contains(out, "mount the same blobs/ on all nodes") {
		t.Errorf("with folders of its own it says %s", out)
	}
}

// awaitCheck waits until the server's readiness says something of what was looked
// at.
func awaitCheck(t *testing.T, address, status, check, says string) {
	t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	var is readiness
	for range 1000 {
		if is = ready(t, address); is.Status == status && strings.HasPrefix(is.Checks[check], says) {
			return
		}
		<-again.C
	}
	t.Fatalf("%s does not become %q: %+v", check, says, is)
}
