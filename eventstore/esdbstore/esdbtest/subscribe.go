package esdbtest

import (
	"slices"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/google/uuid"
)

// subscribe sends what comes after a position, then says once that it has
// caught up, and goes on. A position past the end is taken as it is: what is
// written before the log gets there is passed over. FellBehind is never sent.
//
// What a filter has looked at it says by the event's position; while it catches
// up, by the position after it, where the next event begins, or nothing stands.
func (s *streamsService) subscribe(o *streams.ReadReq_Options, match func(*event) bool, call streams.Streams_ReadServer) error {
	l, at, ctx := s.node.cluster.log, o.GetAll(), call.Context()
	if at.GetPosition() == nil && at.GetStart() == nil && at.GetEnd() == nil {
		return status.Error(codes.InvalidArgument, "a subscription starts somewhere")
	}
	next := at.GetPosition().GetCommitPosition()
	if at.GetPosition() != nil {
		next++ // exclusive
	}
	if at.GetEnd() != nil {
		l.mu.Lock()
		next = l.next
		l.mu.Unlock()
	}
	if err := call.Send(&streams.ReadResp{Content: &streams.ReadResp_Confirmation{Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: uuid.NewString()}}}); err != nil {
		return err
	}
	w := window{every: int(o.GetFilter().GetMax() * max(o.GetFilter().GetCheckpointIntervalMultiplier(), 1))}
	for caughtUp := false; ; {
		l.mu.Lock()
		events, news := l.after(next, s.node.below())
		events = slices.Clone(events)
		l.mu.Unlock()
		for _, e := range events {
			next = e.position + 1
			if match(e) {
				if err := call.Send(e.wire()); err != nil {
					return err
				}
			}
			if w.passed(e) && o.GetFilter() != nil {
				said := checkpoint(e.position, e.position)
				if !caughtUp {
					said = checkpoint(e.end, 0)
				}
				if err := call.Send(said); err != nil {
					return err
				}
			}
		}
		if !caughtUp {
			caughtUp = true
			if err := call.Send(&streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}}); err != nil {
				return err
			}
		}
		select {
		case <-news:
		case <-ctx.Done():
			return status.FromContextError(ctx.Err()).Err()
		}
	}
}

// A window counts events that a filter has looked at, to say now and then how
// far it is.
type window struct{ every, seen int }

func (w *window) passed(*event) bool {
	w.seen++
	return w.every > 0 && w.seen%w.every == 0
}

func checkpoint(commit, prepare uint64) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: commit, PreparePosition: prepare}}}
}
