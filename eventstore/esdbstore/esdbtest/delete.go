package esdbtest

import (
	"context"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
)

// Delete implements streams.StreamsServer.
func (s *streamsService) Delete(ctx context.Context, r *streams.DeleteReq) (*streams.DeleteResp, error) {
	o := r.GetOptions()
	if err := s.delete(ctx, string(o.GetStreamIdentifier().GetStreamName()), expectation(o.GetExpectedStreamRevision(), o.GetRevision()), false); err != nil {
		return nil, err
	}
	return &streams.DeleteResp{PositionOption: &streams.DeleteResp_Position_{Position: &streams.DeleteResp_Position{}}}, nil
}

// Tombstone implements streams.StreamsServer.
func (s *streamsService) Tombstone(ctx context.Context, r *streams.TombstoneReq) (*streams.TombstoneResp, error) {
	o := r.GetOptions()
	if err := s.delete(ctx, string(o.GetStreamIdentifier().GetStreamName()), expectation(o.GetExpectedStreamRevision(), o.GetRevision()), true); err != nil {
		return nil, err
	}
	return &streams.TombstoneResp{PositionOption: &streams.TombstoneResp_Position_{Position: &streams.TombstoneResp_Position{}}}, nil
}

// delete asks who calls before it looks at the version, as servers do.
func (s *streamsService) delete(ctx context.Context, name string, expected int64, hard bool) error {
	c, l := s.node.cluster, s.node.cluster.log
	if err := s.node.leads(ctx, true); err != nil {
		return err
	}
	if err := c.may(ctx, deleting, name); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch v, last := l.check(name, expected, nil); v {
	case ended:
		return fail(ctx, codes.FailedPrecondition, "Event stream '"+name+"' is deleted.", "exception", "stream-deleted", "stream-name", name)
	case wrong:
		return fail(ctx, codes.FailedPrecondition, "Append failed due to WrongExpectedVersion.", "exception", "wrong-expected-version", "stream-name", name,
			"expected-version", strconv.FormatInt(expected, 10), "actual-version", strconv.FormatInt(last, 10))
	}
	l.delete(name, hard)
	return nil
}
