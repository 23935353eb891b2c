package projections

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/domaintest"
	"github.com/rapporteur-project/rapporteur/domain/walks"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
)

// A life is the random walk of one aggregate, as it stands in the log.
type life struct {
	walks.Walker
	id     domain.ID
	steps  []domaintest.Step // still to be recorded
	events []lived           // recorded
}

// lived is a recorded event of a life, and the state that follows from folding
// the events up to it.
type lived struct {
	index int64
	name  string
	state any
}

// at returns the state as of an index; nil before the first event.
func (l *life) at(index int64) any {
	var state any
	for _, e := range l.events {
		if e.index <= index {
			state = e.state
		}
	}
	return state
}

// now returns the state after the last event; nil if there is none.
func (l *life) now() any { return l.at(open) }

const (
	livesOfEach = 5  // aggregates of each kind in one log
	commands    = 75 // that the longest is sent
)

// walked records the lives of some aggregates of every kind, all at the same
// time, and returns the read models of that record.
func walked(t *testing.T, seed int) (*Engine, []*life) {
	t.Helper()
	all := rapid.Custom(func(r *rapid.T) []*life {
		var all []*life
		for _, w := range walks.All {
			for n := range livesOfEach {
				id := domain.ID(fmt.Sprintf("%s_%s%d", w.Name(), "walk", n))
				all = append(all, &life{Walker: w, id: id, steps: w.Walk(r, id, commands*(n+1)/livesOfEach)}) // some end early
			}
		}
		return all
	}).Example(seed)
	st, chance, index := new(memstore.Store), rand.New(rand.NewPCG(uint64(seed), 8)), int64(0)
	for waiting := all; len(waiting) > 0; {
		i := chance.IntN(len(waiting))
		if len(waiting[i].steps) == 0 {
			waiting = append(append([]*life{}, waiting[:i]...), waiting[i+1:]...)
			continue
		}
		index = waiting[i].record(t, st, index)
	}
	dir := t.TempDir()
	return opened(t, &Engine{Log: logOf(t, dir, st), Path: filepath.Join(dir, "readmodel.db"), All: All()}), all
}

// record appends the next step of l at an index and returns the index after it.
func (l *life) record(t *testing.T, st eventstore.Store, index int64) int64 {
	t.Helper()
	s := l.steps[0]
	l.steps = l.steps[1:]
	meta, err := json.Marshal(domain.Meta{Actor: s.Cause.By, Key: fmt.Sprintf("key at %d", index), Hash: "h"})
	if err != nil {
		t.Fatal(err)
	}
	var recs []eventstore.Record
	version := int64(len(l.events))
	for i, e := range s.Events {
		data, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		recs = append(recs, eventstore.Record{ID: fmt.Sprintf("00000000-0000-8000-8000-%012d", index), Type: e.EventType(), Data: data, Meta: meta, Salt: make([]byte, 32), At: s.Cause.At.UTC().Truncate(time.Millisecond)})
		l.events = append(l.events, lived{index, e.EventType(), s.States[i]})
		index++
	}
	if err := st.Append(t.Context(), l.Name()+"-"+string(l.id), version, recs...); err != nil {
		t.Fatal(err)
	}
	return index
}

// The read models of random walks say what the domain says: of every aggregate,
// after each of its events and before it, and of all that depends on the time.
func TestWalkedRecord(t *testing.T) {
	rows, clocks := map[string]int{}, everyClock()
	for seed := range 8 {
		e, lives := walked(t, seed)
		checkHistories(t, e, rows)
		checkFolds(t, e, lives)
		checkClocks(t, e, lives, clocks)
		checkTimes(t, e)
	}
	for table, n := range rows {
		if n == 0 {
			t.Errorf("no walk puts a row into %s: its history was not tried", table)
		}
	}
	if len(rows) < 30 {
		t.Fatalf("found only %d histories: this test looks in the wrong place", len(rows))
	}
	for _, c := range clocks {
		if c.times == 0 {
			t.Errorf("%s: there never are any, so nothing was compared", c.what)
		}
	}
}
