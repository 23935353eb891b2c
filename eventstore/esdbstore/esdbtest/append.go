package esdbtest

import (
	"context"
	"errors"
	"io"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// maxAppend is the most bytes of one append, as servers count them.
const maxAppend = 1 << 20

// streamsService is the API that the adapter lives on.
type streamsService struct {
	streams.UnimplementedStreamsServer
	node *node
}

// Append implements streams.StreamsServer. What can be refused by the stream's
// name is refused before the events have arrived.
func (s *streamsService) Append(call streams.Streams_AppendServer) error {
	ctx, c := call.Context(), s.node.cluster
	first, err := call.Recv()
	if err != nil {
		return err
	}
	o := first.GetOptions()
	if o == nil {
		return status.Error(codes.InvalidArgument, "options come first")
	}
	name := string(o.GetStreamIdentifier().GetStreamName())
	if err := s.node.leads(ctx, true); err != nil {
		return err
	}
	if err := c.may(ctx, writing, name); err != nil {
		return err
	}
	events, err := receive(ctx, call)
	if err != nil {
		return err
	}
	answer, err := s.append(ctx, name, expectation(o.GetExpectedStreamRevision(), o.GetRevision()), events)
	if err != nil {
		return err
	}
	return call.SendAndClose(answer)
}

// receive collects the events of one append.
func receive(ctx context.Context, call streams.Streams_AppendServer) (events []*event, err error) {
	size := 0
	for {
		m, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return nil, err
		}
		p := m.GetProposedMessage()
		if p == nil {
			return nil, status.Error(codes.InvalidArgument, "options come once")
		}
		if p.Metadata["type"] == "" || p.Metadata["content-type"] == "" {
			return nil, status.Error(codes.InvalidArgument, "an event has a type and a content type")
		}
		if size += len(p.Data) + len(p.CustomMetadata) + 2*len(p.Metadata["type"]); size > maxAppend {
			return nil, fail(ctx, codes.InvalidArgument, "Maximum Append Size Exceeded", "exception", "maximum-append-size-exceeded", "maximum-append-size", strconv.Itoa(maxAppend))
		}
		events = append(events, &event{id: unpacked(p.Id), kind: p.Metadata["type"], content: p.Metadata["content-type"], data: p.Data, meta: p.CustomMetadata})
	}
}

func (s *streamsService) append(ctx context.Context, name string, expected int64, events []*event) (*streams.AppendResp, error) {
	c, l := s.node.cluster, s.node.cluster.log
	ids := make([]uuid.UUID, len(events))
	for i, e := range events {
		ids[i] = e.id
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.Leader() != s.node.index { // it moved while the events came in
		return nil, status.Error(codes.Unavailable, "Server Is Not Ready")
	}
	v, last := l.check(name, expected, ids)
	if v == idempotent && c.config.Forgets {
		v, last = wrong, l.streams[name].last()
	}
	switch v {
	case ended:
		return nil, fail(ctx, codes.FailedPrecondition, "Event stream '"+name+"' is deleted.", "exception", "stream-deleted", "stream-name", name)
	case wrong:
		return wrongVersion(expected, last), nil
	case idempotent:
		return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: &streams.AppendResp_Success{
			CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{CurrentRevision: uint64(last)},
			PositionOption:        &streams.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}},
		}}}, nil
	}
	stored, befell := c.befalls(name)
	if stored {
		if last >= 0 && l.softDeleted(name) {
			l.undelete(name)
		}
		l.add(name, events...)
	}
	if befell != nil {
		return nil, s.lose(ctx, befell)
	}
	e := events[len(events)-1]
	return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{CurrentRevision: uint64(e.number)},
		PositionOption:        &streams.AppendResp_Success_Position{Position: &streams.AppendResp_Position{CommitPosition: e.position, PreparePosition: e.position}},
	}}}, nil
}

// befalls asks what befalls an append that would store, unless it is the server's own.
func (c *Cluster) befalls(name string) (stored bool, err error) {
	c.mu.Lock()
	f := c.fault
	c.writes++
	c.mu.Unlock()
	if f == nil || isSystem(name) {
		return true, nil
	}
	return f()
}

// lose fails a call in one of the ways that calls fail, turn by turn.
func (s *streamsService) lose(ctx context.Context, err error) error {
	c := s.node.cluster
	c.mu.Lock()
	c.faults++
	n := c.faults
	c.mu.Unlock()
	switch n % 5 {
	case 0:
		return status.Error(codes.Unavailable, "Server Is Too Busy")
	case 1:
		return status.Error(codes.Aborted, "Operation timed out: Commit phase timeout")
	case 2:
		return status.Error(codes.DeadlineExceeded, err.Error())
	case 3:
		return status.Error(codes.Unknown, err.Error())
	default:
		s.node.cut()
		return status.Error(codes.Unavailable, err.Error())
	}
}

func wrongVersion(expected, last int64) *streams.AppendResp {
	w := &streams.AppendResp_WrongExpectedVersion{}
	switch expected {
	case noStream:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: &shared.Empty{}}
	case streamExists:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: &shared.Empty{}}
	default:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: uint64(expected)}
	}
	if last < 0 {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: &shared.Empty{}}
	} else {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: uint64(last)}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: w}}
}

// expectation reads the version that a caller expects, from any of the three
// messages that have one.
func expectation(option any, revision uint64) int64 {
	switch option.(type) {
	case *streams.AppendReq_Options_Revision, *streams.DeleteReq_Options_Revision, *streams.TombstoneReq_Options_Revision:
		return int64(revision)
	case *streams.AppendReq_Options_NoStream, *streams.DeleteReq_Options_NoStream, *streams.TombstoneReq_Options_NoStream:
		return noStream
	case *streams.AppendReq_Options_StreamExists, *streams.DeleteReq_Options_StreamExists, *streams.TombstoneReq_Options_StreamExists:
		return streamExists
	}
	return anyVersion
}
