package transport

import (
	"context"
	"sync"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// A Stream is what whoever produces payloads and whoever carries them tell
// each other besides the payloads: after which index the caller wants to go
// on, at which index each payload stands, and why there are no more.
// It is safe for concurrent use.
type Stream struct {
	after   int64 // set once
	resumed bool  // set once; whether there is an after

	mu    sync.Mutex
	marks []int64         // of payloads sent and not yet carried
	err   *gqlerror.Error // why it ended; nil: there is no more
}

type contextKey int

const streamKey contextKey = iota

// StreamOf returns the stream of an operation. It is never nil: what is said to
// it where there is none, nobody hears.
func StreamOf(ctx context.Context) *Stream {
	if s, ok := ctx.Value(streamKey).(*Stream); ok {
		return s
	}
	return new(Stream)
}

// After is the index of the last payload that the caller says it has seen, in
// the header Last-Event-ID.
func (s *Stream) After() (index int64, ok bool) { return s.after, s.resumed }

// Mark says at which index the payload stands that is sent next.
func (s *Stream) Mark(index int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.marks = append(s.marks, index)
}

// Fail says why no payload follows. Call it before the channel of payloads is
// closed; of several errors the first counts.
func (s *Stream) Fail(err *gqlerror.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
}

// mark returns the index of the oldest payload that was not asked for yet.
func (s *Stream) mark() (index int64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.marks) == 0 {
		return 0, false
	}
	index, s.marks = s.marks[0], s.marks[1:]
	return index, true
}

// failure returns why the stream ended, once.
func (s *Stream) failure() *gqlerror.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.err
	s.err = nil
	return err
}
