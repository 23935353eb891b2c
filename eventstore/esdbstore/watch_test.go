package esdbstore_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
)

// TestCheckpoints has the guard hear how far the server is where no event stands
// yet. It goes on from there after a start, and sees what comes to stand there.
func TestCheckpoints(t *testing.T) {
	cluster, config := start(t, esdbtest.Config{})
	cluster.Foreign("other-1", 497) // and three of the server's own: the log ends where it says how far it is
	s, err := esdbstore.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	s.SaveAlways()
	first := started(t, s)
	await(t, "how far the server is", func() bool { return s.GuardAt() > 0 })
	first.end()
	again := begin(t, config, 0)
	put(t, again, "a-1", 0, record())
	await(t, "the record", func() bool { n, err := read(t, again, 0); return n == 1 && err == nil })
	again.end()
	if err := again.Fault(); err != nil {
		t.Errorf("nobody touched anything: %v", err)
	}
}

// TestCheckpointsPassNothing has an administrator cut a stream right where the
// guard heard that the server is.
func TestCheckpointsPassNothing(t *testing.T) {
	cluster, config := start(t, esdbtest.Config{})
	cluster.Foreign("other-1", 497)
	s, err := esdbstore.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	s.SaveAlways()
	first := started(t, s)
	await(t, "how far the server is", func() bool { return s.GuardAt() > 0 })
	first.end()
	cluster.SetMetadata("rapporteur:a-1", `{"$maxCount":1}`)
	again := begin(t, config, 0)
	await(t, "the breach", func() bool { return again.Fault() != nil })
	wantStopped(t, again.Store, "$maxCount")
}

// readAll reads all records, of which there are n, and returns where they end.
func readAll(t *testing.T, s eventstore.Store, n int) eventstore.Position {
	t.Helper()
	if got, err := read(t, s, 0); got != n || err != nil {
		t.Fatal(got, err)
	}
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return head
}

// TestOtherLog puts another log in place of the one that was read: an older
// backup, one that has grown since, and one with another event in the place.
func TestOtherLog(t *testing.T) {
	for name, do := range map[string]func(*testing.T, *esdbtest.Cluster){
		"an older backup":  func(t *testing.T, c *esdbtest.Cluster) { c.Restore(2) },
		"one grown since":  func(t *testing.T, c *esdbtest.Cluster) { c.Restore(2); c.Foreign("other-1", 40) },
		"another event":    func(t *testing.T, c *esdbtest.Cluster) { c.Tamper("rapporteur:a-1", []byte(`{}`), uuid.New()) },
		"an empty log":     func(t *testing.T, c *esdbtest.Cluster) { c.Restore(5); c.Foreign("other-1", 40) },
		"others' in place": func(t *testing.T, c *esdbtest.Cluster) { c.Restore(1); c.Foreign("other-1", 40) },
	} {
		t.Run(name, func(t *testing.T) {
			cluster, config := start(t, esdbtest.Config{})
			config.Patience = 200 * time.Millisecond
			s := begin(t, config, 5)
			head := readAll(t, s, 5)
			await(t, "the guard", func() bool { return s.GuardAt() >= head })
			s.end()
			do(t, cluster)
			reader := begin(t, withState(t, config), 0) // the reader's position is all that it knows
			reader.end()
			again := begin(t, config, 0)
			await(t, "the doubt", func() bool { return again.Fault() != nil })
			wantStopped(t, again.Store, "in place?")
			if n, err := read(t, again, head); name != "another event" && err == nil {
				t.Errorf("a reader went on from its position, and saw %d records", n)
			}
			again.end()
		})
	}
}

// TestOtherLogMeanwhile does it under a store that has read and goes on.
func TestOtherLogMeanwhile(t *testing.T) {
	cluster, config := start(t, esdbtest.Config{})
	config.Patience = 200 * time.Millisecond
	s := begin(t, config, 5)
	head := readAll(t, s, 5)
	cluster.Restore(1)
	other := begin(t, withState(t, config), 0)
	put(t, other, "a-1", 4, record())
	put(t, other, "a-1", 5, record())
	if n, err := read(t, s, head); err == nil {
		t.Errorf("it went on from a position at which another record stands now, and saw %d", n)
	}
	wantStopped(t, s.Store, "in place?")
}

// TestState keeps the guard's state of one installation from another, and from
// what is none.
func TestState(t *testing.T) {
	_, config := start(t, esdbtest.Config{})
	s := begin(t, config, 2)
	await(t, "the guard", func() bool { return s.GuardAt() > 0 })
	s.end()
	if _, err := os.Stat(config.State); err != nil {
		t.Fatal(err)
	}
	config.Name = "another"
	if _, err := esdbstore.Open(t.Context(), config); err == nil || !strings.Contains(err.Error(), "another installation") {
		t.Errorf("with another's state: %v", err)
	}
	config.Name, config.State = "Rapporteur:", ""
	if _, err := esdbstore.Open(t.Context(), config); err == nil {
		t.Error("a name was taken that others' names may begin with")
	}
	config.Name, config.State = "", filepath.Join(t.TempDir(), "guard.json")
	if err := os.WriteFile(config.State, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := esdbstore.Open(t.Context(), config); err == nil {
		t.Error("half a state was taken")
	}
}
