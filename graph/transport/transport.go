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
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// A Server answers GraphQL. Set its fields before use; it is then safe for
// concurrent use.
type Server struct {
	Exec graphql.GraphExecutor

	// Fault notes a panic, and is what its caller is told.
	Fault func(ctx context.Context, panicked any) *gqlerror.Error

	// Refused counts what was refused, by the limit it met; nil: nobody counts.
	Refused func(limit string)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Add("Vary", "Accept")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	s.plain(w, r)
}

func (s *Server) refused(limit string) {
	if s.Refused != nil {
		s.Refused(limit)
	}
}
