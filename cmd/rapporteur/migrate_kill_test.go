package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/audit"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
	"github.com/rapporteur-project/rapporteur/internal/await"
	"github.com/rapporteur-project/rapporteur/lease"
)

// moments are when a move is killed: it first looks for six seconds whether any
// node runs, and longer after one that was killed while it had the turns.
var moments = []time.Duration{quiet + 300*time.Millisecond, lease.Lasts + 500*time.Millisecond}

// TestMigrateKilled kills moves, and then has them done. At no moment does the
// record go on in both places, and it stays the same record.
func TestMigrateKilled(t *testing.T) {
	t.Parallel() // it mostly waits
	cluster := esdbtest.Start(t, esdbtest.Config{Accounts: map[string]string{"rapporteur": "geheim"}})
	local := os.Environ()
	remote := append(slices.Clone(local), "RAPPORTEUR_ESDB="+cluster.URL("rapporteur"))
	m := &mover{newKill(t), local}
	m.session(local, "before-all-moves")
	first := m.state()
	for _, to := range []string{"esdb", "sqlite"} {
		from := "sqlite"
		if to == "sqlite" {
			from = "esdb"
		}
		for _, after := range moments {
			if m.killed(remote, after, "migrate", "--from", from, "--to", to) {
				break
			}
			m.env = local
			here, _ := m.run("replay", "--verify")
			m.env = remote
			there, _ := m.run("replay", "--verify")
			if here == yes && there == yes {
				t.Fatalf("to %s, killed after %s: the record goes on in both places", to, after)
			}
		}
		m.env = remote
		m.must("migrate", "--from", from, "--to", to) // again, if it is done: that changes nothing
		if m.env = local; to == "esdb" {
			m.env = remote
		}
		if is := m.state(); is != first {
			t.Errorf("moved to %s it is\n%s\nand was\n%s", to, is, first)
		}
	}
}

// killed runs the program, kills it after a while, and reports whether it ended
// well before.
func (m *mover) killed(env []string, after time.Duration, args ...string) bool {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), after)
	defer cancel()
	cmd := exec.CommandContext(ctx, m.program, append(args, "--data", m.data)...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if err != nil && ctx.Err() == nil {
		m.t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return err == nil
}

// TestMovedUnderANode moves a record away while a node over it runs that has no
// turn, as one does that was suspended: it ends, and nobody imports there either.
func TestMovedUnderANode(t *testing.T) {
	cluster := esdbtest.Start(t, esdbtest.Config{Accounts: map[string]string{"rapporteur": "geheim"}})
	env := append(os.Environ(), "RAPPORTEUR_ESDB="+cluster.URL("rapporteur"))
	m := &mover{newKill(t), env}
	m.session(os.Environ())
	m.must("migrate", "--from", "sqlite", "--to", "esdb")
	n := &member{t: t, program: m.program, data: m.data, env: env}
	n.up()
	servers, err := esdbstore.Open(t.Context(), esdbstore.Config{URL: esdbstore.URL(cluster.URL("rapporteur")), Name: "rapporteur"})
	if err != nil {
		t.Fatal(err)
	}
	defer servers.Close()
	if err := newNodes(servers.Register()).put(t.Context(), agreement{Moved: time.Now(), MovedTo: inFolder, Mover: "ANOTHER"}); err != nil {
		t.Fatal(err)
	}
	if err := await.End(t, n.server.cmd, "the node"); err == nil || !strings.Contains(n.server.log.String(), "moved away") {
		t.Errorf("the node ended with %v\n%s", err, &n.server.log)
	}
	file := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(file, []byte("text\nA contribution.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m.refused("moved away", "import", "--format", "states", file)

	// From another folder, it is not fetched a second time.
	other := &mover{&kill{t: t, program: m.program, data: filepath.Join(t.TempDir(), "other")}, env}
	if err := errors.Join(os.Mkdir(other.data, 0o700), os.Symlink(filepath.Join(m.data, "keys"), filepath.Join(other.data, "keys"))); err != nil {
		t.Fatal(err)
	}
	other.refused("moved away", "migrate", "--from", "esdb", "--to", "sqlite")
}

// TestRotatedUnderANode replaces the log's key while a node over it runs that has
// no turn: it ends, and signs nothing more with the old one.
func TestRotatedUnderANode(t *testing.T) {
	_, env := servers(t)
	n := &member{t: t, program: try(t, env).program, data: filepath.Join(t.TempDir(), "data"), env: env}
	n.up()
	other := &installation{dir: filepath.Join(t.TempDir(), "other")}
	if err := errors.Join(os.Mkdir(other.dir, 0o700), os.Symlink(filepath.Join(n.data, keysFolder), filepath.Join(other.dir, keysFolder))); err != nil {
		t.Fatal(err)
	}
	key, err := audit.ReadKey(filepath.Join(n.data, logKey))
	if err != nil {
		t.Fatal(err)
	}
	next, err := audit.OpenKey(filepath.Join(t.TempDir(), "next"), key.Origin)
	if err != nil {
		t.Fatal(err)
	}
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	var head []byte
	for range 1000 { // until it is published
		if head, err = os.ReadFile(filepath.Join(n.data, logFolder, "checkpoint")); err == nil {
			break
		}
		<-look.C
	}
	if other.secret, err = other.openSecret(); err != nil {
		t.Fatal(err)
	}
	other.place = place{Esdb: esdbstore.URL(strings.TrimPrefix(env[len(env)-1], "RAPPORTEUR_ESDB=")), EsdbName: "rapporteur"}
	st, err := other.openStores(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(recordRotation(t.Context(), other.app(st), audit.Rotation{Old: key.VKey, New: next.VKey, Checkpoint: head}), st.close()); err != nil {
		t.Fatal(err)
	}
	if err := await.End(t, n.server.cmd, "the node"); err == nil || !strings.Contains(n.server.log.String(), errRotated.Error()) {
		t.Errorf("the node ended with %v\n%s", err, &n.server.log)
	}
}
