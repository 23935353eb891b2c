// Package follower gives every record its index.
//
// It alone reads the store's whole order. It numbers the records 0, 1, 2, ...,
// hashes each into its leaf of an RFC 6962 tree, keeps that in log.db, and
// hands on batches. Because one numberer asserts that nothing is missing,
// nothing that reads from it can skip a record.
package follower

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/rapporteur-project/rapporteur/audit/format"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

const (
	batchSize = 2000                   // records in one batch, and in one transaction of log.db
	keep      = 8192                   // newest records kept in memory for those who follow closely
	few       = 64                     // newest records to look through before log.db is asked
	lookEvery = 200 * time.Millisecond // how often to look without being woken
)

// A Fact is a record with its place in the log.
type Fact struct {
	eventstore.Record
	Index int64
	Entry format.Entry // what stands in the log for it
	Leaf  tlog.Hash    // of Entry

	// Withheld says that the record's data or its meta is not shown here: only
	// its envelope, Index, Entry and Leaf are known. A Follower shows everything;
	// a copy of the log that was made for somebody may not.
	Withheld bool
}

func newFact(r eventstore.Record, index int64) (Fact, error) {
	e, err := format.NewEntry(r, index)
	if err != nil {
		return Fact{}, fmt.Errorf("record %s: %w", r.ID, err)
	}
	return Fact{Record: r, Index: index, Entry: e, Leaf: e.Leaf()}, nil
}

// A Follower numbers the records of a store. Run it once; everything else is
// safe for concurrent use.
type Follower struct {
	// Bell says, beside the store, that there may be news; nil: only the store
	// does. Set it before Run.
	Bell interface {
		Listen(ctx context.Context) <-chan struct{}
	}

	// Batch is how many records are in one batch, and in one transaction of
	// log.db; 0 for 2,000. Set it before anything else.
	Batch int

	store eventstore.Store // set once
	log   *logDB           // set once

	mu    sync.Mutex
	size  int64               // records numbered, durably
	root  tlog.Hash           // of the tree over them
	tail  []Fact              // the newest of them, oldest first
	pos   eventstore.Position // of the newest record
	news  chan struct{}       // closed, then replaced, when size grows
	fault error               // why Run stopped, if it did
}

// Open opens or creates log.db at path, to follow store.
func Open(ctx context.Context, path string, store eventstore.Store) (*Follower, error) {
	log, err := openLog(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	f := &Follower{store: store, log: log, news: make(chan struct{})}
	f.size, f.root, f.pos, err = log.end(ctx)
	if err != nil {
		log.close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return f, nil
}

// Close closes log.db. Run must have returned.
func (f *Follower) Close() error { return f.log.close() }

// Run numbers records as they come, until ctx ends or the store and the log
// turn out to disagree.
func (f *Follower) Run(ctx context.Context) error {
	wake := f.store.Wake(ctx)
	var rung <-chan struct{} // nil: never
	if f.Bell != nil {
		rung = f.Bell.Listen(ctx)
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := f.CatchUp(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			f.stop(err)
			return fmt.Errorf("follow the store: %w", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-rung:
		case <-tick.C:
		}
	}
}

// CatchUp numbers everything now in the store. Only Run, or a caller that does
// not run it, may call it.
func (f *Follower) CatchUp(ctx context.Context) error {
	for {
		n, err := f.step(ctx)
		if err != nil || n < f.most() {
			return err
		}
	}
}

// step numbers one batch.
func (f *Follower) step(ctx context.Context) (int, error) {
	f.mu.Lock()
	next, pos := f.size, f.pos
	f.mu.Unlock()
	var facts []Fact
	for r, err := range f.store.All(ctx, pos) {
		if err != nil {
			return 0, fmt.Errorf("read the store after index %d: %w", next-1, err)
		}
		if r.Position <= pos {
			return 0, fmt.Errorf("record %s: position %d is not after %d", r.ID, r.Position, pos)
		}
		x, err := newFact(r, next)
		if err != nil {
			return 0, err
		}
		facts = append(facts, x)
		next, pos = next+1, r.Position
		if len(facts) == f.most() {
			break
		}
	}
	if len(facts) == 0 {
		return 0, nil
	}
	root, err := f.log.add(ctx, facts)
	if err != nil {
		return 0, fmt.Errorf("number records from %d: %w", facts[0].Index, err)
	}
	f.grow(facts, root)
	return len(facts), nil
}

// most is how many records a batch has at most.
func (f *Follower) most() int { return cmp.Or(f.Batch, batchSize) }

func (f *Follower) grow(facts []Fact, root tlog.Hash) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tail = append(f.tail, facts...)
	if len(f.tail) > 2*keep {
		f.tail = append([]Fact(nil), f.tail[len(f.tail)-keep:]...)
	}
	last := facts[len(facts)-1]
	f.size, f.root, f.pos = last.Index+1, root, last.Position
	close(f.news)
	f.news = make(chan struct{})
}

func (f *Follower) stop(err error) {
	slog.Error("the follower stopped: nothing more is numbered", slog.Any("err", err))
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = err
	close(f.news)
	f.news = make(chan struct{})
}

// Size returns how many records are numbered: the indexes below it exist.
func (f *Follower) Size() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.size
}

// Head returns how many records are numbered and the root of the tree over
// them. Both are durable.
func (f *Follower) Head() (size int64, root tlog.Hash) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.size, f.root
}

// Wait blocks until size records are numbered. It fails when ctx ends, or when
// the follower has stopped.
func (f *Follower) Wait(ctx context.Context, size int64) error {
	return f.await(ctx, func() bool { return f.size >= size })
}

// Reach blocks until everything up to a position in the store is numbered. It
// fails as Wait does.
func (f *Follower) Reach(ctx context.Context, at eventstore.Position) error {
	return f.await(ctx, func() bool { return f.pos >= at })
}

// Whole reports whether everything that is in the store now is numbered.
func (f *Follower) Whole(ctx context.Context) (bool, error) {
	head, err := f.store.Head(ctx)
	if err != nil {
		return false, fmt.Errorf("the end of the store: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.pos >= head, nil
}

// ReachAll blocks until everything that is in the store now is numbered. It fails
// as Wait does, and when the store cannot say where it ends.
func (f *Follower) ReachAll(ctx context.Context) error {
	head, err := f.store.Head(ctx)
	if err != nil {
		return fmt.Errorf("the end of the store: %w", err)
	}
	return f.Reach(ctx, head)
}

// await blocks until done, which is called while f.mu is held.
func (f *Follower) await(ctx context.Context, done func() bool) error {
	for {
		f.mu.Lock()
		over, news, fault := done(), f.news, f.fault
		f.mu.Unlock()
		switch {
		case over:
			return nil
		case fault != nil:
			return fmt.Errorf("the follower stopped: %w", fault)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-news:
		}
	}
}

// Index waits until the record is numbered and returns its index.
func (f *Follower) Index(ctx context.Context, record string) (int64, error) {
	for from := int64(-1); ; {
		size, index, found := f.recent(record, from)
		if found {
			return index, nil
		}
		if from < 0 || size-from > keep { // it may be numbered and no longer in memory
			if i, ok, err := f.log.index(ctx, record); err != nil {
				return 0, err
			} else if ok {
				return i, f.Wait(ctx, i+1) // log.db is a batch ahead for a moment
			}
		}
		from = size
		if err := f.Wait(ctx, size+1); err != nil {
			return 0, fmt.Errorf("await record %s: %w", record, err)
		}
	}
}

// recent looks for a record among the newest: those from an index on that are
// in memory, or the last few if it is negative. It says how many records there
// were when it looked.
func (f *Follower) recent(record string, from int64) (size, index int64, found bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if from < 0 {
		from = f.size - few
	}
	for i := len(f.tail) - 1; i >= 0 && f.tail[i].Index >= from; i-- {
		if f.tail[i].ID == record {
			return f.size, f.tail[i].Index, true
		}
	}
	return f.size, 0, false
}
