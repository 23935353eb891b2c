package esdbstore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
)

// await waits until done, and lets others run meanwhile.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for !done() {
		if ctx.Err() != nil {
			t.Fatalf("never came: %s", what)
		}
		runtime.Gosched()
	}
}

// read reads everything and returns how it ended.
func read(t *testing.T, s eventstore.Store, after eventstore.Position) (n int, err error) {
	t.Helper()
	for _, err := range s.All(t.Context(), after) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// wantStopped asks that s writes nothing any more, and says why.
func wantStopped(t *testing.T, s *esdbstore.Store, why string) {
	t.Helper()
	if err := s.Fault(); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("Fault = %v; want one that says %q", err, why)
	}
	err := s.Append(t.Context(), "z-1", 0, record())
	if err == nil || errors.Is(err, eventstore.ErrConflict) || !strings.Contains(err.Error(), "operator") {
		t.Errorf("Append = %v; want a refusal", err)
	}
}

// TestBreaches has an administrator do to the record what servers let them do.
// The guard sees it as it happens, and after a start if it happened before.
func TestBreaches(t *testing.T) {
	for name, c := range map[string]struct {
		do  func(*esdbtest.Cluster)
		why string
	}{
		"$maxCount":     {func(c *esdbtest.Cluster) { c.SetMetadata("rapporteur:a-1", `{"$maxCount":1}`) }, "$maxCount"},
		"$maxAge":       {func(c *esdbtest.Cluster) { c.SetMetadata("rapporteur:a-1", `{"$maxAge":60}`) }, "$maxAge"},
		"$tb":           {func(c *esdbtest.Cluster) { c.SetMetadata("rapporteur:a-1", `{"x":1,"$tb":2}`) }, "$tb"},
		"$acl":          {func(c *esdbtest.Cluster) { c.SetMetadata("rapporteur:a-1", `{"$acl":{"$d":"$all"}}`) }, "$acl"},
		"no metadata":   {func(c *esdbtest.Cluster) { c.SetMetadata("rapporteur:a-1", `nonsense`) }, "cannot be read"},
		"soft deletion": {func(c *esdbtest.Cluster) { c.Delete("rapporteur:a-1", false) }, "$tb"},
		"tombstone":     {func(c *esdbtest.Cluster) { c.Delete("rapporteur:a-1", true) }, "deleted for good"},
	} {
		for _, when := range []string{"while it runs", "while it is down"} {
			t.Run(name+" "+when, func(t *testing.T) {
				cluster, config := start(t, three)
				first := begin(t, config, 5)
				if when == "while it is down" {
					first.end()
					c.do(cluster)
					first = begin(t, config, 0)
				} else {
					c.do(cluster)
				}
				await(t, "the breach", func() bool { return first.Fault() != nil })
				wantStopped(t, first.Store, c.why)
				first.end()
				again := begin(t, config, 0) // it is known before anything was looked at
				wantStopped(t, again.Store, c.why)
				again.end()
			})
		}
	}
}

// A running is a store that runs until it is ended.
type running struct {
	*esdbstore.Store
	end func()
}

// begin opens and runs a store, and appends n records to a-1.
func begin(t *testing.T, config esdbstore.Config, n int) running {
	t.Helper()
	s, err := esdbstore.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	over, wake := make(chan error, 1), s.Wake(ctx)
	go func() { over <- s.Run(ctx) }()
	for i := range n {
		put(t, s, "a-1", int64(i), record())
	}
	<-wake // Run rings once it has subscribed
	ended := false
	end := func() {
		if ended {
			return
		}
		ended = true
		cancel()
		if err := errors.Join(<-over, s.Close()); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(end)
	return running{s, end}
}

// TestPutRight has an administrator take back what was done: then recording goes on.
func TestPutRight(t *testing.T) {
	cluster, config := start(t, three)
	s := begin(t, config, 3)
	cluster.SetMetadata("rapporteur:a-1", `{"$maxCount":1}`)
	cluster.SetMetadata("rapporteur:b-1", `{"$tb":1}`)
	await(t, "both breaches", func() bool { f := s.Fault(); return f != nil && strings.Contains(f.Error(), "more") })
	cluster.SetMetadata("rapporteur:a-1", `{}`)
	cluster.SetMetadata("rapporteur:b-1", `{"note":"sorry"}`)
	await(t, "the end of it", func() bool { return s.Fault() == nil })
	put(t, s, "a-1", 3, record())
}

// TestNotOurs has an administrator do the same to streams of others.
func TestNotOurs(t *testing.T) {
	cluster, config := start(t, three)
	s := begin(t, config, 3)
	cluster.Foreign("other-1", 3)
	cluster.SetMetadata("other-1", `{"$maxCount":1}`)
	cluster.Delete("other-1", true)
	cluster.SetMetadata("rapporteur", `{"$maxCount":1}`)
	put(t, s, "a-1", 3, record())
	await(t, "the wake-up", func() bool { n, err := read(t, s, 0); return n == 4 && err == nil })
	if err := s.Fault(); err != nil {
		t.Error(err)
	}
}

// TestCutStreams reads streams that were cut, with nobody guarding.
func TestCutStreams(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*esdbtest.Cluster)
		read func(*testing.T, *esdbstore.Store) error
		why  string
	}{
		"a stream cut at its beginning": {
			func(c *esdbtest.Cluster) { c.SetMetadata("rapporteur:a-1", `{"$maxCount":2}`) },
			func(t *testing.T, s *esdbstore.Store) (err error) {
				for _, err = range s.Stream(t.Context(), "a-1", 0) {
				}
				return err
			}, "version 4 follows 0",
		},
		"a tombstone": {
			func(c *esdbtest.Cluster) { c.Delete("rapporteur:a-1", true) },
			func(t *testing.T, s *esdbstore.Store) (err error) {
				for _, err = range s.Stream(t.Context(), "a-1", 0) {
				}
				return err
			}, "deleted for good",
		},
		"an append to a tombstone": {
			func(c *esdbtest.Cluster) { c.Delete("rapporteur:a-1", true) },
			func(t *testing.T, s *esdbstore.Store) error { return s.Append(t.Context(), "a-1", 5, record()) },
			"deleted for good",
		},
		"a scavenged order": {
			func(c *esdbtest.Cluster) { c.SetMetadata("rapporteur:a-1", `{"$tb":3}`); c.Scavenge() },
			func(t *testing.T, s *esdbstore.Store) error { _, err := read(t, s, 0); return err },
			"version 4 follows 0",
		},
		"a record that is none of ours": {
			func(c *esdbtest.Cluster) { c.Foreign("rapporteur:b-1", 1) },
			func(t *testing.T, s *esdbstore.Store) error { _, err := read(t, s, 0); return err },
			"not as Rapporteur writes them",
		},
	} {
		t.Run(name, func(t *testing.T) {
			cluster, config := start(t, three)
			begin(t, config, 5).end()
			c.do(cluster)
			s, err := esdbstore.Open(t.Context(), withState(t, config)) // looks for itself alone
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := c.read(t, s); err == nil {
				t.Error("it was read as if nothing were")
			}
			wantStopped(t, s, c.why)
		})
	}
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
			if n, err := read(t, s, 0); n != 5 || err != nil {
				t.Fatal(n, err)
			}
			head, err := s.Head(t.Context())
			if err != nil {
				t.Fatal(err)
			}
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
	if n, err := read(t, s, 0); n != 5 || err != nil {
		t.Fatal(n, err)
	}
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cluster.Restore(1)
	other := begin(t, withState(t, config), 0)
	put(t, other, "a-1", 4, record())
	put(t, other, "a-1", 5, record())
	if n, err := read(t, s, head); err == nil {
		t.Errorf("it went on from a position at which another record stands now, and saw %d", n)
	}
	wantStopped(t, s.Store, "in place?")
}

// TestSelfTest opens stores with accounts that may too much, and too little.
func TestSelfTest(t *testing.T) {
	accounts := map[string]string{"rapporteur": "geheim", "admin": "changeit"}
	for name, c := range map[string]struct {
		cluster esdbtest.Config
		as      string
		why     string // empty if it is in order
	}{
		"as told":          {esdbtest.Config{Accounts: accounts, Admins: []string{"admin"}}, "rapporteur", ""},
		"an administrator": {esdbtest.Config{Accounts: accounts, Admins: []string{"admin"}}, "admin", "write metadata"},
		"as shipped":       {esdbtest.Config{Accounts: accounts, Shipped: true}, "rapporteur", "write metadata"},
		"insecure":         {esdbtest.Config{Insecure: true}, "", "write metadata"},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := esdbtest.Start(t, c.cluster)
			config := esdbstore.Config{URL: esdbstore.URL(cluster.URL())}
			if c.as != "" {
				config.URL = esdbstore.URL(cluster.URL(c.as))
			}
			s := open(t, config)
			if c.why == "" {
				put(t, s, "a-1", 0, record())
			} else {
				wantStopped(t, s, c.why)
				config.Unguarded = true
				put(t, open(t, config), "a-1", 0, record())
			}
			if n, err := read(t, s, 0); n != 1 && c.why == "" || err != nil {
				t.Errorf("%d records, %v", n, err)
			}
		})
	}
	cluster := esdbtest.Start(t, esdbtest.Config{Accounts: accounts})
	wrong := strings.Replace(cluster.URL("rapporteur"), "geheim", "guess", 1)
	if _, err := esdbstore.Open(t.Context(), esdbstore.Config{URL: esdbstore.URL(wrong)}); err == nil || strings.Contains(err.Error(), "guess") {
		t.Errorf("with a wrong password: %v", err)
	}
}

// TestState keeps the guard's state of one installation from another, and from
// what is none.
func TestState(t *testing.T) {
	_, config := start(t, esdbtest.Config{})
	begin(t, config, 2).end()
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
