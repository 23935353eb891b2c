package follower

import (
	"context"
	"fmt"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

// Wait blocks until size records are numbered, through faults. It fails when ctx
// ends.
func (f *Follower) Wait(ctx context.Context, size int64) error {
	return f.await(ctx, true, func() bool { return f.size >= size })
}

// Reach blocks until everything up to a position in the store is numbered. It
// fails when ctx ends, and with ErrBehind at once while there is a fault.
func (f *Follower) Reach(ctx context.Context, at eventstore.Position) error {
	return f.await(ctx, false, func() bool { return f.pos >= at })
}

// await blocks until done, which is called while f.mu is held. While there is a
// fault it goes on only if it is to be patient.
func (f *Follower) await(ctx context.Context, patient bool, done func() bool) error {
	for {
		f.mu.Lock()
		over, news, fault := done(), f.news, f.fault
		f.mu.Unlock()
		switch {
		case over:
			return nil
		case fault != nil && !patient:
			return fmt.Errorf("%w: %w", ErrBehind, fault)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-news:
		}
	}
}

// Index waits until the record is numbered and returns its index. It fails with
// ErrBehind at once while there is a fault.
func (f *Follower) Index(ctx context.Context, record string) (int64, error) {
	for from := int64(-1); ; {
		size, index, found := f.recent(record, from)
		if found {
			return index, nil
		}
		if from < 0 || size-from > keep { // it may be numbered and no longer in memory
			if i, ok, err := f.log.Index(ctx, record); err != nil {
				return 0, err
			} else if ok {
				return i, f.Wait(ctx, i+1) // log.db is a batch ahead for a moment
			}
		}
		from = size
		if err := f.await(ctx, false, func() bool { return f.size > size }); err != nil {
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

// ReachAll blocks until everything that is in the store now is numbered. It fails
// as Reach does, and when the store cannot say where it ends.
func (f *Follower) ReachAll(ctx context.Context) error {
	head, err := f.store.Head(ctx)
	if err != nil {
		return fmt.Errorf("the end of the store: %w", err)
	}
	return f.Reach(ctx, head)
}
