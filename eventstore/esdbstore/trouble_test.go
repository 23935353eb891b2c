package esdbstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
)

func record() eventstore.Record {
	return eventstore.Record{
		ID: uuid.NewString(), Type: "thing.happened", At: time.UnixMilli(1_767_225_600_123).UTC(),
		Salt: []byte(strings.Repeat("s", 32)), Data: []byte(`{"n":1}`), Meta: []byte(`{"person":"per_1"}`),
	}
}

func records(n int) []eventstore.Record {
	recs := make([]eventstore.Record, n)
	for i := range recs {
		recs[i] = record()
	}
	return recs
}

func put(t *testing.T, s eventstore.Store, stream string, version int64, recs ...eventstore.Record) {
	t.Helper()
	if err := s.Append(t.Context(), stream, version, recs...); err != nil {
		t.Fatalf("append to %s at %d: %v", stream, version, err)
	}
}

// want asks for exactly recs, in all of the store.
func want(t *testing.T, s eventstore.Store, recs ...eventstore.Record) {
	t.Helper()
	n := 0
	for r, err := range s.All(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if n >= len(recs) || r.ID != recs[n].ID {
			t.Fatalf("record %d is %s of stream %s, and is not wanted there", n, r.ID, r.Stream)
		}
		n++
	}
	if n != len(recs) {
		t.Errorf("the store holds %d records, want %d", n, len(recs))
	}
}

// three are the nodes of most of these tests.
var three = esdbtest.Config{Nodes: 3, Lag: 4}

// TestResend loses answers in every way in which calls fail, once stored and
// once not. Append finds out by itself.
func TestResend(t *testing.T) {
	for _, size := range []int{1, 3} {
		for _, stored := range []bool{false, true} {
			for losses := 1; losses <= 5; losses++ {
				t.Run(fmt.Sprintf("%d records, stored %t, %d times", size, stored, losses), func(t *testing.T) {
					cluster, config := start(t, three)
					s := open(t, config)
					first, recs := records(2), records(size)
					put(t, s, "a-1", 0, first...)
					left := losses
					cluster.Befall(func() (bool, error) {
						if left--; left < 0 {
							return true, nil
						}
						return stored, errors.New("lost")
					})
					put(t, s, "a-1", 2, recs...)
					if want := max(losses, 1); !stored && left != -1 || stored && left != losses-1 {
						t.Errorf("of %d losses %d were met", want, losses-left)
					}
					want(t, s, append(first, recs...)...)
				})
			}
		}
	}
}

// TestRaceLostMeanwhile has the answer of a write that did not store be lost,
// and somebody else take its place before it is sent again.
func TestRaceLostMeanwhile(t *testing.T) {
	cluster, config := start(t, three)
	s, other := open(t, config), open(t, withState(t, config))
	mine, theirs := records(2), record()
	asked := false
	done := make(chan error, 1)
	cluster.Befall(func() (bool, error) {
		if asked {
			return true, nil
		}
		asked = true
		go func() { done <- other.Append(t.Context(), "a-1", 0, theirs) }()
		return false, errors.New("lost")
	})
	err := s.Append(t.Context(), "a-1", 0, mine...)
	if failed := <-done; failed != nil && !errors.Is(failed, eventstore.ErrConflict) {
		t.Fatal(failed)
	} else if (failed == nil) != errors.Is(err, eventstore.ErrConflict) {
		t.Errorf("the one was told %v and the other %v", err, failed)
	}
}

func withState(t *testing.T, c esdbstore.Config) esdbstore.Config {
	c.State = t.TempDir() + "/guard.json"
	return c
}

// TestMixed sends a batch again that has grown: an incident, and no conflict.
func TestMixed(t *testing.T) {
	_, config := start(t, three)
	s := open(t, config)
	recs := records(2)
	put(t, s, "a-1", 0, recs...)
	err := s.Append(t.Context(), "a-1", 0, append(recs, record())...)
	if err == nil || errors.Is(err, eventstore.ErrConflict) || !strings.Contains(err.Error(), "incident") {
		t.Errorf("a batch that has grown: %v", err)
	}
	if s.Fault() != nil {
		t.Errorf("one caller's mistake stopped all: %v", s.Fault())
	}
}

// TestReadsGoOn cuts connections while a long read is under way.
func TestReadsGoOn(t *testing.T) {
	cluster, config := start(t, three)
	s := open(t, config)
	var held []eventstore.Record
	for range 10 {
		recs := records(100)
		for i := range recs {
			recs[i].Data = []byte(`"` + strings.Repeat("d", 2000) + `"`)
		}
		put(t, s, "a-1", int64(len(held)), recs...)
		held = append(held, recs...)
		cluster.Foreign("other-1", 30)
	}
	for name, read := range map[string]func() (int, error){
		"Stream": func() (n int, err error) {
			for r, err := range s.Stream(t.Context(), "a-1", 0) {
				if n%150 == 20 {
					cluster.Cut(cluster.Leader())
				}
				if err != nil || r.ID != held[n].ID {
					return n, fmt.Errorf("record %d is %s, %w", n, r.ID, err)
				}
				n++
			}
			return n, nil
		},
		"All": func() (n int, err error) {
			for r, err := range s.All(t.Context(), 0) {
				if n%150 == 20 {
					cluster.Cut(cluster.Leader())
				}
				if err != nil || r.ID != held[n].ID {
					return n, fmt.Errorf("record %d is %s, %w", n, r.ID, err)
				}
				n++
			}
			return n, nil
		},
	} {
		if n, err := read(); err != nil || n != len(held) {
			t.Errorf("%s: %d of %d records, %v", name, n, len(held), err)
		}
	}
}

// TestWakesForOthers has another node's append wake a reader, before and after
// the node is lost that the subscription was on.
func TestWakesForOthers(t *testing.T) {
	cluster, config := start(t, three)
	s, other := open(t, config), open(t, withState(t, config))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	wake := s.Wake(ctx)
	for n := range 4 {
		put(t, other, "a-1", int64(n), record())
		for seen := 0; seen <= n; { // rings may tell of more than one append, or of none
			select {
			case <-wake:
			case <-ctx.Done():
				t.Fatalf("append %d woke nobody", n)
			}
			seen = 0
			for _, err := range s.Stream(ctx, "a-1", 0) {
				if err != nil {
					t.Fatal(err)
				}
				seen++
			}
		}
		if n == 1 {
			cluster.Kill(cluster.Leader())
		}
	}
}

// TestSharedServer has others write beside us, one whose name begins as ours.
func TestSharedServer(t *testing.T) {
	cluster, config := start(t, three)
	s := open(t, config)
	config.Name = "rapporteur-2"
	neighbour := open(t, withState(t, config))
	var ours, theirs []eventstore.Record
	for n := range 5 {
		a, b := record(), record()
		put(t, s, "a-1", int64(n), a)
		cluster.Foreign("rapporteur", 40) // more than is near
		put(t, neighbour, "a-1", int64(n), b)
		cluster.Foreign("$stats-0.0.0.0:2113", 60)
		ours, theirs = append(ours, a), append(theirs, b)
	}
	want(t, s, ours...)
	want(t, neighbour, theirs...)
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range s.All(t.Context(), head) {
		t.Error("something of ours comes after the last")
	}
}

// TestOthersTailIsGone takes away what others had at the end of the log, as when
// it was scavenged: that is nothing to us. Our own last record is.
func TestOthersTailIsGone(t *testing.T) {
	cluster, config := start(t, esdbtest.Config{})
	config.Patience = 200 * time.Millisecond
	s := open(t, config)
	recs := records(4)
	put(t, s, "a-1", 0, recs[:2]...)
	cluster.Foreign("other-1", 30)
	want(t, s, recs[:2]...)
	cluster.Restore(20)
	want(t, s, recs[:2]...)
	put(t, s, "a-1", 2, recs[2])
	cluster.Foreign("other-1", 2)
	want(t, s, recs[:3]...)
	put(t, s, "a-1", 3, recs[3])
	want(t, s, recs...)
	if s.Fault() != nil {
		t.Error(s.Fault())
	}
	cluster.Restore(1)
	if _, err := s.Head(t.Context()); err == nil || s.Fault() == nil {
		t.Errorf("our last record is gone: %v, %v", err, s.Fault())
	}
}

func TestRefusedOutright(t *testing.T) {
	_, config := start(t, esdbtest.Config{})
	s := open(t, config)
	zero, upper, system, bad := record(), record(), record(), record()
	zero.ID = uuid.Nil.String() // the client would make one up
	upper.ID = strings.ToUpper(upper.ID)
	system.Type = "$metadata"
	bad.Type = "\xff"
	small := records(7000) // small data, and metadata that is not
	for _, c := range []struct {
		name string
		recs []eventstore.Record
		says string // of ours: no server was asked
	}{
		{"zero id", []eventstore.Record{zero}, "is not a UUID in lower case"},
		{"id in upper case", []eventstore.Record{upper}, "is not a UUID in lower case"},
		{"the server's type", []eventstore.Record{system}, "is no type that a server keeps"},
		{"type not UTF-8", []eventstore.Record{bad}, "is no type that a server keeps"},
		{"too large on the wire", small, "the most that servers take is"},
	} {
		if err := s.Append(t.Context(), "a-1", 0, c.recs...); err == nil || errors.Is(err, eventstore.ErrConflict) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; want %q", c.name, err, c.says)
		}
	}
	if err := s.Append(t.Context(), "a-\xff", 0, record()); err == nil {
		t.Error("a name that is not UTF-8 was taken")
	}
	want(t, s)
}
