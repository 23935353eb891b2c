package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

// TestNameBeforeTheMove has a folder a name before it moves: a backup from then can
// give the move up.
func TestNameBeforeTheMove(t *testing.T) {
	i, err := createInstallation(t.TempDir(), "serve")
	if err != nil {
		t.Fatal(err)
	}
	defer i.close()
	was := read(t, i.path(moverFile))
	if name, err := i.mover(); err != nil || name == "" || name+"\n" != string(was) {
		t.Errorf("it is called %q, and was %q, %v", name, was, err)
	}
	if !slices.Contains(kept, moverFile) {
		t.Error("its name is in no backup")
	}
}

// TestMigrateUndo gives up moves at the moments at which they may have been cut
// off: the record is the same, and goes on where it was and nowhere else.
func TestMigrateUndo(t *testing.T) {
	t.Parallel()
	cluster, remote := servers(t)
	local := os.Environ()
	m := &mover{newKill(t), local}
	m.session(local, "before-all-moves")
	first := m.state()
	put(t, filepath.Join(m.data, moverFile), []byte("US\n"))
	store, err := esdbstore.Open(t.Context(), esdbstore.Config{URL: esdbstore.URL(cluster.URL("rapporteur")), Name: "rapporteur"})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	cutOff := func(to, by string) {
		t.Helper()
		if err := newNodes(store.Register()).put(t.Context(), agreement{Moved: time.Now(), MovedTo: to, Mover: by}); err != nil {
			t.Fatal(err)
		}
	}
	other := &mover{&kill{t: t, program: m.program, data: filepath.Join(t.TempDir(), "other")}, remote}
	if err := os.Mkdir(other.data, 0o700); err != nil {
		t.Fatal(err)
	}
	mountAll(t, m.data, other.data)
	there, back := []string{"migrate", "--from", "sqlite", "--to", "esdb"}, []string{"migrate", "--from", "esdb", "--to", "sqlite"}
	undo := func(move []string, by string) []string { return append(move[:5:5], "--undo", by) }
	serve := []string{"serve", "--listen", "127.0.0.1:0"}

	// There.
	m.env = remote
	m.refused("there is nothing to give up", undo(there, "US")...)
	cutOff(inServers, "US")
	m.refused("is called US, not OTHER", undo(there, "OTHER")...)
	m.refused("is one to esdb", undo(back, "US")...)
	m.refused("a move to the servers is under way", back...)
	other.refused("that is not this data folder", undo(there, "US")...)
	other.refused("is being moved to these servers", serve...)
	m.must(undo(there, "US")...)
	m.env = local
	if m.state() != first {
		t.Error("given up, it is another record")
	}
	if err := errors.Join(os.Rename(filepath.Join(m.data, eventsFile), filepath.Join(m.data, eventsFile+movedFile)), os.WriteFile(filepath.Join(m.data, logFile), []byte("of the servers"), 0o600)); err != nil {
		t.Fatal(err)
	}
	m.env = remote
	m.must(undo(there, "US")...)
	m.session(local, "before-all-moves", "after-it-was-given-up")
	m.env = local
	second := m.state()
	m.env = remote
	other.refused("is being moved to these servers", serve...)
	m.must(there...) // which goes on after all
	if m.state() != second {
		t.Error("on the servers it is another record")
	}

	// Back.
	cutOff(inFolder, "US")
	m.refused("was moved away from these servers", serve...)
	if err := errors.Join(os.WriteFile(filepath.Join(m.data, eventsFile+newFile), []byte("a part"), 0o600), os.WriteFile(filepath.Join(m.data, logFile), []byte("of the folder"), 0o600)); err != nil {
		t.Fatal(err)
	}
	m.must(undo(back, "US")...)
	if m.state() != second {
		t.Error("given up on the way back, it is another record")
	}
	cutOff(inFolder, "LOST")
	m.refused("--undo LOST", serve...)
	m.refused("was moved away from these servers", back...)
	m.must(undo(back, "LOST")...)
	m.session(remote, "after-a-folder-was-lost")
	m.env = remote
	third := m.state()

	// Back so far that it may have gone on there.
	m.must(back...)
	m.refused("the move came so far that the record may have gone on here", undo(back, "US")...)
	m.env = local
	if m.state() != third {
		t.Error("back it is another record")
	}
	m.session(local, "after-it-came-back")
	m.env = remote
	m.refused("is in its place since an earlier run", back...)
}

// movedToServers moves a record to servers, and returns who moves it, and the state
// that it is in.
func movedToServers(t *testing.T) (*mover, *esdbtest.Cluster, string) {
	t.Helper()
	cluster, remote := servers(t)
	m := &mover{newKill(t), os.Environ()}
	m.session(m.env, "before-it-is-deleted")
	was := m.state()
	m.env = remote
	m.must("migrate", "--from", "sqlite", "--to", "esdb")
	return m, cluster, was
}

// TestMigrateFromWhereNobodyHasATurn moves a record away from servers on which
// somebody deleted for good whose turn it is. A node that still runs ends.
func TestMigrateFromWhereNobodyHasATurn(t *testing.T) {
	t.Parallel()
	m, cluster, was := movedToServers(t)
	cluster.Delete("rapporteur=publish", true)
	other := &mover{&kill{t: t, program: m.program, data: filepath.Join(t.TempDir(), "other")}, m.env}
	if err := os.Mkdir(other.data, 0o700); err != nil {
		t.Fatal(err)
	}
	mountAll(t, m.data, other.data)
	node := other.upIn(m.env)
	t.Cleanup(func() { node.cmd.Process.Kill() })
	m.must("migrate", "--from", "esdb", "--to", "sqlite")
	if err := await.End(t, node.cmd, "the node"); err == nil {
		t.Error("a node that still ran stopped as if it had been told to")
	}
	other.refused("was moved away from these servers", "serve", "--listen", "127.0.0.1:0")
	m.env = os.Environ()
	if m.state() != was {
		t.Error("back it is another record")
	}
}

// TestMigrateFromWhereNodesCannotAgree moves a record away from servers on which
// somebody deleted for good what nodes agree on.
func TestMigrateFromWhereNodesCannotAgree(t *testing.T) {
	t.Parallel()
	m, cluster, was := movedToServers(t)
	cluster.Delete("rapporteur=agreement", false)
	m.refused("its metadata has $tb", "migrate", "--from", "esdb", "--to", "sqlite")
	m.refused("migrate: stream rapporteur=agreement", "migrate", "--from", "esdb", "--to", "sqlite", "--undo", "US")
	cluster.Delete("rapporteur=agreement", true)
	node := m.upIn(m.env)
	awaitCheck(t, node.address, isDegraded, "events", "nothing is recorded")
	ended(t, node, os.Kill) // it cannot publish, and would say so
	if m.state() != was {
		t.Error("what is on the servers is another record")
	}
	m.must("migrate", "--from", "esdb", "--to", "sqlite")
	m.env = os.Environ()
	if m.state() != was {
		t.Error("back it is another record")
	}
	m.session(m.env, "it-goes-on-here-again")
}
