package esdbtest

import (
	"math"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

func positionsGrow(w *world) {
	w.put("a-1", 0, 3)
	var last uint64
	for _, e := range w.all(esdb.Start{}) {
		if e.Position.Commit < last+10 || e.Position.Commit != e.Position.Prepare {
			w.Errorf("after %d comes %+v", last, e.Position)
		}
		last = e.Position.Commit
	}
}

func systemEvents(w *world) {
	all, err := drain(w.c.ReadAll(w.ctx, esdb.ReadAllOptions{From: esdb.Start{}}, math.MaxInt64))
	if err != nil || len(all) == 0 || !isSystem(all[0].StreamID) {
		w.Errorf("an empty log shows %d events, %v", len(all), err)
	}
}

func created(w *world) {
	w.put("a-1", 0, 1)
	if at := w.all(esdb.Start{})[0].CreatedDate; time.Since(at).Abs() > time.Minute {
		w.Errorf("an event of now is of %s", at)
	}
}

func readsInclude(w *world) {
	w.put("a-1", 0, 3)
	all := w.all(esdb.Start{})
	from := w.all(all[1].Position)
	if len(from) != 2 || from[0].EventID != all[1].EventID {
		w.Errorf("%d events from the second of three on", len(from))
	}
}

// subscribe returns what a subscription gives next, news of having caught up left out.
func (w *world) subscribe(o esdb.SubscribeToAllOptions) func() *esdb.SubscriptionEvent {
	w.Helper()
	sub, err := w.c.SubscribeToAll(w.ctx, o)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = sub.Close() })
	return func() *esdb.SubscriptionEvent {
		for {
			if e := sub.Recv(); e.CaughtUp == nil {
				return e
			}
		}
	}
}

func subscriptionsExclude(w *world) {
	w.put("a-1", 0, 3)
	all := w.all(esdb.Start{})
	next := w.subscribe(esdb.SubscribeToAllOptions{From: all[1].Position})
	if e := next(); e.EventAppeared == nil || e.EventAppeared.Event.EventID != all[2].EventID {
		w.Errorf("after the second of three comes %+v", e)
	}
}

func beyondTheEnd(w *world) {
	w.put("a-1", 0, 1)
	end := w.all(esdb.Start{})[0].Position.Commit
	next := w.subscribe(esdb.SubscribeToAllOptions{From: esdb.Position{Commit: end + 1000, Prepare: end + 1000}})
	w.put("a-1", 1, 20)
	if e := next(); e.EventAppeared == nil || e.EventAppeared.Event.EventNumber < 2 || e.EventAppeared.Event.Position.Commit <= end+1000 {
		w.Errorf("from beyond the end comes %+v", e)
	}
}

// filtered subscribes to streams that begin with a-, and to be told every 30 events.
func (w *world) filtered() func() *esdb.SubscriptionEvent {
	return w.subscribe(esdb.SubscribeToAllOptions{
		From: esdb.Start{}, MaxSearchWindow: 30,
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"a-"}},
	})
}

func checkpoints(w *world) {
	w.Foreign("other-1", 100)
	w.put("a-1", 0, 1)
	all, err := drain(w.c.ReadAll(w.ctx, esdb.ReadAllOptions{From: esdb.Start{}}, math.MaxInt64))
	if err != nil {
		w.Fatal(err)
	}
	next := w.filtered()
	for n := 30; n < len(all); n += 30 { // where the next one begins
		if e := next(); e.CheckPointReached == nil || e.CheckPointReached.Commit != all[n].Position.Commit {
			w.Fatalf("after %d events comes %+v", n, e)
		}
	}
	if e := next(); e.EventAppeared == nil || e.EventAppeared.Event.StreamID != "a-1" {
		w.Errorf("comes %+v", e)
	}
	w.Foreign("other-1", 30) // and now that it has caught up, the last one it looked at
	e := next()
	if e.CheckPointReached == nil {
		w.Fatalf("comes %+v", e)
	}
	at, err := drain(w.c.ReadAll(w.ctx, esdb.ReadAllOptions{From: *e.CheckPointReached}, 1))
	if err != nil || len(at) != 1 || at[0].Position != *e.CheckPointReached {
		w.Errorf("at %+v stands %v, %v", e.CheckPointReached, at, err)
	}
}

func checkpointAtTheEnd(w *world) {
	w.Foreign("other-1", 27) // after three of the server's own
	e := w.filtered()()
	if e.CheckPointReached == nil {
		w.Fatalf("comes %+v", e)
	}
	from := esdb.Position{Commit: e.CheckPointReached.Commit, Prepare: e.CheckPointReached.Commit}
	if at, err := drain(w.c.ReadAll(w.ctx, esdb.ReadAllOptions{From: from}, 1)); err != nil || len(at) > 0 {
		w.Errorf("at %+v stands %v, %v", from, at, err)
	}
}

func caughtUp(w *world) {
	w.put("a-1", 0, 2)
	sub, err := w.c.SubscribeToAll(w.ctx, esdb.SubscribeToAllOptions{From: esdb.Start{}, Filter: esdb.ExcludeSystemEventsFilter()})
	if err != nil {
		w.Fatal(err)
	}
	defer sub.Close()
	for _, want := range []string{"event", "event", "caught up"} {
		if e := sub.Recv(); (e.CaughtUp != nil) != (want == "caught up") || (e.EventAppeared != nil) != (want == "event") {
			w.Errorf("comes %+v, want %s", e, want)
		}
	}
	w.put("a-1", 2, 1)
	if e := sub.Recv(); e.EventAppeared == nil {
		w.Errorf("then comes %+v, want the event", e)
	}
}

func truncation(w *world) {
	for metadata, first := range map[string]uint64{`{"$maxCount":2}`: 3, `{"$tb":4}`: 4} {
		name := "a-" + metadata
		w.put(name, 0, 5)
		w.SetMetadata(name, metadata)
		if n := w.numbers(name); n[0] != first {
			w.Errorf("%s shows %v", metadata, n)
		}
	}
	w.put("a-1", 0, 2)
	w.SetMetadata("a-1", `{"$maxAge":0}`)
	if all, err := w.stream("a-1"); len(all) > 0 {
		w.Errorf("$maxAge shows %v, %v", all, err)
	}
	if n := len(w.all(esdb.Start{})); n != 12 {
		w.Errorf("$all shows %d events before they are scavenged, want 12", n)
	}
	w.Scavenge()
	if n := len(w.all(esdb.Start{})); n != 3 {
		w.Errorf("$all shows %d events after it, want 3", n)
	}
}

func softDelete(w *world) {
	w.put("a-1", 0, 3)
	w.Delete("a-1", false)
	_, err := w.stream("a-1")
	w.want(err, esdb.ErrorCodeResourceNotFound)
	if _, err := w.append("a-1", esdb.NoStream{}, some(1)...); err != nil {
		w.Fatal(err)
	}
	if n := w.numbers("a-1"); len(n) != 1 || n[0] != 3 {
		w.Errorf("begun again it shows %v, want 3", n)
	}
}

func hardDelete(w *world) {
	w.put("a-1", 0, 3)
	w.Delete("a-1", true)
	_, err := w.stream("a-1")
	w.want(err, esdb.ErrorCodeStreamDeleted)
	_, err = w.append("a-1", esdb.Revision(2), some(1)...)
	w.want(err, esdb.ErrorCodeStreamDeleted)
}

func restored(w *world) {
	w.put("a-1", 0, 3)
	was := w.all(esdb.Start{})[2]
	w.Restore(1)
	w.put("a-1", 2, 1)
	if is := w.all(esdb.Start{})[2]; is.Position != was.Position || is.EventID == was.EventID {
		w.Errorf("at %+v stands %s and stood %s", is.Position, is.EventID, was.EventID)
	}
}
