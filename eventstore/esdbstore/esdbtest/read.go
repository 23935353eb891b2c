package esdbtest

import (
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Read implements streams.StreamsServer: reads and catch-up subscriptions, of
// one stream or of all.
func (s *streamsService) Read(r *streams.ReadReq, call streams.Streams_ReadServer) error {
	ctx, o := call.Context(), r.GetOptions()
	if err := s.node.leads(ctx, false); err != nil {
		return err
	}
	name := "$all"
	if one := o.GetStream(); one != nil {
		name = string(one.GetStreamIdentifier().GetStreamName())
	}
	if err := s.node.cluster.may(ctx, reading, name); err != nil {
		return err
	}
	match, err := filter(o.GetFilter())
	if err != nil {
		return err
	}
	switch {
	case o.GetSubscription() != nil && name == "$all":
		return s.subscribe(o, match, call)
	case o.GetSubscription() != nil:
		return status.Error(codes.Unimplemented, "subscriptions to one stream are not needed")
	case name == "$all":
		return s.readAll(o, match, call)
	}
	return s.readStream(name, o, call)
}

func (s *streamsService) readStream(name string, o *streams.ReadReq_Options, call streams.Streams_ReadServer) error {
	l := s.node.cluster.log
	l.mu.Lock()
	below := s.node.below()
	if s.node.cluster.hides() && len(l.all) > 0 {
		below = min(below, l.all[len(l.all)-1].position)
	}
	events, found, gone := l.read(name, below)
	l.mu.Unlock()
	switch {
	case gone:
		return fail(call.Context(), codes.FailedPrecondition, "Event stream '"+name+"' is deleted.", "exception", "stream-deleted", "stream-name", name)
	case !found:
		return call.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{StreamNotFound: &streams.ReadResp_StreamNotFound{
			StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(name)},
		}}})
	}
	at := o.GetStream()
	from := int64(at.GetRevision()) // a number that is truncated stands for the first that is not
	if o.GetReadDirection() == streams.ReadReq_Options_Backwards {
		events = slices.Clone(events)
		slices.Reverse(events)
		if at.GetEnd() == nil {
			events = events[sort.Search(len(events), func(i int) bool { return events[i].number <= from }):]
		}
	} else if at.GetEnd() != nil {
		events = nil
	} else {
		events = events[sort.Search(len(events), func(i int) bool { return events[i].number >= from }):]
	}
	return send(events, o.GetCount(), call)
}

// readAll reads inclusively from a position, and backwards exclusively.
func (s *streamsService) readAll(o *streams.ReadReq_Options, match func(*event) bool, call streams.Streams_ReadServer) error {
	l, at := s.node.cluster.log, o.GetAll()
	l.mu.Lock()
	defer l.mu.Unlock()
	from, below := at.GetPosition().GetCommitPosition(), s.node.below()
	backwards := o.GetReadDirection() == streams.ReadReq_Options_Backwards
	switch {
	case backwards && at.GetPosition() != nil:
		from, below = 0, min(below, from)
	case backwards:
		from = 0
	case at.GetEnd() != nil:
		from = below
	}
	events, _ := l.after(from, below)
	events = slices.Clone(events)
	l.mu.Unlock()
	defer l.mu.Lock()
	if backwards {
		slices.Reverse(events)
	}
	events = slices.DeleteFunc(events, func(e *event) bool { return !match(e) })
	return send(events, o.GetCount(), call)
}

func send(events []*event, count uint64, call streams.Streams_ReadServer) error {
	for i, e := range events {
		if uint64(i) == count {
			return nil
		}
		if err := call.Send(e.wire()); err != nil {
			return err
		}
	}
	return nil
}

// filter returns which events a read shows.
func filter(f *streams.ReadReq_Options_FilterOptions) (func(*event) bool, error) {
	if f == nil {
		return func(*event) bool { return true }, nil
	}
	of, x := func(e *event) string { return e.kind }, f.GetEventType()
	if x == nil {
		of, x = func(e *event) string { return e.stream }, f.GetStreamIdentifier()
	}
	if len(x.GetPrefix()) > 0 {
		return func(e *event) bool {
			return slices.ContainsFunc(x.GetPrefix(), func(p string) bool { return strings.HasPrefix(of(e), p) })
		}, nil
	}
	re, err := regexp.Compile(x.GetRegex())
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return func(e *event) bool { return re.MatchString(of(e)) }, nil
}

// wire is the event as clients get it. The time is in units of 100 ns, decimal.
func (e *event) wire() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
		Event: &streams.ReadResp_ReadEvent_RecordedEvent{
			Id: packed(e.id), StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(e.stream)}, StreamRevision: uint64(e.number),
			PreparePosition: e.position, CommitPosition: e.position, Data: e.data, CustomMetadata: e.meta,
			Metadata: map[string]string{"type": e.kind, "content-type": e.content, "created": strconv.FormatInt(e.created.UnixNano()/100, 10)},
		},
		Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: e.position},
	}}}
}

func packed(id uuid.UUID) *shared.UUID {
	var most, least uint64
	for i := range 8 {
		most, least = most<<8|uint64(id[i]), least<<8|uint64(id[8+i])
	}
	return &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{MostSignificantBits: int64(most), LeastSignificantBits: int64(least)}}}
}

func unpacked(id *shared.UUID) (u uuid.UUID) {
	if s := id.GetStructured(); s != nil {
		for i := range 8 {
			u[i], u[8+i] = byte(uint64(s.MostSignificantBits)>>(56-8*i)), byte(uint64(s.LeastSignificantBits)>>(56-8*i))
		}
		return u
	}
	u, _ = uuid.Parse(id.GetString_())
	return u
}
