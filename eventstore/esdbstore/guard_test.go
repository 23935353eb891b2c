package esdbstore_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

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
	r := started(t, s)
	for i := range n {
		put(t, s, "a-1", int64(i), record())
	}
	return r
}

// started runs a store.
func started(t *testing.T, s *esdbstore.Store) running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	over, wake := make(chan error, 1), s.Wake(ctx)
	go func() { over <- s.Run(ctx) }()
	<-wake // it rings once it has subscribed
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
		"one who deletes":  {esdbtest.Config{Accounts: accounts, Deletes: true}, "rapporteur", "may delete streams,"},
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
