package migrate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
	"github.com/rapporteur-project/rapporteur/follower"
)

func record(n int) eventstore.Record {
	return eventstore.Record{
		ID:   fmt.Sprintf("00000000-0000-8000-8000-%012d", n),
		Type: "thing.happened",
		At:   time.Date(2020, 3, 4, 10, 0, 0, n*int(time.Millisecond), time.UTC),
		Salt: []byte(strings.Repeat(string(rune('a'+n%26)), 32)),
		Data: fmt.Appendf(nil, `{"n":%d}`, n),
		Meta: fmt.Appendf(nil, `{"person":"per_%d","key":"k%d"}`, n%3, n),
	}
}

// fill stores records in a few streams, one or several at a time.
func fill(t *testing.T, st eventstore.Store, n int) {
	t.Helper()
	chance, at := rand.New(rand.NewPCG(1, 2)), map[string]int64{}
	for i := 0; i < n; {
		stream := fmt.Sprint("thing-", chance.IntN(5))
		var recs []eventstore.Record
		for range min(1+chance.IntN(4), n-i) {
			recs = append(recs, record(i))
			i++
		}
		if err := st.Append(t.Context(), stream, at[stream], recs...); err != nil {
			t.Fatal(err)
		}
		at[stream] += int64(len(recs))
	}
}

func root(t *testing.T, st eventstore.Store) string {
	t.Helper()
	f, err := follower.Open(t.Context(), filepath.Join(t.TempDir(), "log.db"), st)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	size, hash := f.Head()
	return fmt.Sprint(size, " ", hash)
}

func sqlite(t *testing.T) *sqlitestore.DB {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "events.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// TestThereAndBack carries a record from one kind of store to another and back:
// the log has the same root everywhere. Twice is as good as once.
func TestThereAndBack(t *testing.T) {
	from, to, back := new(memstore.Store), sqlite(t), new(memstore.Store)
	fill(t, from, 500)
	for _, leg := range [][2]eventstore.Store{{from, to}, {to, back}, {from, to}, {back, to}} {
		told := int64(0)
		m := &Move{From: leg[0], To: leg[1], Done: func(n int64) { told = n }}
		if n, err := m.Run(t.Context()); n != 500 || err != nil || told != 500 {
			t.Fatalf("Run = %d, %v; it told %d", n, err, told)
		}
	}
	for _, st := range []eventstore.Store{to, back} {
		if got, want := root(t, st), root(t, from); got != want {
			t.Errorf("the log is %s there, and was %s", got, want)
		}
	}
}

// TestLargeRecords carries records that fit into one append each, and not together.
func TestLargeRecords(t *testing.T) {
	from, to := new(memstore.Store), sqlite(t)
	for n := range 4 {
		r := record(n)
		r.Data = []byte(`"` + strings.Repeat("d", eventstore.MaxAppend/2) + `"`)
		if err := from.Append(t.Context(), "thing-1", int64(n), r); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := (&Move{From: from, To: to}).Run(t.Context()); n != 4 || err != nil {
		t.Fatalf("Run = %d, %v", n, err)
	}
	if got, want := root(t, to), root(t, from); got != want {
		t.Errorf("the log is %s there, and was %s", got, want)
	}
}

// TestInterrupted ends a move by a fault at every append, stored and not: the
// next goes on, and comes to the same.
func TestInterrupted(t *testing.T) {
	from := new(memstore.Store)
	fill(t, from, 60)
	down := errors.New("down")
	for _, stored := range []bool{false, true} {
		to, calls := new(memstore.Store), 0
		to.Fault = func() (bool, error) {
			if calls++; calls%2 == 1 {
				return stored, down
			}
			return true, nil
		}
		runs := 0
		for ; runs < 100; runs++ {
			if _, err := (&Move{From: from, To: to}).Run(t.Context()); err == nil {
				break
			} else if !errors.Is(err, down) {
				t.Fatal(err)
			}
		}
		if runs < 5 || runs == 100 {
			t.Errorf("stored %v: %d runs", stored, runs)
		}
		if got, want := root(t, to), root(t, from); got != want {
			t.Errorf("stored %v: the log is %s there, and was %s", stored, got, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (&Move{From: from, To: new(memstore.Store)}).Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v", err)
	}
}

// TestRefusals copies onto what is another record.
func TestRefusals(t *testing.T) {
	from := new(memstore.Store)
	fill(t, from, 30)
	with := func(change func(*eventstore.Record)) *memstore.Store {
		to := new(memstore.Store)
		for r, err := range from.All(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Data[len(r.Data)-2] == '7' {
				change(&r)
			}
			if err := to.Append(t.Context(), r.Stream, r.Version-1, r); err != nil {
				t.Fatal(err)
			}
		}
		return to
	}
	longer := with(func(*eventstore.Record) {})
	if err := longer.Append(t.Context(), "more-1", 0, record(99)); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]*memstore.Store{
		"another id":   with(func(r *eventstore.Record) { r.ID = strings.Replace(r.ID, "0", "1", 1) }),
		"other data":   with(func(r *eventstore.Record) { r.Data = []byte(`{}`) }),
		"other meta":   with(func(r *eventstore.Record) { r.Meta = []byte(`{}`) }),
		"another salt": with(func(r *eventstore.Record) { r.Salt = make([]byte, 32) }),
		"another time": with(func(r *eventstore.Record) { r.At = r.At.Add(time.Second) }),
		"another type": with(func(r *eventstore.Record) { r.Type = "thing.undone" }),
		"more":         longer,
	} {
		before := root(t, to)
		if _, err := (&Move{From: from, To: to}).Run(t.Context()); !errors.Is(err, ErrOther) {
			t.Errorf("%s: Run = %v", name, err)
		}
		if root(t, to) != before {
			t.Errorf("%s: something was added", name)
		}
	}
}
