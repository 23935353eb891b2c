package graph

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/transport"
)

// An API answers GraphQL over HTTP, WebSocket and server-sent events.
type API struct{ server *transport.Server }

// Handler is the API. It expects auth.Middleware around it.
func Handler(c Config) *API {
	if c.Now == nil {
		c.Now = time.Now
	}
	r := newResolver(c)
	return r.api(generated.NewExecutableSchema(generated.Config{Resolvers: r, Schema: whole(served())}))
}

func (r *Resolver) api(schema graphql.ExecutableSchema) *API {
	return &API{&transport.Server{
		Exec:      r.executor(schema),
		SignIn:    r.signIn,
		Caller:    func(ctx context.Context) string { return string(r.personOf(ctx)) },
		Left:      r.left,
		Refused:   r.Refused,
		Streams:   r.Streams,
		Heartbeat: heartbeat,
		Fault: func(ctx context.Context, panicked any) *gqlerror.Error {
			return r.present(ctx, recovered(ctx, panicked))
		},
	}}
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ctx := withMinIndex(req.Context(), req.Header.Get("Rapporteur-Min-Index"))
	a.server.ServeHTTP(w, req.WithContext(withPeer(ctx, req)))
}

// Stop ends the streams, lets no more begin, and waits until they have ended or
// ctx has.
func (a *API) Stop(ctx context.Context) error { return a.server.Stop(ctx) }

// left is how long the caller's token lasts.
func (r *Resolver) left(ctx context.Context) (time.Duration, bool) {
	end, ok := auth.Expiry(ctx)
	if !ok {
		return 0, false
	}
	return end.Sub(r.Now()), true
}

// signIn takes the token of a WebSocket from its connection_init.
func (r *Resolver) signIn(ctx context.Context, payload map[string]any) (context.Context, error) {
	given, ok := payload["Authorization"]
	if !ok {
		given, ok = payload["authorization"]
	}
	if !ok || given == nil || r.Everyone != nil {
		return ctx, nil
	}
	header, ok := given.(string)
	if !ok {
		return ctx, unauthenticated()
	}
	ctx = r.Verify.SignIn(ctx, []string{header})
	if err := auth.Refused(ctx); err != nil {
		return ctx, notSignedIn(err)
	}
	return ctx, nil
}
