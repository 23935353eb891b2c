package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// anotherRelease has the read models of a data folder be of another release.
const anotherRelease = `UPDATE certificates SET version = version + 1`

// TestReplayPrepare makes read models of this release beside those of another,
// while a server has the data folder. The next start goes on with them.
func TestReplayPrepare(t *testing.T) {
	dir := t.TempDir()
	record(t, dir, "ann", 40, true)
	server, err := createInstallation(dir, "serve")
	if err != nil {
		t.Fatal(err)
	}
	prepares := func(want int, says string) {
		t.Helper()
		code, out, complaint := runReplay(t, dir, "--prepare")
		if said := out + complaint; code != want || !strings.Contains(said, says) {
			t.Errorf("exit status %d, %s; want %d and %q", code, said, want, says)
		}
		if left, err := filepath.Glob(filepath.Join(dir, prepareFolder+"*")); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
	prepares(yes, readFile+": it is of this release already")
	tamper(t, filepath.Join(dir, readFile), anotherRelease)
	lock, err := lockFolder(filepath.Join(dir, prepareLock), "test")
	if err != nil {
		t.Fatal(err)
	}
	prepares(unknown, "in use by rapporteur test")
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	before := read(t, filepath.Join(dir, readFile))
	prepares(yes, fmt.Sprintf("%s: %d records are in what the next start goes on with", readFile, 40))
	if string(read(t, filepath.Join(dir, readFile))) != string(before) {
		t.Error("the read models that are answered from were changed")
	}
	if err := server.close(); err != nil {
		t.Fatal(err)
	}
	record(t, dir, "bob", 5, true)
	if code, out, complaint := runReplay(t, dir, "--verify"); code != yes {
		t.Errorf("after the start: %d, %s%s", code, out, complaint)
	}
	if _, err := os.Stat(filepath.Join(dir, readFile+".paused")); err == nil {
		t.Error("what was prepared is left")
	}
	if code, out, complaint := runReplay(t, t.TempDir(), "--prepare"); code != unknown || !strings.Contains(out+complaint, "there is no record in it") {
		t.Errorf("of an empty folder: %d, %s%s", code, out, complaint)
	}
	if code, out, complaint := runReplay(t, dir, "--prepare", "--esdb", "esdb://localhost:2113?tls=false"); code != unknown || !strings.Contains(out+complaint, "its record is in events.db") {
		t.Errorf("of servers: %d, %s%s", code, out, complaint)
	}
	if code, out, complaint := runReplay(t, dir, "--prepare", "--verify"); code != misused || !strings.Contains(out+complaint, "--prepare goes with") {
		t.Errorf("with --verify: %d, %s%s", code, out, complaint)
	}
}

// TestReplayPrepareOverServers does so where servers have the record.
func TestReplayPrepareOverServers(t *testing.T) {
	_, env := servers(t)
	p := try(t, env)
	s := p.serve("--demo")
	before := awaitAnswer(t, s.address)
	p.run(yes, "replay", "--prepare")
	ended(t, s, os.Interrupt)
	tamper(t, filepath.Join(p.data, readFile), anotherRelease)
	if out := p.run(yes, "replay", "--prepare"); !strings.Contains(out, "goes on with") {
		t.Errorf("it said %s", out)
	}
	s = p.serve()
	if after := awaitAnswer(t, s.address); after != before {
		t.Errorf("it answers\n%s\nand before\n%s", after, before)
	}
	ended(t, s, os.Interrupt)
	p.run(yes, "replay", "--verify")
}
