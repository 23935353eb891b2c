package follower

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	_ "modernc.org/sqlite"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

func record(n int) eventstore.Record {
	return eventstore.Record{
		ID:   fmt.Sprintf("00000000-0000-8000-8000-%012d", n),
		Type: "thing.happened",
		At:   time.Date(2020, 3, 4, 10, 0, 0, n*int(time.Millisecond), time.UTC),
		Salt: []byte(strings.Repeat("s", 32)),
		Data: fmt.Appendf(nil, `{"n":%d}`, n),
		Meta: fmt.Appendf(nil, `{"person":"per_%d","key":"k%d"}`, n%3, n),
	}
}

func fillStore(t *testing.T, st eventstore.Store, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		if err := st.Append(t.Context(), fmt.Sprintf("thing-%d", n), 0, record(n)); err != nil {
			t.Fatal(err)
		}
	}
}

func open(t *testing.T, path string, st eventstore.Store) *Follower {
	t.Helper()
	f, err := Open(t.Context(), path, st)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestRoots compares the root at every size with the recursive definition of
// RFC 6962, written out here.
func TestRoots(t *testing.T) {
	st := new(memstore.Store)
	fillStore(t, st, 0, 70)
	f := open(t, filepath.Join(t.TempDir(), "log.db"), st)
	if err := f.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	var leaves []tlog.Hash
	for facts, err := range f.From(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range facts {
			leaves = append(leaves, x.Leaf)
		}
	}
	for size := range len(leaves) + 1 {
		got, err := f.Root(t.Context(), int64(size))
		if err != nil {
			t.Fatal(err)
		}
		if want := merkle(leaves[:size]); got != want {
			t.Fatalf("root at %d is %s, want %s", size, got, want)
		}
	}
}

func merkle(leaves []tlog.Hash) tlog.Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	l, r := merkle(leaves[:k]), merkle(leaves[k:])
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

// TestTwoBuilds numbers the same store twice, at once and in steps with
// restarts between: the same roots come out.
func TestTwoBuilds(t *testing.T) {
	st, dir := new(memstore.Store), t.TempDir()
	steps := filepath.Join(dir, "steps.db")
	for n := 0; n < 30; n += 7 {
		fillStore(t, st, n, n+7)
		f, err := Open(t.Context(), steps, st)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	one, two := open(t, filepath.Join(dir, "one.db"), st), open(t, steps, st)
	if err := one.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if one.Size() != two.Size() {
		t.Fatalf("sizes %d and %d", one.Size(), two.Size())
	}
	for size := range one.Size() + 1 {
		a, err := one.Root(t.Context(), size)
		b, err2 := two.Root(t.Context(), size)
		if err := errors.Join(err, err2); err != nil || a != b {
			t.Fatalf("roots at %d: %s and %s, %v", size, a, b, err)
		}
	}
}

// changed shows a store's records as somebody has changed them behind its back.
type changed struct {
	eventstore.Store
	records []eventstore.Record
}

func (c changed) All(_ context.Context, after eventstore.Position) iter.Seq2[eventstore.Record, error] {
	return func(yield func(eventstore.Record, error) bool) {
		for _, r := range c.records {
			if r.Position > after && !yield(r, nil) {
				return
			}
		}
	}
}

// TestTampering changes what was numbered, and reading it again says where.
func TestTampering(t *testing.T) {
	st, path := new(memstore.Store), filepath.Join(t.TempDir(), "log.db")
	fillStore(t, st, 0, 9)
	f := open(t, path, st)
	if err := f.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.Close()
	var all []eventstore.Record
	for r, err := range st.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	with := func(change func([]eventstore.Record) []eventstore.Record) []eventstore.Record {
		return change(append([]eventstore.Record(nil), all...))
	}
	tests := []struct {
		name, says string
		records    []eventstore.Record
	}{
		{"untouched", "", all},
		{"one byte of data", "index 4", with(func(r []eventstore.Record) []eventstore.Record { r[4].Data = []byte(`{"n":5}`); return r })},
		{"another type", "index 4", with(func(r []eventstore.Record) []eventstore.Record { r[4].Type = "thing.undone"; return r })},
		{"another time", "index 4", with(func(r []eventstore.Record) []eventstore.Record { r[4].At = r[5].At; return r })},
		{"dropped", "index 4", with(func(r []eventstore.Record) []eventstore.Record { return append(r[:4], r[5:]...) })},
		{"swapped", "index 4", with(func(r []eventstore.Record) []eventstore.Record {
			r[4], r[5] = r[5], r[4]
			r[4].Position, r[5].Position = r[5].Position, r[4].Position
			return r
		})},
		{"tail cut off", "index 7", with(func(r []eventstore.Record) []eventstore.Record { return r[:7] })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := open(t, path, changed{st, tt.records})
			var got error
			for _, err := range f.From(t.Context(), 0) {
				got = err
			}
			if tt.says == "" && got != nil || tt.says != "" && (got == nil || !strings.Contains(got.Error(), tt.says)) {
				t.Errorf("reading gave %v, want %q", got, tt.says)
			}
		})
	}
}

// TestIndexAndKeys finds records by id, waits for one to come, and knows where
// a key was first used.
func TestIndexAndKeys(t *testing.T) {
	st := new(memstore.Store)
	fillStore(t, st, 0, 3)
	f := open(t, filepath.Join(t.TempDir(), "log.db"), st)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	for n := range 5 {
		if n == 3 {
			fillStore(t, st, 3, 5)
		}
		if i, err := f.Index(t.Context(), record(n).ID); err != nil || i != int64(n) {
			t.Errorf("record %d has index %d, %v", n, i, err)
		}
	}
	if stream, used, err := f.KeyStream(t.Context(), "per_1", "k4"); err != nil || !used || stream != "thing-4" {
		t.Errorf("key of record 4: %q %v %v", stream, used, err)
	}
	if _, used, err := f.KeyStream(t.Context(), "per_2", "k4"); err != nil || used {
		t.Errorf("somebody else's key counts as used: %v %v", used, err)
	}
	cancel()
	if err := await.Value(t, done, "the follower to stop"); err != nil {
		t.Error(err)
	}
}

// TestCheckTree changes an entry in log.db, so that it would fit another record.
func TestCheckTree(t *testing.T) {
	for _, size := range []int{0, 1, 2, 3, 7, 8, 70} {
		st, path := new(memstore.Store), filepath.Join(t.TempDir(), "log.db")
		fillStore(t, st, 0, size)
		f := open(t, path, st)
		if err := f.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := f.CheckTree(t.Context()); err != nil {
			t.Errorf("%d records: %v", size, err)
		}
		if size == 0 {
			continue
		}
		for i := range tlog.StoredHashCount(int64(size)) {
			for forged, back := range map[string]string{
				`UPDATE hashes SET hash = CAST(x'00' || hash AS BLOB) WHERE i = ?`: `UPDATE hashes SET hash = substr(hash, 2) WHERE i = ?`,
				`UPDATE hashes SET i = i + 1000000 WHERE i = ?`:                    `UPDATE hashes SET i = i - 1000000 WHERE i = ? + 1000000`,
			} {
				change(t, f, forged, i)
				if err := f.CheckTree(t.Context()); !errors.Is(err, ErrAltered) || !strings.Contains(err.Error(), fmt.Sprintf("stored hash %d ", i)) {
					t.Errorf("%d records, after %s of %d: %v", size, forged, i, err)
				}
				change(t, f, back, i)
			}
		}
		if err := f.CheckTree(t.Context()); err != nil {
			t.Errorf("%d records, with all hashes back: %v", size, err)
		}
		if _, err := f.log.(*logDB).db.ExecContext(t.Context(), `UPDATE entries SET entry = zeroblob(32) WHERE idx = ?`, size/2); err != nil {
			t.Fatal(err)
		}
		if err := f.CheckTree(t.Context()); !errors.Is(err, ErrAltered) {
			t.Errorf("%d records, one of them another: %v", size, err)
		}
	}
}

// change runs a statement on log.db behind everybody's back.
func change(t *testing.T, f *Follower, statement string, args ...any) {
	t.Helper()
	if _, err := f.log.(*logDB).db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}
