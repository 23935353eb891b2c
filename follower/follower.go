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
	"errors"
	"fmt"
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

	longestWait = 2 * time.Second // between attempts while there is a fault
	checkEvery  = 5 * time.Second // how often log.db is tried when nothing comes
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
	log   Order            // set once

	unsettled bool // an Add failed, so that nobody knows what log holds; for step alone

	mu    sync.Mutex
	size  int64               // records numbered, durably
	root  tlog.Hash           // of the tree over them
	tail  []Fact              // the newest of them, oldest first
	pos   eventstore.Position // of the newest record
	news  chan struct{}       // closed, then replaced, when size grows
	fault error               // why nothing is numbered now, or nil
}

// Open opens or creates log.db at path, to follow store.
func Open(ctx context.Context, path string, store eventstore.Store) (*Follower, error) {
	log, err := openLog(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	f, err := New(ctx, log, store)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, errors.Join(err, log.Close()))
	}
	return f, nil
}

// New returns a Follower that keeps the order of store in log.
func New(ctx context.Context, log Order, store eventstore.Store) (*Follower, error) {
	f := &Follower{store: store, log: log, news: make(chan struct{})}
	var err error
	f.size, f.root, f.pos, err = log.End(ctx)
	return f, err
}

// Close closes the Order. Run must have returned.
func (f *Follower) Close() error { return f.log.Close() }

// Run numbers records as they come, until ctx ends. What keeps it from that is
// shown by Fault, and tried again: it does not end for a fault.
func (f *Follower) Run(ctx context.Context) error {
	wake := f.store.Wake(ctx)
	var rung <-chan struct{} // nil: never
	if f.Bell != nil {
		rung = f.Bell.Listen(ctx)
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	checked := time.Now()
	for wait := lookEvery; ; {
		err := f.CatchUp(ctx)
		if err == nil && time.Since(checked) >= checkEvery {
			checked, err = time.Now(), f.check(ctx)
		}
		if ctx.Err() != nil {
			return nil
		}
		f.note(err)
		if err != nil {
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(wait):
			}
			wait = min(2*wait, longestWait)
			continue
		}
		wait = lookEvery
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		case <-rung:
		case <-tick.C:
		}
	}
}

// check finds out whether the Order can be written, though there is no news.
func (f *Follower) check(ctx context.Context) error {
	if err := f.log.Check(ctx); err != nil {
		f.unsettled = true
		return fmt.Errorf("write the log back: %w", err)
	}
	return nil
}

// CatchUp numbers everything that is in the store now. Only Run, or a caller that
// does not run it, may call it.
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
	if err := f.settle(ctx); err != nil {
		return 0, err
	}
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
	root, err := f.log.Add(ctx, facts)
	if err != nil {
		f.unsettled = true
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
	f.signal()
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
