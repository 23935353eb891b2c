package projections

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/follower"
)

// A feed is a store that a test fills event by event, from index 0 on.
type feed struct {
	store    memstore.Store
	versions map[string]int64
	next     int64              // index
	log      *follower.Follower // of store, once engine was called
}

// add stores an event of an aggregate and returns its index.
func (f *feed) add(t testing.TB, category string, id domain.ID, at time.Time, e domain.Event) int64 {
	t.Helper()
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	meta, err := json.Marshal(domain.Meta{Actor: domain.Actor{Capacity: domain.System}, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	if f.versions == nil {
		f.versions = map[string]int64{}
	}
	stream := category + "-" + string(id)
	r := eventstore.Record{ID: fmt.Sprintf("record-%06d", f.next), Type: e.EventType(), At: at, Salt: make([]byte, 32), Data: data, Meta: meta}
	if err := f.store.Append(t.Context(), stream, f.versions[stream], r); err != nil {
		t.Fatal(err)
	}
	f.versions[stream]++
	f.next++
	return f.next - 1
}

// engine builds read models of all that was added. Every projection must follow.
func (f *feed) engine(t testing.TB, all ...Projection) *Engine {
	t.Helper()
	dir := t.TempDir()
	log, err := follower.Open(t.Context(), filepath.Join(dir, "log.db"), &f.store)
	if err != nil {
		t.Fatal(err)
	}
	if err := log.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.log = log
	e := &Engine{Log: log, Path: filepath.Join(dir, "readmodel.db"), All: all}
	if err := e.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, c := range e.Certificates() {
		if c.Failed != "" {
			t.Fatalf("projection %s: %s", c.Name, c.Failed)
		}
	}
	return e
}

// viewers lists readers of every sort, by what a failing test calls them:
// those who act for the entities given, staff, and the public.
func viewers(entities ...domain.ID) map[string]domain.Viewer {
	holding := func(e domain.ID, c domain.Capacity) domain.Viewer {
		return domain.Viewer{Person: "per_viewer", Holds: []domain.Holding{{Entity: e, Capacity: c}}}
	}
	all := map[string]domain.Viewer{"the public": {}, "somebody signed in": {Person: "per_viewer"}}
	for _, c := range domain.Capacities {
		all["staff as "+string(c)] = holding("ent_secretariat", c)
	}
	for _, e := range entities {
		all["for "+string(e)] = holding(e, domain.Stakeholder)
		all["mission of "+string(e)] = holding(e, domain.StateMission)
		all["staff lent to "+string(e)] = holding(e, domain.Editor)
	}
	return all
}
