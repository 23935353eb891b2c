package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
)

// A mover runs the program on one data folder.
type mover struct {
	*kill
	env []string
}

// run runs the program and returns its exit status and what it said.
func (m *mover) run(args ...string) (int, string) {
	m.t.Helper()
	cmd := exec.Command(m.program, append(args, "--data", m.data)...)
	cmd.Env = m.env
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		m.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func (m *mover) must(args ...string) string {
	m.t.Helper()
	code, out := m.run(args...)
	if code != yes {
		m.t.Fatalf("%v: exit status %d\n%s", args, code, out)
	}
	return out
}

func (m *mover) refused(says string, args ...string) {
	m.t.Helper()
	if code, out := m.run(args...); code == yes || !strings.Contains(out, says) {
		m.t.Errorf("%v: exit status %d, want a refusal that says %q\n%s", args, code, says, out)
	}
}

// state is what a replay comes to: the log, and what each projection has seen.
func (m *mover) state() string {
	m.t.Helper()
	cmd := exec.Command(m.program, "replay", "--verify", "--json", "--data", m.data)
	cmd.Env = m.env
	out, err := cmd.Output()
	if err != nil {
		m.t.Fatalf("replay: %v\n%s", err, out)
	}
	var is map[string]any
	if err := json.Unmarshal(out, &is); err != nil || is["answer"] != "agree" {
		m.t.Fatalf("replay: %v\n%s", err, out)
	}
	delete(is, "notes") // a numbering that is made again is noted, and is the same
	if out, err = json.Marshal(is); err != nil {
		m.t.Fatal(err)
	}
	return string(out)
}

// session serves, has contributions recorded, and stops.
func (m *mover) session(env []string, keys ...string) {
	m.t.Helper()
	n := &member{t: m.t, program: m.program, data: m.data, env: env}
	n.up()
	for _, key := range keys {
		if _, err := m.submit(m.t.Context(), n.at(), key); err != nil {
			m.t.Error(err)
		}
	}
	n.down()
}

// TestMigrate moves a record to servers and back: it is the same record, with
// the same log and the same certificates, and wherever it is not any more no
// server goes on with it.
func TestMigrate(t *testing.T) {
	t.Parallel()
	cluster := esdbtest.Start(t, esdbtest.Config{Nodes: 3, Lag: 4, Accounts: map[string]string{"rapporteur": "geheim"}})
	local := os.Environ()
	remote := append(slices.Clone(local), "RAPPORTEUR_ESDB="+cluster.URL("rapporteur"))
	m := &mover{newKill(t), local}
	m.session(local, "before-the-first-move", "and-another-before-it")
	first := m.state()

	m.refused("must not be the same", "migrate", "--from", "sqlite", "--to", "sqlite")
	m.refused("say where the servers are", "migrate", "--from", "sqlite", "--to", "esdb")
	m.env = remote
	if out := m.must("migrate", "--from", "sqlite", "--to", "esdb"); !strings.Contains(out, "The record is on the servers") || strings.Contains(out, "geheim") {
		t.Errorf("it said\n%s", out)
	}
	m.env = local
	m.refused("its record is on servers", "serve", "--listen", "127.0.0.1:0")
	m.env = remote
	if there := m.state(); there != first {
		t.Errorf("on the servers it is\n%s\nand was\n%s", there, first)
	}
	m.must("migrate", "--from", "sqlite", "--to", "esdb") // again changes nothing
	m.env = local
	m.refused("its record is on servers", "export", "--out", filepath.Join(t.TempDir(), "x"))
	m.session(remote, "while-it-is-on-servers")
	m.env = remote
	second := m.state()
	if second == first {
		t.Error("nothing was recorded on the servers")
	}

	m.must("migrate", "--from", "esdb", "--to", "sqlite")
	m.env = local
	if back := m.state(); back != second {
		t.Errorf("back it is\n%s\nand was\n%s", back, second)
	}
	m.session(local, "after-it-came-back")
	other := &mover{&kill{t: t, program: m.program, data: filepath.Join(t.TempDir(), "other")}, remote}
	if err := errors.Join(os.Mkdir(other.data, 0o700), os.Symlink(filepath.Join(m.data, "keys"), filepath.Join(other.data, "keys"))); err != nil {
		t.Fatal(err)
	}
	other.refused("this record was moved away from these servers", "serve", "--listen", "127.0.0.1:0")

	// And there again: what was recorded meanwhile is added.
	m.env = remote
	m.must("migrate", "--from", "sqlite", "--to", "esdb")
	m.session(remote, "on-servers-again")
	m.env = remote
	m.state()
	for _, key := range []string{"before-the-first-move", "while-it-is-on-servers", "after-it-came-back"} {
		m.session(remote, key) // a repeat meets its first self
	}
	if a, b := m.state(), m.state(); a != b {
		t.Error("a replay is not the same twice")
	}
}

// TestMigrateRefusesAnother moves a record to servers that hold another one.
func TestMigrateRefusesAnother(t *testing.T) {
	t.Parallel()
	cluster := esdbtest.Start(t, esdbtest.Config{Accounts: map[string]string{"rapporteur": "geheim"}})
	remote := append(os.Environ(), "RAPPORTEUR_ESDB="+cluster.URL("rapporteur"))
	a, b := &mover{newKill(t), remote}, &mover{newKill(t), remote}
	a.must("migrate", "--from", "sqlite", "--to", "esdb")
	node := a.upIn(remote)
	b.refused("other nodes run on this record", "migrate", "--from", "sqlite", "--to", "esdb")
	ended(t, node, os.Interrupt)
	b.refused("holds another record", "migrate", "--from", "sqlite", "--to", "esdb")
	b.env = os.Environ()
	b.session(b.env, "it-goes-on-where-it-was")
	b.state()
}
