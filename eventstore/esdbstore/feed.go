package esdbstore

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// errSilent reports that a read showed nothing for as long as a try may take.
var errSilent = trouble{fmt.Errorf("nothing came: %w", context.DeadlineExceeded)}

// An item is what a read or a subscription gives: an event, or how far the
// server has looked.
type item struct {
	event      *esdb.RecordedEvent
	checkpoint uint64
}

// A source gives items, and io.EOF at the end.
type source struct {
	next  func() (item, error)
	close func()
}

// An opener begins a read or a subscription.
type opener func(context.Context, *esdb.Client) (source, error)

// A feed has a source read beside its reader, who so is free to leave.
type feed struct {
	session *session
	client  *client
	items   chan fed
	cancel  context.CancelFunc
}

type fed struct {
	item
	err error // the last; io.EOF at the end
}

// feed begins to read. Close it.
func (s *session) feed(ctx context.Context, open opener) (*feed, error) {
	c, err := s.current()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(leading(ctx))
	f := &feed{s, c, make(chan fed), cancel}
	give := func(x fed) bool {
		select {
		case f.items <- x:
			return true
		case <-ctx.Done():
			return false
		}
	}
	spawn(func() error {
		src, err := open(ctx, c.Client)
		if err != nil {
			return err
		}
		defer src.close()
		for {
			i, err := src.next()
			if err != nil {
				return err
			}
			if !give(fed{item: i}) {
				return ctx.Err()
			}
		}
	}, func(err error) {
		if err != io.EOF { // itself: the client wraps one that is no end
			err = troubled(err)
		}
		if ctx.Err() != nil {
			s.done(c, nil) // it is the reader who left
		} else {
			s.done(c, err)
		}
		give(fed{err: err})
	})
	return f, nil
}

func (f *feed) close() { f.cancel() }

// take returns the next item. It waits for no longer than limit, if that is not zero.
func (f *feed) take(ctx context.Context, limit time.Duration) (item, error) {
	if err := ctx.Err(); err != nil {
		return item{}, err
	}
	var silent <-chan time.Time
	if limit > 0 {
		t := time.NewTimer(limit)
		defer t.Stop()
		silent = t.C
	}
	select {
	case x := <-f.items:
		return x.item, x.err
	case <-ctx.Done():
		return item{}, ctx.Err()
	case <-silent:
		f.session.renew(f.client)
		return item{}, errSilent
	}
}

// events hands every item of a read to each until the end, or the first error.
// It reports whether there was any.
func (s *Store) events(ctx context.Context, open opener, each func(item) error) (some bool, err error) {
	f, err := s.session.feed(ctx, open)
	if err != nil {
		return false, err
	}
	defer f.close()
	for {
		i, err := f.take(ctx, tryTime)
		switch {
		case err == io.EOF:
			return some, nil
		case err != nil:
			return some, err
		}
		some = true
		if err := each(i); err != nil {
			return some, err
		}
	}
}
