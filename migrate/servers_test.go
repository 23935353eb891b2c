package migrate

import (
	"errors"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
)

// TestServersAndBack carries a record from SQLite to servers and back, while
// others write there, answers are lost and the leader moves: the log has the
// same root everywhere.
func TestServersAndBack(t *testing.T) {
	from, back := sqlite(t), sqlite(t)
	fill(t, from, 300)
	cluster := esdbtest.Start(t, esdbtest.Config{Nodes: 3, Lag: 4})
	servers, err := esdbstore.Open(t.Context(), esdbstore.Config{URL: esdbstore.URL(cluster.URL())})
	if err != nil {
		t.Fatal(err)
	}
	defer servers.Close()
	n := 0
	cluster.Befall(func() (bool, error) {
		if n++; n%7 == 3 || n%7 == 5 {
			return n%7 == 3, errors.New("lost")
		}
		return true, nil
	})
	meanwhile := func(done int64) {
		cluster.Foreign("other-1", 3)
		if done%40 == 0 {
			cluster.Move()
		}
	}
	for _, leg := range [][2]eventstore.Store{{from, servers}, {from, servers}, {servers, back}} {
		if n, err := (&Move{From: leg[0], To: leg[1], Done: meanwhile}).Run(t.Context()); n != 300 || err != nil {
			t.Fatalf("Run = %d, %v", n, err)
		}
	}
	want := root(t, from)
	for name, st := range map[string]eventstore.Store{"on the servers": servers, "back again": back} {
		if got := root(t, st); got != want {
			t.Errorf("the log is %s %s, and was %s", got, name, want)
		}
	}
}
