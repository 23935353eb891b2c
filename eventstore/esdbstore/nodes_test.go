package esdbstore_test

import (
	"bytes"
	"context"
	"errors"
	"log"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
)

// TestLeaderMoves moves the leader before every append and read, and kills and
// restarts nodes meanwhile.
func TestLeaderMoves(t *testing.T) {
	cluster, config := start(t, three)
	s := open(t, config)
	var held []eventstore.Record
	for n := range 12 {
		switch n % 4 {
		case 0, 1:
			cluster.Move()
		case 2:
			cluster.Kill(cluster.Leader())
		}
		recs := records(1 + n%3)
		put(t, s, "a-1", int64(len(held)), recs...)
		held = append(held, recs...)
		if n%4 == 3 {
			for i := range 3 {
				if err := cluster.Up(i); err != nil {
					t.Fatal(err)
				}
			}
		}
		want(t, s, held...)
	}
}

// TestReadsAskTheLeader moves the leader away from the node that a client is
// with, which lags from then on: what the new one acknowledged to others is seen.
func TestReadsAskTheLeader(t *testing.T) {
	cluster, config := start(t, three)
	other := open(t, config)
	s, err := esdbstore.Open(t.Context(), withState(t, config)) // does nothing unless it is asked
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var held []eventstore.Record
	for name, seen := range map[string]func() int{
		"a stream": func() (n int) {
			for _, err := range s.Stream(t.Context(), "a-1", 0) {
				if err != nil {
					t.Error(err)
				}
				n++
			}
			return n
		},
		"everything": func() int {
			n, err := read(t, s, 0)
			if err != nil {
				t.Error(err)
			}
			return n
		},
	} {
		seen() // is with the leader now
		cluster.Move()
		held = append(held, record())
		put(t, other, "a-1", int64(len(held)-1), held[len(held)-1])
		if n := seen(); n != len(held) {
			t.Errorf("%s: %d of %d records are seen", name, n, len(held))
		}
	}
	cluster.Move()
	put(t, other, "a-1", int64(len(held)), record())
	is, err := s.Head(t.Context())
	if want, err2 := other.Head(t.Context()); is != want || errors.Join(err, err2) != nil {
		t.Errorf("Head = %d, %v; want %d, %v", is, err, want, err2)
	}
}

// TestAllNodesDown kills every node, so that the client's discovery is in vain
// and it is dead for good, and starts them again. Callers meanwhile leave when
// their context ends, though their calls hang.
func TestAllNodesDown(t *testing.T) {
	cluster, config := start(t, three)
	config.URL += "&maxDiscoverAttempts=1&discoveryInterval=10"
	s := open(t, config)
	recs := records(3)
	put(t, s, "a-1", 0, recs[0])
	for n := range 3 {
		cluster.Kill(n)
	}
	left := make(chan error, 8)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	for range cap(left) {
		go func() { left <- s.Append(ctx, "a-1", 1, recs[1]) }()
	}
	for range cap(left) {
		if err := <-left; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("with no node up: %v; want the end of the context", err)
		}
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("callers left after %s, long after their context", took)
	}
	for n := range 3 {
		cluster.Restart(t, n)
	}
	put(t, s, "a-1", 1, recs[1])
	put(t, s, "a-1", 2, recs[2])
	want(t, s, recs...)
}

// TestFrozenLeader has the leader take calls and never answer, until the others
// have chosen another one.
func TestFrozenLeader(t *testing.T) {
	cluster, config := start(t, three)
	s := open(t, config)
	recs := records(2)
	put(t, s, "a-1", 0, recs[0])
	cluster.Freeze(cluster.Leader())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Append(ctx, "a-1", 1, recs[1]); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("to a frozen leader: %v", err)
	}
	cluster.Move()
	put(t, s, "a-1", 1, recs[1])
	want(t, s, recs...)
}

// TestSilence kills every node under a client that would tell of it on standard
// error.
func TestSilence(t *testing.T) {
	var said bytes.Buffer
	log.SetOutput(&said)
	defer log.SetOutput(os.Stderr)
	cluster, config := start(t, three)
	config.Patience = 100 * time.Millisecond
	s := open(t, config)
	for n := range 3 {
		cluster.Kill(n)
	}
	if err := s.Append(t.Context(), "a-1", 0, record()); err == nil {
		t.Error("appended to nobody")
	}
	if said.Len() > 0 {
		t.Errorf("the client says %s", &said)
	}
}

// TestEarlyRejection sends more than fits into a connection's window to a node
// that does not lead: the client shows EOF, and does not look for the leader.
func TestEarlyRejection(t *testing.T) {
	cluster, config := start(t, three)
	s := open(t, config)
	first, large := record(), records(12)
	put(t, s, "a-1", 0, first)
	for i := range large {
		large[i].Data = []byte(strings.Repeat("d", 60<<10))
	}
	cluster.Move()
	put(t, s, "a-1", 1, large...)
	want(t, s, append([]eventstore.Record{first}, large...)...)
}
