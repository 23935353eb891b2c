// Package transport carries GraphQL over HTTP, WebSocket and server-sent
// events, for any executor of gqlgen's. It assumes a hostile internet:
// whatever is sent is bounded in size and time, nothing of it is answered or
// logged, and a panic of whoever answers ends one operation and not the
// program.
//
// No cross-origin header is ever sent, so pages of other sites can read no
// answer. Nor can they do anything by asking: GET takes queries only, POST
// takes application/json only, which a browser does not send to another site
// without permission, and a WebSocket from another site's page is refused.
package transport

import (
	"cmp"
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	maxBody        = 1 << 20  // bytes, of a body or message; a submission with its answers has several times what a query may
	maxInit        = 16 << 10 // bytes of a message before connection_init was accepted; a token has at most 8 KiB
	maxOperations  = 32       // under way on one connection; a page full of live fields has a dozen
	defaultStreams = 100      // open of one person or address
	longAnswer     = 64 << 10 // bytes; shorter ones do not count
	maxSending     = 64 << 20 // bytes of long answers being sent: whoever reads slowly has the server keep one meanwhile
)

// A Server answers GraphQL. Exec and Fault are required. Set its fields before
// use; it is then safe for concurrent use.
type Server struct {
	Exec graphql.GraphExecutor

	// Fault notes a panic, and is what its caller is told.
	Fault func(ctx context.Context, panicked any) *gqlerror.Error

	// SignIn returns ctx with who a connection_init's payload says they are.
	// On an error the connection is closed. nil: they are nobody.
	SignIn func(ctx context.Context, payload map[string]any) (context.Context, error)

	// Caller is who asks, to count their streams; empty for the public, whose
	// streams are counted by address. nil: everybody is the public.
	Caller func(ctx context.Context) string

	// Left is how long it is allowed to answer who asks; false for always.
	// nil: always.
	Left func(ctx context.Context) (time.Duration, bool)

	// Refused counts what was refused, by the limit it met; nil: nobody counts.
	Refused func(limit string)

	Streams   int           // that one person, or the public from one address, may have open; default 100
	Init      time.Duration // how long a connection may wait with connection_init; default 10s
	Heartbeat time.Duration // between signs of life of a stream; default 15s
	Write     time.Duration // how long a caller may take to read what is sent; default 10s

	open    tally        // streams
	sending atomic.Int64 // bytes of long answers that are being sent
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Accept")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	serve := s.plain
	if upgrades(r.Header) {
		serve = s.upgrade
	}
	if s.guard(r.Context(), func() { serve(w, r) }) != nil {
		panic(http.ErrAbortHandler) // a fault of this package: nobody knows how much was answered
	}
}

// Stop ends the streams in a way that tells clients to come back, lets no more
// begin, and waits until they have ended or ctx has.
func (s *Server) Stop(ctx context.Context) error { return s.open.end(ctx) }

func (s *Server) refused(limit string) {
	if s.Refused != nil {
		s.Refused(limit)
	}
}

func (s *Server) caller(ctx context.Context) string {
	if s.Caller == nil {
		return ""
	}
	return s.Caller(ctx)
}

// expired sends once it is no longer allowed to answer who asks. Call stop
// when that is of no interest any more.
func (s *Server) expired(ctx context.Context) (at <-chan time.Time, stop func()) {
	if s.Left != nil {
		if left, ok := s.Left(ctx); ok {
			t := time.NewTimer(left)
			return t.C, func() { t.Stop() }
		}
	}
	return nil, func() {}
}

func (s *Server) heartbeat() time.Duration { return cmp.Or(s.Heartbeat, 15*time.Second) }
func (s *Server) write() time.Duration     { return cmp.Or(s.Write, 10*time.Second) }
func (s *Server) waiting() time.Duration   { return cmp.Or(s.Init, 10*time.Second) }
