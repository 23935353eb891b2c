package esdbtest

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func redirect(w *world) {
	w.put("a-1", 0, 1) // connects to the leader
	w.Move()
	_, err := w.append("a-1", esdb.Revision(0), some(1)...)
	w.want(err, esdb.ErrorCodeNotLeader)
	w.put("a-1", 1, 1)
}

func lag(w *world) {
	w.put("a-1", 0, 5)
	follower := esdbURL(w, (w.Leader()+1)%3)
	w.c = w.client(follower)
	if n := w.numbers("a-1"); !slices.Equal(n, []uint64{0, 1, 2}) {
		w.Errorf("a follower shows %v, want the first three", n)
	}
	w.ctx = metaContext(w.ctx)
	_, err := w.stream("a-1")
	w.want(err, esdb.ErrorCodeNotLeader)
	if n := w.numbers("a-1"); len(n) != 5 { // the client was sent on
		w.Errorf("the leader shows %v", n)
	}
}

// esdbURL is the connection string of one node alone.
func esdbURL(w *world, node int) string { return "esdb://" + w.nodes[node].address + "?tls=false" }

func early(w *world) {
	w.put("a-1", 0, 1)
	w.Move()
	large := some(12)
	for i := range large {
		large[i].Data = make([]byte, 64<<10)
	}
	_, err := w.c.AppendToStream(w.ctx, "a-1", esdb.AppendToStreamOptions{ExpectedRevision: esdb.Revision(0)}, large...)
	w.want(err, esdb.ErrorCodeUnknown)
	if !errors.Is(err, io.EOF) {
		w.Errorf("got %v; want EOF, with the reason dropped", err)
	}
}

func killed(w *world) {
	w.put("a-1", 0, 1)
	w.Kill(w.Leader())
	_, err := w.stream("a-1")
	if status.Code(err) != codes.Unavailable {
		w.Errorf("a read from the killed node: %v; want Unavailable as gRPC has it", err)
	}
	w.Restart(w.T, 0)
	w.c = w.client(w.URL())
	if n := w.numbers("a-1"); len(n) != 1 {
		w.Errorf("the others show %v", n)
	}
}

func dead(w *world) {
	w.put("a-1", 0, 1)
	for n := range 3 {
		w.Kill(n)
	}
	for range 2 { // the connection fails, then the discovery
		if _, err := w.append("a-1", esdb.Revision(0), some(1)...); err == nil {
			w.Fatal("appended to nobody")
		}
	}
	for n := range 3 {
		w.Restart(w.T, n)
	}
	_, err := w.append("a-1", esdb.Revision(0), some(1)...)
	w.want(err, esdb.ErrorCodeConnectionClosed)
	w.c = w.client(w.URL())
	w.put("a-1", 1, 1)
}

func lost(w *world) {
	w.put("a-1", 0, 1)
	for n := range 5 { // in every way in which a call fails
		w.Befall(func() (bool, error) { return true, errors.New("lost") })
		events := some(1)
		if _, err := w.append("a-1", esdb.Revision(uint64(n)), events...); err == nil {
			w.Error("the answer was not lost")
		}
		w.Befall(nil)
		w.c = w.client(w.URL())
		if got := w.numbers("a-1"); len(got) != n+2 {
			w.Errorf("fault %d: the stream shows %v", n, got)
		}
	}
}

func accessFirst(w *world) {
	w.put("a-1", 0, 1)
	far := esdb.Revision(1 << 40)
	w.want(w.writeMetadata("a-1"), esdb.ErrorCodeAccessDenied)
	_, err := w.c.DeleteStream(w.ctx, "a-1", esdb.DeleteStreamOptions{ExpectedRevision: far})
	w.want(err, esdb.ErrorCodeAccessDenied)
	_, err = w.c.TombstoneStream(w.ctx, "a-1", esdb.TombstoneStreamOptions{ExpectedRevision: far})
	w.want(err, esdb.ErrorCodeAccessDenied)
	_, err = w.append("$mine", esdb.NoStream{}, some(1)...)
	w.want(err, esdb.ErrorCodeAccessDenied)
	w.c = w.client(w.URL("admin"))
	w.want(w.writeMetadata("a-1"), esdb.ErrorCodeWrongExpectedVersion)
	if _, err = w.c.DeleteStream(w.ctx, "a-1", esdb.DeleteStreamOptions{ExpectedRevision: far}); status.Code(err) != codes.FailedPrecondition {
		w.Errorf("an administrator who expects another version: %v", err)
	}
}

func shipped(w *world) {
	w.put("a-1", 0, 1)
	if _, err := w.c.DeleteStream(w.ctx, "a-1", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Revision(0)}); err != nil {
		w.Error(err)
	}
}

func deletes(w *world) {
	w.put("a-1", 0, 1)
	w.want(w.writeMetadata("a-1"), esdb.ErrorCodeAccessDenied)
	if _, err := w.c.TombstoneStream(w.ctx, "a-1", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Revision(0)}); err != nil {
		w.Error(err)
	}
}

func password(w *world) {
	w.c = w.client(strings.Replace(w.URL("app"), "app:secret@", "app:guess@", 1))
	_, err := w.append("a-1", esdb.NoStream{}, some(1)...)
	w.want(err, esdb.ErrorCodeUnauthenticated)
}

func noAccountInTheClear(w *world) {
	w.c = w.client("esdb://app:wrong@" + w.nodes[0].address + "?tls=false")
	w.put("a-1", 0, 1) // as nobody: the password was not even looked at
}

// TestKeepalive compares what nodes allow with what the client does: it pings
// every ten seconds, also when nothing is asked.
func TestKeepalive(t *testing.T) {
	conf, err := esdb.ParseConnectionString("esdb://localhost:2113")
	if err != nil {
		t.Fatal(err)
	}
	if enforcement.MinTime > conf.KeepAliveInterval || !enforcement.PermitWithoutStream {
		t.Errorf("a node that allows %+v would drop a client that pings every %s", enforcement, conf.KeepAliveInterval)
	}
}

// TestFreeze has a node take calls and not answer, until it is let go.
func TestFreeze(t *testing.T) {
	w := &world{T: t, ctx: t.Context(), Cluster: Start(t, Config{})}
	w.c = w.client(w.URL())
	w.put("a-1", 0, 1)
	w.Freeze(0)
	ctx, cancel := context.WithTimeout(w.ctx, 50*time.Millisecond)
	defer cancel()
	_, err := w.c.AppendToStream(ctx, "a-1", esdb.AppendToStreamOptions{ExpectedRevision: esdb.Revision(0)}, some(1)...)
	w.want(err, esdb.ErrorCodeDeadlineExceeded)
	w.Thaw(0)
	w.put("b-1", 0, 1) // what was frozen may or may not be stored
}

// TestUpAndDown kills a node before it has begun to serve: its address is free for
// the next start.
func TestUpAndDown(t *testing.T) {
	c := Start(t, Config{})
	for range 200 {
		c.Kill(0)
		c.Restart(t, 0)
	}
}
