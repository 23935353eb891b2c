package esdbstore

import (
	"context"
	"fmt"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// Where a read starts, the client counts inclusively; where a subscription
// does, exclusively. Nil means the start to one and the end to the other, so it
// is never used.

// readStream reads one stream after a version: from its number, which is one less.
func readStream(name string, after int64, count uint64) opener {
	return func(ctx context.Context, c *esdb.Client) (source, error) {
		return reading(c.ReadStream(ctx, name, esdb.ReadStreamOptions{From: esdb.Revision(uint64(after))}, count))
	}
}

// readLast reads the last event of a stream.
func readLast(name string) opener {
	return func(ctx context.Context, c *esdb.Client) (source, error) {
		return reading(c.ReadStream(ctx, name, esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}}, 1))
	}
}

// readAll reads the events of everybody, from a position on that is included.
func readAll(from uint64, count uint64) opener {
	return func(ctx context.Context, c *esdb.Client) (source, error) {
		return reading(c.ReadAll(ctx, esdb.ReadAllOptions{From: place(from)}, count))
	}
}

// readBefore reads the last event of anybody that stands before a position.
func readBefore(position uint64) opener {
	return func(ctx context.Context, c *esdb.Client) (source, error) {
		return reading(c.ReadAll(ctx, esdb.ReadAllOptions{Direction: esdb.Backwards, From: place(position)}, 1))
	}
}

// readBack reads the events of everybody from the end backwards.
func readBack(count uint64) opener {
	return func(ctx context.Context, c *esdb.Client) (source, error) {
		return reading(c.ReadAll(ctx, esdb.ReadAllOptions{Direction: esdb.Backwards, From: esdb.End{}}, count))
	}
}

// subscribe follows the events of streams that begin in one of some ways, after
// a position, from now on for ever. The server says now and then how far it has
// looked where it found nothing.
func subscribe(after uint64, prefixes ...string) opener {
	return func(ctx context.Context, c *esdb.Client) (source, error) {
		sub, err := c.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{
			From:            place(after),
			MaxSearchWindow: 500,
			Filter:          &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: prefixes},
		})
		if err != nil {
			return source{}, err
		}
		return source{func() (item, error) { return following(sub) }, func() { _ = sub.Close() }}, nil // never fails
	}
}

// place is a position for the client. All our events are stored by appends of
// their own, whose two positions are the same.
func place(p uint64) esdb.AllPosition {
	switch p {
	case 0:
		return esdb.Start{}
	case math.MaxUint64:
		return esdb.End{}
	}
	return esdb.Position{Commit: p, Prepare: p}
}

func reading(r *esdb.ReadStream, err error) (source, error) {
	if err != nil {
		return source{}, err
	}
	return source{func() (item, error) {
		e, err := r.Recv()
		if err != nil {
			return item{}, err
		}
		return item{event: e.OriginalEvent()}, nil
	}, r.Close}, nil
}

// following waits for what a subscription gives next. It passes over the news
// that it has caught up: not every server has it. That it has fallen behind,
// none says.
func following(sub *esdb.Subscription) (item, error) {
	for {
		switch e := sub.Recv(); {
		case e.SubscriptionDropped != nil:
			return item{}, fmt.Errorf("the subscription ended: %w", e.SubscriptionDropped.Error)
		case e.EventAppeared != nil:
			return item{event: e.EventAppeared.OriginalEvent()}, nil
		case e.CheckPointReached != nil:
			return item{checkpoint: e.CheckPointReached.Commit}, nil
		}
	}
}
