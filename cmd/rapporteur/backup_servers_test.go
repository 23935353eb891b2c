package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestBackupOverServers makes a backup of a folder whose record is on servers and
// whose keys are mounted as links. What is restored has the keys, goes on over
// the servers, and begins no other record without them.
func TestBackupOverServers(t *testing.T) {
	_, env := servers(t)
	p := try(t, env)
	s := p.serve("--demo")
	awaitAnswer(t, s.address)
	ended(t, s, os.Interrupt)
	mounted := filepath.Join(t.TempDir(), "mounted")
	if err := os.Rename(filepath.Join(p.data, "keys"), mounted); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(p.data, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	keys, err := os.ReadDir(mounted)
	if err != nil || len(keys) == 0 {
		t.Fatal(keys, err)
	}
	for _, k := range keys {
		if err := os.Symlink(filepath.Join(mounted, k.Name()), filepath.Join(p.data, "keys", k.Name())); err != nil {
			t.Fatal(err)
		}
	}
	archive := filepath.Join(t.TempDir(), "a.tar")
	p.run(yes, "backup", "--out", archive)
	p.data = filepath.Join(t.TempDir(), "restored")
	p.run(yes, "restore", archive)
	for _, k := range keys {
		a, err := os.ReadFile(filepath.Join(mounted, k.Name()))
		b, err2 := os.ReadFile(filepath.Join(p.data, "keys", k.Name()))
		if err := errors.Join(err, err2); err != nil || string(a) != string(b) {
			t.Errorf("keys/%s is not what it was: %v", k.Name(), err)
		}
	}
	p.env = os.Environ()
	if out := p.run(unknown, "serve", "--listen", "127.0.0.1:0"); !strings.Contains(out, "its record is on servers") {
		t.Errorf("without the servers it says %s", out)
	}
	p.env = env
	for _, name := range []string{blobsFolder, vaultFolder} { // which were lost with the folder, as it says
		fix := regexp.MustCompile(`write (\w+) to (\S+),`).FindStringSubmatch(p.run(unknown, "serve", "--listen", "127.0.0.1:0"))
		if fix == nil || fix[2] != filepath.Join(p.data, name, markFile) {
			t.Fatalf("without %s/ it says %q", name, fix)
		}
		if err := errors.Join(os.Mkdir(filepath.Dir(fix[2]), 0o700), os.WriteFile(fix[2], []byte(fix[1]+"\n"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	s = p.serve()
	awaitAnswer(t, s.address)
	ended(t, s, os.Interrupt)
	p.run(yes, "replay", "--verify")
}
