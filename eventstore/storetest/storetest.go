// Package storetest proves that an event store keeps the contract of package
// eventstore.
//
// Run is the contract itself. RunFaults is what a caller may rely on when the
// answer to an append is lost. RunUnique is a promise beyond the contract, for
// stores that can see every id they hold.
package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// patience is how long one case may take, so that a store that hangs fails by name.
const patience = time.Minute

// Run proves the contract. It calls open for an empty store in every case.
func Run(t *testing.T, open func(*testing.T) eventstore.Store) {
	run(t, open, []test{
		{"versions are dense from 1", versionsAreDense},
		{"one of many racing writers wins", oneWriterWins},
		{"a repeat is quiet", repeatIsQuiet},
		{"a racing repeat is quiet", racingRepeatIsQuiet},
		{"a repeat of a part is an error", partIsAnError},
		{"a wrong version conflicts", wrongVersionConflicts},
		{"an append is whole", appendIsWhole},
		{"an append of nothing only asks", emptyAppendAsks},
		{"an append has a size limit", appendIsLimited},
		{"an append with a dead context stores nothing", deadContextStoresNothing},
		{"racing writers lose nothing", racingWritersLoseNothing},
		{"every field comes back", fieldsComeBack},
		{"the store keeps its own bytes", bytesAreItsOwn},
		{"names are kept apart", namesAreKeptApart},
		{"a stream is read after a version", streamAfter},
		{"everything is read after a position", allAfter},
		{"a long store is read whole", longReads},
		{"readers see one order while writers run", readersAgree},
		{"head is the last position", headIsLast},
		{"an append wakes every reader", appendWakes},
		{"a wake channel lasts as long as its context", wakeEnds},
		{"a context ends a read", contextEndsReads},
		{"a read broken off holds nothing", brokenReadsHoldNothing},
		{"a read lets its body use the store", bodiesUseTheStore},
	})
}

// RunUnique proves that an id stored once is refused in any other place: in
// another stream, later in its own, or twice in one append. Nothing of such an
// append is stored. The contract does not ask for it, since ids are derived
// from their stream and a caller that has read the stream never repeats one.
func RunUnique(t *testing.T, open func(*testing.T) eventstore.Store) {
	run(t, open, []test{
		{"an id of another stream", idOfAnotherStream},
		{"an id from earlier in the stream", idFromEarlier},
		{"an id twice in one append", idTwice},
	})
}

type test struct {
	name string
	run  func(*testing.T, context.Context, eventstore.Store)
}

func run(t *testing.T, open func(*testing.T) eventstore.Store, tests []test) {
	t.Helper()
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			c.run(t, ctx, open(t))
		})
	}
}

// record returns a record with an id of its own.
func record() eventstore.Record {
	var id [16]byte
	rand.Read(id[:])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8
	salt := make([]byte, 32)
	rand.Read(salt)
	return eventstore.Record{
		ID:   fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]),
		Type: "submission.received",
		At:   time.UnixMilli(1_767_225_600_123).UTC(),
		Salt: salt,
		Data: []byte(`{"title":"On the draft"}`),
		Meta: []byte(`{"by":"person-1"}`),
	}
}

func records(n int) []eventstore.Record {
	recs := make([]eventstore.Record, n)
	for i := range recs {
		recs[i] = record()
	}
	return recs
}

func mustAppend(t *testing.T, ctx context.Context, s eventstore.Store, stream string, version int64, recs ...eventstore.Record) {
	t.Helper()
	if err := s.Append(ctx, stream, version, recs...); err != nil {
		t.Fatalf("Append to %q at %d: %v", stream, version, err)
	}
}

func wantConflict(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, eventstore.ErrConflict) {
		t.Errorf("Append = %v; want ErrConflict", err)
	}
}

// wantRefusal asks for an error that does not claim a conflict.
func wantRefusal(t *testing.T, err error) {
	t.Helper()
	if err == nil || errors.Is(err, eventstore.ErrConflict) {
		t.Errorf("Append = %v; want an error other than ErrConflict", err)
	}
}

// wantStream asks for exactly recs in stream, in this order.
func wantStream(t *testing.T, ctx context.Context, s eventstore.Store, stream string, recs ...eventstore.Record) {
	t.Helper()
	got := collect(t, s.Stream(ctx, stream, 0))
	for i, r := range got {
		if r.Version != int64(i)+1 {
			t.Errorf("record %d of %q has version %d", i+1, stream, r.Version)
		}
	}
	if d := cmp.Diff(ids(recs), ids(got)); d != "" {
		t.Errorf("ids in %q (-want +got):\n%s", stream, d)
	}
}

// wantStored asks for exactly n records in the whole store.
func wantStored(t *testing.T, ctx context.Context, s eventstore.Store, n int) {
	t.Helper()
	if got := len(collect(t, s.All(ctx, 0))); got != n {
		t.Errorf("the store holds %d records, want %d", got, n)
	}
}

func collect(t *testing.T, seq iter.Seq2[eventstore.Record, error]) []eventstore.Record {
	t.Helper()
	var recs []eventstore.Record
	for r, err := range seq {
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		recs = append(recs, r)
	}
	return recs
}

func ids(recs []eventstore.Record) []string {
	got := make([]string, len(recs))
	for i, r := range recs {
		got[i] = r.ID
	}
	return got
}

// same compares records; no bytes and nil bytes are the same bytes.
var same = cmp.Comparer(bytes.Equal)
