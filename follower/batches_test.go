package follower

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
)

// breaking is a store whose reading of all records ends with a fault after some.
type breaking struct {
	eventstore.Store
	after *int // records that may still be read; below zero: any number
}

var errBroken = errors.New("the line went dead")

func (b breaking) All(ctx context.Context, after eventstore.Position) iter.Seq2[eventstore.Record, error] {
	return func(yield func(eventstore.Record, error) bool) {
		for r, err := range b.Store.All(ctx, after) {
			if *b.after == 0 {
				yield(eventstore.Record{}, errBroken)
				return
			}
			*b.after--
			if !yield(r, err) {
				return
			}
		}
	}
}

// stores are stores with gaps between positions, and without.
func stores(t *testing.T) map[string]eventstore.Store {
	t.Helper()
	file, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "events.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return map[string]eventstore.Store{"gaps": new(memstore.Store), "dense": &memstore.Store{Step: 1}, "a file": file}
}

// Whatever the size of a batch, and wherever a batch ends, breaks off or is gone
// on with after a restart: every record is numbered once, in its order, and read
// as it was numbered.
func TestBatches(t *testing.T) {
	for name, st := range stores(t) {
		for _, size := range []int{1, 3} {
			if name == "a file" && size == 1 {
				continue // each batch is a transaction
			}
			t.Run(fmt.Sprintf("%s in batches of %d", name, size), func(t *testing.T) {
				path, n := filepath.Join(t.TempDir(), "log.db"), 0
				if head, err := st.Head(t.Context()); err != nil || head > 0 {
					n = counted(t, st)
				}
				for _, more := range []int{0, size - 1, size, size + 1, 2*size + 1} {
					fillStore(t, st, n, n+more)
					n += more
					left := -1
					for i := range size + 2 { // it breaks off after each number of records, then goes on
						if left = i; i == size+1 {
							left = -1
						}
						f := open(t, path, breaking{st, &left})
						f.Batch = size
						if err := f.CatchUp(t.Context()); err != nil && !errors.Is(err, errBroken) {
							t.Fatal(err)
						}
						if err := f.Close(); err != nil {
							t.Fatal(err)
						}
					}
					inOrder(t, st, path, size, n)
				}
			})
		}
	}
}

func counted(t *testing.T, st eventstore.Store) (n int) {
	t.Helper()
	for _, err := range st.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// inOrder checks that the log at path has the n records of a store as they
// stand there, however it is read: by a follower that has just numbered them,
// and by one that has nothing in memory.
func inOrder(t *testing.T, st eventstore.Store, path string, size, n int) {
	t.Helper()
	var ids []string
	for r, err := range st.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
	}
	fresh := open(t, filepath.Join(t.TempDir(), "log.db"), st) // in batches of 2,000, and all in memory
	if err := fresh.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	cold := open(t, path, st)
	cold.Batch = size
	if cold.Size() != int64(n) || len(ids) != n {
		t.Fatalf("%d records are numbered, and the store has %d of %d", cold.Size(), len(ids), n)
	}
	_, want := fresh.Head()
	if _, root := cold.Head(); root != want {
		t.Errorf("the root over %d records depends on the size of batches", n)
	}
	if err := errors.Join(cold.CheckTree(t.Context()), cold.CheckEdge(t.Context())); err != nil {
		t.Error(err)
	}
	for who, f := range map[string]*Follower{"in memory": fresh, "on disk": cold} {
		for from := range n + 1 {
			var got []string
			next := int64(from)
			for facts, err := range f.From(t.Context(), next) {
				if err != nil {
					t.Fatal(err)
				}
				if len(facts) > f.most() {
					t.Fatalf("a batch of %d, at most %d", len(facts), f.most())
				}
				for _, x := range facts {
					if x.Index != next {
						t.Fatalf("%s, from %d: index %d came where %d should: a record was skipped, doubled or reordered", who, from, x.Index, next)
					}
					got, next = append(got, x.ID), next+1
				}
			}
			if !slices.Equal(got, ids[from:]) {
				t.Fatalf("%s, from %d: it gave %q, the store has %q", who, from, got, ids[from:])
			}
		}
	}
	var leaves []tlog.Hash
	for i, id := range ids {
		x, err := cold.At(t.Context(), int64(i))
		if err != nil || x.ID != id {
			t.Fatalf("index %d is record %s, want %s (%v)", i, x.ID, id, err)
		}
		if at, err := cold.Index(t.Context(), id); err != nil || at != int64(i) {
			t.Fatalf("record %s has the index %d, want %d (%v)", id, at, i, err)
		}
		leaves = append(leaves, x.Leaf)
	}
	if root := merkle(leaves); n > 0 && root != want {
		t.Errorf("the root over %d records is not the one of their leaves", n)
	}
}
