package esdbstore_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
	"github.com/rapporteur-project/rapporteur/eventstore/storetest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what the client says of nodes that are killed
	os.Exit(m.Run())
}

// open opens a store and runs it until the test ends.
func open(t *testing.T, c esdbstore.Config) *esdbstore.Store {
	t.Helper()
	s, err := esdbstore.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	run(t, s)
	return s
}

// run runs s until the test ends, and closes it.
func run(t *testing.T, s *esdbstore.Store) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(func() {
		cancel()
		wg.Wait()
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
}

// clusters are those that every store must live on.
var clusters = map[string]esdbtest.Config{
	"one node":                 {},
	"one node that forgets":    {Forgets: true},
	"three nodes":              {Nodes: 3, Lag: 4},
	"three nodes with account": {Nodes: 3, Lag: 4, Accounts: map[string]string{"rapporteur": "geheim+1"}},
}

func start(t *testing.T, c esdbtest.Config) (*esdbtest.Cluster, esdbstore.Config) {
	t.Helper()
	cluster := esdbtest.Start(t, c)
	url := cluster.URL()
	if len(c.Accounts) > 0 {
		url = cluster.URL("rapporteur")
	}
	return cluster, esdbstore.Config{URL: esdbstore.URL(url), State: filepath.Join(t.TempDir(), "guard.json")}
}

func TestContract(t *testing.T) {
	for name, c := range clusters {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) eventstore.Store {
				_, config := start(t, c)
				return open(t, config)
			})
		})
	}
}

// TestFaults has every append fail as the fault table says, in all the ways in
// which calls fail, and leaves it to the caller to repeat it.
func TestFaults(t *testing.T) {
	for name, c := range clusters {
		t.Run(name, func(t *testing.T) {
			storetest.RunFaults(t, func(t *testing.T, fault storetest.Fault) eventstore.Store {
				cluster, config := start(t, c)
				config.Once = true
				s := open(t, config)
				cluster.Befall(esdbtest.Fault(fault))
				return s
			})
		})
	}
}
