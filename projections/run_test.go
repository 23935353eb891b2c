package projections

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

// eventually waits until it is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

// TestRunGoesOn: while the file cannot be written an engine says so, keeps what it
// had and tells at once who waits for more, and it goes on by itself. A file that
// turns out to be damaged is built anew.
func TestRunGoesOn(t *testing.T) {
	st, dir := new(memstore.Store), t.TempDir()
	register(t, st, 0, 3)
	log := logOf(t, dir, st)
	path := filepath.Join(dir, "r.db")
	p, full := filling(), make(chan error, 1)
	applies := p.Apply
	p.Apply = func(ctx context.Context, tx *Tx, f Fact) error {
		select {
		case err := <-full:
			full <- err
			return err
		default:
			return applies(ctx, tx, f)
		}
	}
	e := &Engine{Log: log, Path: path, All: []Projection{p}}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	eventually(t, "the first records", func() bool { return e.AwaitIndex(ctx, 2) == nil })
	more := func(from, to int) {
		t.Helper()
		register(t, st, from, to)
		if err := log.CatchUp(ctx); err != nil {
			t.Fatal(err)
		}
	}

	for n, disk := range []error{coded(13), coded(10), coded(10 | 12<<8)} { // full, I/O, I/O at a sync
		first := 3 + 2*n
		full <- disk
		more(first, first+2)
		eventually(t, "the fault", func() bool { return e.Fault() != nil })
		if err := e.AwaitIndex(ctx, int64(first)); !errors.As(err, new(Stale)) {
			t.Errorf("who waits for more is told %v", err)
		}
		if err := e.AwaitIndex(ctx, int64(first-1)); err != nil {
			t.Errorf("what was applied: %v", err)
		}
		if _, err := e.reading("filling"); err != nil {
			t.Errorf("reads: %v", err)
		}
		await.Value(t, full, "the full disk")
		eventually(t, "the records that came meanwhile", func() bool { return e.AwaitIndex(ctx, int64(first+1)) == nil })
		eventually(t, "no fault", func() bool { return e.Fault() == nil })
	}

	full <- coded(11)
	more(9, 11)
	eventually(t, "that it is built anew", func() bool { return errors.As(e.AwaitIndex(ctx, 0), new(Unavailable)) })
	await.Value(t, full, "the full disk")
	eventually(t, "all records", func() bool { return e.AwaitIndex(ctx, 10) == nil })
	if c := e.Certificates()[0]; c.Next != 11 || c.Failed != "" {
		t.Errorf("the certificate is %+v", c)
	}
	stop()
	if err := await.Value(t, ended, "the engine to end"); err != nil {
		t.Errorf("Run ended with %v", err)
	}
}
