package sqlitestore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/sqlitestore"
	"github.com/rapporteur-project/rapporteur/eventstore/storetest"
)

// settled is a DB that is settled anew after every fault, as Run does.
type settled struct{ *sqlitestore.DB }

func (s settled) Append(ctx context.Context, stream string, version int64, recs ...eventstore.Record) error {
	err := s.DB.Append(ctx, stream, version, recs...)
	if errors.Is(err, eventstore.ErrUnavailable) {
		err = errors.Join(err, s.Settle(ctx))
	}
	return err
}

func TestFaults(t *testing.T) {
	storetest.RunFaults(t, func(t *testing.T, fault storetest.Fault) eventstore.Store {
		d := open(t, filepath.Join(t.TempDir(), "events.db"))
		d.AroundCommit(around(t, fault))
		return settled{d}
	})
}

// around makes a commit go as fault says.
func around(t *testing.T, fault storetest.Fault) func(func() error) error {
	return func(commit func() error) error {
		stored, err := fault()
		if stored {
			if err := commit(); err != nil {
				t.Errorf("commit: %v", err)
			}
		}
		return err
	}
}

// TestNothingIsTakenUntilSettled: after a commit that failed, whether or not it
// was stored, every append is refused at once and untried, reads go on, and once
// the file is settled a repeat lands on one copy.
func TestNothingIsTakenUntilSettled(t *testing.T) {
	disk := errors.New("the disk says no")
	for _, stored := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "events.db")
		d := open(t, path)
		held, late := eventstore.Record{ID: id(1, 1)}, eventstore.Record{ID: id(1, 2)}
		if err := d.Append(t.Context(), "a-1", 0, held); err != nil {
			t.Fatal(err)
		}
		commits := 0
		d.AroundCommit(around(t, func() (bool, error) { commits++; return stored, disk }))
		for range 3 {
			err := d.Append(t.Context(), "a-1", 1, late)
			if !errors.Is(err, disk) || !errors.Is(err, eventstore.ErrUnavailable) || errors.Is(err, eventstore.ErrConflict) {
				t.Errorf("Append = %v; want ErrUnavailable, and why", err)
			}
		}
		if err := d.Append(t.Context(), "a-1", 0, held); !errors.Is(err, eventstore.ErrUnavailable) {
			t.Errorf("a repeat meanwhile = %v; want ErrUnavailable", err)
		}
		if commits != 1 {
			t.Errorf("a failed commit was tried %d times", commits)
		}
		if head, err := d.Head(t.Context()); err != nil || head < 1 {
			t.Errorf("Head meanwhile = %d, %v; reads should go on", head, err)
		}
		if err := d.Fault(); !errors.Is(err, disk) {
			t.Errorf("Fault = %v", err)
		}
		d.AroundCommit(nil)
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() {
			if err := d.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		await(t, func() bool { return d.Fault() == nil })
		stop()
		running.Wait()
		if err := d.Append(t.Context(), "a-1", 1, late); err != nil {
			t.Errorf("the repeat once it is settled: %v", err)
		}
		if got := read(t, d); len(got) != 2 || got[1].ID != late.ID {
			t.Errorf("stored %v: the store holds %d records, want 2", stored, len(got))
		}
	}
}

// TestAFileThatStaysBroken: while the file cannot be opened, the store stays as it
// is, and it goes on once it can.
func TestAFileThatStaysBroken(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "events.db")
	d := open(t, path)
	if err := d.Append(t.Context(), "a-1", 0, eventstore.Record{ID: id(1, 1)}); err != nil {
		t.Fatal(err)
	}
	d.AroundCommit(around(t, func() (bool, error) { return false, errors.New("the disk says no") }))
	if err := d.Append(t.Context(), "a-1", 1, eventstore.Record{ID: id(1, 2)}); !errors.Is(err, eventstore.ErrUnavailable) {
		t.Fatal(err)
	}
	d.AroundCommit(nil)
	if err := errors.Join(os.Rename(path, path+".away"), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := d.Settle(t.Context()); err == nil {
			t.Error("a file that is not there was settled")
		}
		if err := d.Append(t.Context(), "a-1", 1, eventstore.Record{ID: id(1, 2)}); !errors.Is(err, eventstore.ErrUnavailable) {
			t.Errorf("Append meanwhile: %v", err)
		}
		if head, err := d.Head(t.Context()); head != 1 || err != nil {
			t.Errorf("Head meanwhile = %d, %v", head, err)
		}
	}
	if err := errors.Join(os.Remove(path), os.Rename(path+".away", path)); err != nil {
		t.Fatal(err)
	}
	if err := d.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Append(t.Context(), "a-1", 1, eventstore.Record{ID: id(1, 2)}); err != nil {
		t.Error(err)
	}
}

// A conflict must not fail the appends it shares a transaction with, and a
// failure before the commit must fail them all without stopping the store.
func TestOneGroup(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "events.db"))
	if err := d.Append(t.Context(), "a-1", 0, eventstore.Record{ID: id(0, 0)}); err != nil {
		t.Fatal(err)
	}
	errs := group(t, d, []call{
		{"b-1", 0, []eventstore.Record{{ID: id(1, 0)}, {ID: id(1, 1)}}},
		{"a-1", 0, []eventstore.Record{{ID: id(2, 0)}}},                 // conflict
		{"c-1", 0, []eventstore.Record{{ID: id(3, 0)}, {ID: id(0, 0)}}}, // an id used elsewhere
		{"a-1", 0, []eventstore.Record{{ID: id(0, 0)}}},                 // repeat
		{"a-1", 1, []eventstore.Record{{ID: id(4, 0)}}},
	})
	if errs[0] != nil || errs[3] != nil || errs[4] != nil {
		t.Errorf("good appends in a mixed group: %v, %v, %v", errs[0], errs[3], errs[4])
	}
	if !errors.Is(errs[1], eventstore.ErrConflict) {
		t.Errorf("the one that conflicts: %v", errs[1])
	}
	if errs[2] == nil || errors.Is(errs[2], eventstore.ErrConflict) {
		t.Errorf("the one with a used id: %v", errs[2])
	}
	if head, err := d.Head(t.Context()); head != 5 || err != nil {
		t.Errorf("Head = %d, %v; want 5", head, err)
	}
}

type call struct {
	stream  string
	version int64
	recs    []eventstore.Record
}

// group makes calls share one commit: they arrive while another is held back.
func group(t *testing.T, d *sqlitestore.DB, calls []call) []error {
	t.Helper()
	entered, leave := make(chan struct{}), make(chan struct{})
	d.AroundCommit(func(commit func() error) error {
		d.AroundCommit(nil) // the next commit goes by itself
		close(entered)
		<-leave
		return commit()
	})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := d.Append(t.Context(), "z-1", 0, eventstore.Record{ID: id(99, 99)}); err != nil {
			t.Errorf("the append that holds the others back: %v", err)
		}
	})
	<-entered
	errs := make([]error, len(calls))
	for i, c := range calls {
		wg.Go(func() { errs[i] = d.Append(t.Context(), c.stream, c.version, c.recs...) })
		await(t, func() bool { return d.Queued() == i+1 })
	}
	close(leave)
	wg.Wait()
	return errs
}

func TestContextEndsWhileWaiting(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "events.db"))
	entered, leave := make(chan struct{}, 2), make(chan struct{})
	d.AroundCommit(func(commit func() error) error {
		entered <- struct{}{}
		<-leave
		return commit()
	})
	ctx := t.Context()
	mortal, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { // commits, held back at the end of it
		if err := d.Append(ctx, "a-1", 0, eventstore.Record{ID: id(1, 1)}); err != nil {
			t.Errorf("first append: %v", err)
		}
	})
	<-entered
	var second error
	wg.Go(func() { second = d.Append(mortal, "a-1", 1, eventstore.Record{ID: id(1, 2)}) })
	await(t, func() bool { return d.Queued() == 1 })
	cancel()
	await(t, func() bool { return d.Queued() == 0 })
	leave <- struct{}{}
	wg.Wait()
	if !errors.Is(second, context.Canceled) || errors.Is(second, eventstore.ErrConflict) {
		t.Errorf("an append that left the queue = %v; want context.Canceled", second)
	}
	if head, err := d.Head(ctx); head != 1 || err != nil {
		t.Errorf("Head = %d, %v; what left the queue was stored", head, err)
	}

	// And now two in the group of another, one of which leaves during the commit.
	held := make(chan error, 2)
	mortal, cancel = context.WithCancel(ctx)
	third, fourth := eventstore.Record{ID: id(1, 3)}, eventstore.Record{ID: id(1, 4)}
	wg.Go(func() {
		if err := d.Append(ctx, "b-1", 0, eventstore.Record{ID: id(2, 1)}); err != nil {
			t.Errorf("append to another stream: %v", err)
		}
	})
	<-entered
	mortals := []eventstore.Record{third, fourth}
	for i, stream := range []string{"c-1", "d-1"} {
		wg.Go(func() { held <- d.Append(mortal, stream, 0, mortals[i]) })
		await(t, func() bool { return d.Queued() == i+1 })
	}
	leave <- struct{}{}
	<-entered // one of the two commits both
	cancel()
	left := <-held // the other does not wait for it
	if !errors.Is(left, context.Canceled) || errors.Is(left, eventstore.ErrConflict) || !strings.Contains(left.Error(), "may be stored") {
		t.Errorf("an append that left during the commit = %v; want context.Canceled and doubt", left)
	}
	leave <- struct{}{}
	if err := <-held; err != nil {
		t.Errorf("the append that commits = %v; it knows the answer", err)
	}
	wg.Wait()
	d.AroundCommit(nil)
	for i, stream := range []string{"c-1", "d-1"} {
		if err := d.Append(ctx, stream, 0, mortals[i]); err != nil {
			t.Errorf("repeat to %s: %v", stream, err)
		}
	}
	if head, err := d.Head(ctx); head != 4 || err != nil {
		t.Errorf("Head = %d, %v; want 4: one copy of each", head, err)
	}
}

// A full disk fails what it fails, and leaves the store to go on when there is room.
func TestFullDisk(t *testing.T) {
	ctx := t.Context()
	d := open(t, filepath.Join(t.TempDir(), "events.db"))
	if err := d.ExecWriter(ctx, "PRAGMA max_page_count = 20"); err != nil {
		t.Fatal(err)
	}
	version := int64(0)
	r := func() eventstore.Record {
		return eventstore.Record{ID: id(0, int(version)), Data: make([]byte, 40_000)}
	}
	for ; version < 100; version++ {
		if err := d.Append(ctx, "a-1", version, r()); err != nil {
			if errors.Is(err, eventstore.ErrConflict) {
				t.Fatal(err)
			}
			break
		}
	}
	if version == 0 || version == 100 {
		t.Fatalf("%d appends went into 20 pages", version)
	}
	if err := d.Settle(ctx); err != nil { // on a connection without that bound
		t.Fatal(err)
	}
	if err := d.Append(ctx, "a-1", version, r()); err != nil {
		t.Errorf("Append with room again: %v", err)
	}
	if head, err := d.Head(ctx); int64(head) != version+1 || err != nil {
		t.Errorf("Head = %d, %v; want %d", head, err, version+1)
	}
}

// What a failed group wrote is forgotten with it: its appends can be repeated.
func TestFullDiskInAGroup(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "events.db"))
	if err := d.ExecWriter(t.Context(), "PRAGMA max_page_count = 40"); err != nil {
		t.Fatal(err)
	}
	calls := []call{
		{"a-1", 0, []eventstore.Record{{ID: id(1, 0)}}},
		{"b-1", 0, []eventstore.Record{{ID: id(2, 0), Data: make([]byte, 400_000)}}}, // for which there is no room
	}
	for i, err := range group(t, d, calls) {
		if err == nil || errors.Is(err, eventstore.ErrConflict) {
			t.Errorf("append %d = %v; want an error other than ErrConflict", i, err)
		}
	}
	if err := d.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, c := range calls {
		if err := d.Append(t.Context(), c.stream, c.version, c.recs...); err != nil {
			t.Errorf("append %d with room again: %v", i, err)
		}
	}
	if got := read(t, d); len(got) != 3 || got[1].Stream != "a-1" || got[2].Stream != "b-1" {
		t.Errorf("the store holds %d records, want 3", len(got))
	}
}

func TestPanicLeavesNobodyWaiting(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "events.db"))
	d.AroundCommit(func(func() error) error { panic("the driver has a bug") })
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		d.Append(t.Context(), "a-1", 0, eventstore.Record{ID: id(1, 1)})
	}()
	if err := d.Append(t.Context(), "a-1", 0, eventstore.Record{ID: id(1, 1)}); err == nil || errors.Is(err, eventstore.ErrConflict) {
		t.Errorf("Append after a panic = %v; want an error other than ErrConflict", err)
	}
}

func TestClosedStoreRefuses(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "events.db"))
	for range 2 {
		if err := d.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if err := d.Append(t.Context(), "a-1", 0, eventstore.Record{ID: id(1, 1)}); err == nil || errors.Is(err, eventstore.ErrConflict) {
		t.Errorf("Append to a closed store = %v; want an error other than ErrConflict", err)
	}
}
