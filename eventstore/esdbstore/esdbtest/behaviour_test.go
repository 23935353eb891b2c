package esdbtest

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// TestBehaviours holds the double to what is documented of servers, as the
// client sees it.
func TestBehaviours(t *testing.T) {
	account := map[string]string{"app": "secret", "admin": "changeit"}
	for _, b := range []struct {
		says   string
		config Config
		holds  func(*world)
	}{
		{"an append at another version is refused, and stores nothing", Config{}, wrongVersionIsRefused},
		{"a repeat is a success without a position, and stores nothing", Config{}, repeatIsIdempotent},
		{"a repeat is compared by id and place, never by content", Config{}, contentIsNotCompared},
		{"a repeat of a part is at the wrong version", Config{}, partIsWrong},
		{"a repeat that is forgotten is at the wrong version, and stores nothing", Config{Forgets: true}, forgottenIsWrong},
		{"a repeat without a version is stored again", Config{}, anyStoresTwice},
		{"an append over 1 MiB is refused", Config{}, largeIsRefused},
		{"an append is whole", Config{}, appendIsWhole},
		{"names differ by every byte", Config{}, namesDiffer},
		{"positions grow by bytes, and both of an event are the same", Config{}, positionsGrow},
		{"the server's own events stand in $all", Config{}, systemEvents},
		{"the time of an event comes in hundreds of nanoseconds", Config{}, created},
		{"$all is read from a position on that is included", Config{}, readsInclude},
		{"a subscription starts after its position", Config{}, subscriptionsExclude},
		{"a position beyond the end is taken, and what comes is passed over", Config{}, beyondTheEnd},
		{"a filtered subscription says how far it has looked", Config{}, checkpoints},
		{"while it catches up it may say where no event stands yet", Config{}, checkpointAtTheEnd},
		{"a subscription says once that it has caught up", Config{}, caughtUp},
		{"$maxCount, $maxAge and $tb hide events, which $all shows until they are scavenged", Config{}, truncation},
		{"a deleted stream is not found, and goes on with its numbers", Config{}, softDelete},
		{"a tombstone ends a stream for ever", Config{}, hardDelete},
		{"a restored backup gives the same positions to other events", Config{}, restored},
		{"a follower names the leader, and the client goes there", Config{Nodes: 3}, redirect},
		{"a follower lags, unless the leader is asked for", Config{Nodes: 3, Lag: 2}, lag},
		{"an append turned away before all of it was sent shows as EOF", Config{Nodes: 3}, early},
		{"a killed node fails the calls it has, and the others have what it acknowledged", Config{Nodes: 3}, killed},
		{"a client whose discovery was in vain is dead", Config{Nodes: 3}, dead},
		{"what was stored is stored when its answer is lost", Config{}, lost},
		{"who may not is refused before the version is looked at", Config{Accounts: account, Admins: []string{"admin"}}, accessFirst},
		{"as shipped, everybody may delete", Config{Accounts: account, Shipped: true}, shipped},
		{"who may delete need not be one who may write metadata", Config{Accounts: account, Deletes: true}, deletes},
		{"a wrong password is refused", Config{Accounts: account}, password},
		{"without TLS no account is sent", Config{}, noAccountInTheClear},
	} {
		t.Run(b.says, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			w := &world{T: t, ctx: ctx, Cluster: Start(t, b.config)}
			var as []string
			if b.config.Accounts != nil {
				as = []string{"app"}
			}
			w.c = w.client(w.URL(as...))
			b.holds(w)
		})
	}
}

// A world is a cluster with a client of it.
type world struct {
	*testing.T
	*Cluster
	ctx context.Context
	c   *esdb.Client
}

func (w *world) client(url string) *esdb.Client {
	w.Helper()
	conf, err := esdb.ParseConnectionString(url)
	if err != nil {
		w.Fatal(err)
	}
	conf.Logger, conf.MaxDiscoverAttempts, conf.GossipTimeout = esdb.NoopLogging(), 2, 1
	c, err := esdb.NewClient(conf)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = c.Close() })
	return c
}

func some(n int) []esdb.EventData {
	events := make([]esdb.EventData, n)
	for i := range events {
		events[i] = esdb.EventData{EventID: uuid.New(), EventType: "thing.happened", ContentType: esdb.ContentTypeJson, Data: []byte(`{"n":1}`), Metadata: []byte(`{}`)}
	}
	return events
}

// append asks again where the refusal was quicker than the events, and its
// reason is dropped.
func (w *world) append(stream string, at esdb.ExpectedRevision, events ...esdb.EventData) (is *esdb.WriteResult, err error) {
	err = told(func() error {
		is, err = w.c.AppendToStream(w.ctx, stream, esdb.AppendToStreamOptions{ExpectedRevision: at}, events...)
		return err
	})
	return is, err
}

func told(f func() error) (err error) {
	for range 50 {
		if err = f(); !errors.Is(err, io.EOF) {
			break
		}
	}
	return err
}

// writeMetadata does it as a client does, expecting what never is.
func (w *world) writeMetadata(stream string) error {
	return told(func() error {
		_, err := w.c.SetStreamMetadata(w.ctx, stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.Revision(1 << 40)}, esdb.StreamMetadata{})
		return err
	})
}

// put appends n events to a stream that is at a version, counted from 0.
func (w *world) put(stream string, at, n int) []esdb.EventData {
	w.Helper()
	events, expected := some(n), esdb.ExpectedRevision(esdb.NoStream{})
	if at > 0 {
		expected = esdb.Revision(uint64(at - 1))
	}
	if _, err := w.append(stream, expected, events...); err != nil {
		w.Fatalf("append to %s: %v", stream, err)
	}
	return events
}

func (w *world) want(err error, code esdb.ErrorCode) {
	w.Helper()
	if e, ok := errors.AsType[*esdb.Error](err); !ok || e.Code() != code {
		w.Errorf("got %v; want the client's code %d", err, code)
	}
}

func drain(r *esdb.ReadStream, err error) ([]*esdb.RecordedEvent, error) {
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var all []*esdb.RecordedEvent
	for {
		e, err := r.Recv()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, e.OriginalEvent())
	}
}

func (w *world) stream(name string) ([]*esdb.RecordedEvent, error) {
	return drain(w.c.ReadStream(w.ctx, name, esdb.ReadStreamOptions{From: esdb.Start{}}, math.MaxInt64))
}

// numbers returns what a stream shows.
func (w *world) numbers(name string) []uint64 {
	w.Helper()
	all, err := w.stream(name)
	if err != nil {
		w.Fatalf("read %s: %v", name, err)
	}
	var n []uint64
	for _, e := range all {
		n = append(n, e.EventNumber)
	}
	return n
}

// all returns the events of streams, less the server's own, from a position on.
func (w *world) all(from esdb.AllPosition) []*esdb.RecordedEvent {
	w.Helper()
	all, err := drain(w.c.ReadAll(w.ctx, esdb.ReadAllOptions{From: from}, math.MaxInt64))
	if err != nil {
		w.Fatalf("read $all: %v", err)
	}
	return slices.DeleteFunc(all, func(e *esdb.RecordedEvent) bool { return isSystem(e.StreamID) })
}

func wrongVersionIsRefused(w *world) {
	w.put("a-1", 0, 3)
	for _, at := range []esdb.ExpectedRevision{esdb.NoStream{}, esdb.Revision(0), esdb.Revision(3), esdb.Revision(1 << 40)} {
		_, err := w.append("a-1", at, some(1)...)
		w.want(err, esdb.ErrorCodeWrongExpectedVersion)
	}
	_, err := w.append("b-1", esdb.Revision(0), some(1)...)
	w.want(err, esdb.ErrorCodeWrongExpectedVersion)
	if n := len(w.all(esdb.Start{})); n != 3 {
		w.Errorf("%d events are stored, want 3", n)
	}
}

func repeatIsIdempotent(w *world) {
	events := w.put("a-1", 0, 2)
	w.put("a-1", 2, 3)
	is, err := w.append("a-1", esdb.NoStream{}, events...)
	if err != nil || is.CommitPosition != 0 || is.NextExpectedVersion != 1 {
		w.Errorf("a repeat = %+v, %v; want a success at 1 without a position", is, err)
	}
	if n := w.numbers("a-1"); len(n) != 5 {
		w.Errorf("the stream shows %v", n)
	}
}

func contentIsNotCompared(w *world) {
	events := w.put("a-1", 0, 1)
	events[0].Data, events[0].EventType = []byte(`{"other":true}`), "another.type"
	if _, err := w.append("a-1", esdb.NoStream{}, events...); err != nil {
		w.Errorf("a repeat with other content: %v", err)
	}
	if all, err := w.stream("a-1"); err != nil || len(all) != 1 || all[0].EventType != "thing.happened" {
		w.Errorf("the stream shows %v, %v", all, err)
	}
}

func partIsWrong(w *world) {
	events := w.put("a-1", 0, 2)
	_, err := w.append("a-1", esdb.NoStream{}, append(events, some(1)...)...)
	w.want(err, esdb.ErrorCodeWrongExpectedVersion)
	_, err = w.append("a-1", esdb.NoStream{}, events[0], some(1)[0])
	w.want(err, esdb.ErrorCodeWrongExpectedVersion)
}

func forgottenIsWrong(w *world) {
	events := w.put("a-1", 0, 2)
	_, err := w.append("a-1", esdb.NoStream{}, events...)
	w.want(err, esdb.ErrorCodeWrongExpectedVersion)
	if n := w.numbers("a-1"); len(n) != 2 {
		w.Errorf("the stream shows %v", n)
	}
}

func anyStoresTwice(w *world) {
	events := some(1)
	for range 2 {
		if _, err := w.append("a-1", esdb.Any{}, events...); err != nil {
			w.Error(err)
		}
	}
	if n := w.numbers("a-1"); len(n) != 2 {
		w.Errorf("the stream shows %v: nothing may rest on what servers do their best at", n)
	}
}

func largeIsRefused(w *world) {
	large := some(2)
	large[0].Data, large[1].Data = make([]byte, maxAppend/2), make([]byte, maxAppend/2)
	_, err := w.append("a-1", esdb.NoStream{}, large...)
	if status.Code(err) != codes.InvalidArgument && !errors.Is(err, io.EOF) {
		w.Errorf("got %v; want it refused as too large", err)
	}
	if n := len(w.all(esdb.Start{})); n != 0 {
		w.Errorf("%d events of it are stored", n)
	}
}

func appendIsWhole(w *world) {
	w.put("a-1", 0, 4)
	w.Foreign("other", 1)
	all := w.all(esdb.Start{})
	for i, e := range all[:4] {
		if e.StreamID != "a-1" || e.EventNumber != uint64(i) {
			w.Errorf("event %d is %d of %s", i, e.EventNumber, e.StreamID)
		}
	}
}

func namesDiffer(w *world) {
	for _, name := range []string{"a-1", "A-1", "a-1 ", "a-é", "a-e\u0301", "a-\n"} {
		w.put(name, 0, 1)
	}
	if n := w.numbers("a-1"); len(n) != 1 {
		w.Errorf("a-1 shows %v", n)
	}
}

func metaContext(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "requires-leader", "true")
}
