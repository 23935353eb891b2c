package conformance

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/storetest"
)

const variable = "RAPPORTEUR_TEST_ESDB"

// TestMain has the program that make esdb-conformance builds want a cluster:
// there, leaving every test out is no success.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "esdb-conformance.test" && os.Getenv(variable) == "" {
		fmt.Fprintln(os.Stderr, variable+" must name a cluster, such as esdb://rapporteur:PASSWORD@node1:2113?tlsCaFile=ca.crt")
		os.Exit(2)
	}
	os.Exit(m.Run())
}

// cluster names the cluster. Without one there is nothing to try this on; the
// double in esdbtest is tried by the tests beside the adapter, everywhere.
func cluster(t *testing.T) esdbstore.URL {
	t.Helper()
	url := os.Getenv(variable)
	if url == "" {
		t.Skip(variable + " names no cluster")
	}
	return esdbstore.URL(url)
}

// empty opens a store under a name that nobody has used.
func empty(t *testing.T) *esdbstore.Store {
	t.Helper()
	name := "rapporteur-test-" + strings.ToLower(rand.Text()[:16])
	s, err := esdbstore.Open(t.Context(), esdbstore.Config{URL: cluster(t), Name: name, Unguarded: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
		if err := errors.Join(s.Fault(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestContract(t *testing.T) {
	cluster(t)
	storetest.Run(t, func(t *testing.T) eventstore.Store { return empty(t) })
}

func TestRegister(t *testing.T) {
	cluster(t)
	storetest.RunRegister(t, func(t *testing.T) eventstore.Register { return empty(t).Register() })
}

func TestLinear(t *testing.T) {
	cluster(t)
	storetest.RunLinear(t, func(t *testing.T) eventstore.Store { return empty(t) }, nil)
}

// TestWakesForOthers has one store wake readers of another.
func TestWakesForOthers(t *testing.T) {
	url := cluster(t)
	s := empty(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	wake := s.Wake(ctx)
	other, err := esdbstore.Open(ctx, esdbstore.Config{URL: url, Name: s.Name(), Unguarded: true})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	id := "00000000-0000-8000-8000-00000000000a"
	r := eventstore.Record{ID: id, Type: "thing.happened", At: time.Now(), Salt: []byte{1}, Data: []byte("{}"), Meta: []byte("{}")}
	if err := other.Append(ctx, "a-1", 0, r); err != nil {
		t.Fatal(err)
	}
	select {
	case <-wake:
	case <-ctx.Done():
		t.Error("the append of another woke nobody")
	}
}

// TestGuarded proves that the cluster refuses the account what could harm a
// record.
func TestGuarded(t *testing.T) {
	s, err := esdbstore.Open(t.Context(), esdbstore.Config{URL: cluster(t), Name: "rapporteur-test-guarded"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Fault(); err != nil {
		t.Error(err)
	}
}
