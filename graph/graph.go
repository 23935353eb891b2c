// Package graph answers GraphQL. Resolvers translate and delegate; they decide
// nothing.
package graph

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	stock "github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/graph/transport"
	"github.com/rapporteur-project/rapporteur/projections"
)

// Config is everything the API needs. All of it but Now is required; App and
// Verify are needed by nobody where ReadOnly and Everyone are set.
type Config struct {
	App    *app.App
	Engine *projections.Engine // the read models
	Search *projections.Engine // the search's own file
	Log    projections.Log
	Proofs Proofs           // of Log
	Verify *auth.Verifier   // for tokens in a WebSocket's connection_init
	Now    func() time.Time // nil: the system's clock

	Refused func(limit string) // counts what is refused, by the limit it met; nil: nobody counts

	ReadOnly bool           // it answers from a bundle: nothing can be recorded, and Log grows no more
	Everyone *domain.Viewer // who every request counts as, for whoever holds a bundle has all that is in it; nil: who they are
}

// A Resolver answers fields.
type Resolver struct{ Config }

type (
	mutation      struct{ *Resolver }
	query         struct{ *Resolver }
	subscription  struct{ *Resolver }
	submissions   struct{ *Resolver }
	consultations struct{ *Resolver }
	contributions struct{ *Resolver }
	credentials   struct{ *Resolver }
	entities      struct{ *Resolver }
	questions     struct{ *Resolver }
	cosigners     struct{ *Resolver }
	viewer        struct{ *Resolver }
	dates         struct{}
)

var _ generated.ResolverRoot = (*Resolver)(nil)

// Mutation implements generated.ResolverRoot.
func (r *Resolver) Mutation() generated.MutationResolver { return mutation{r} }

// Query implements generated.ResolverRoot.
func (r *Resolver) Query() generated.QueryResolver { return query{r} }

// Subscription implements generated.ResolverRoot.
func (r *Resolver) Subscription() generated.SubscriptionResolver { return subscription{r} }

// Submission implements generated.ResolverRoot.
func (r *Resolver) Submission() generated.SubmissionResolver { return submissions{r} }

// Consultation implements generated.ResolverRoot.
func (r *Resolver) Consultation() generated.ConsultationResolver { return consultations{r} }

// Contribution implements generated.ResolverRoot.
func (r *Resolver) Contribution() generated.ContributionResolver { return contributions{r} }

// Credential implements generated.ResolverRoot.
func (r *Resolver) Credential() generated.CredentialResolver { return credentials{r} }

// Entity implements generated.ResolverRoot.
func (r *Resolver) Entity() generated.EntityResolver { return entities{r} }

// Questionnaire implements generated.ResolverRoot.
func (r *Resolver) Questionnaire() generated.QuestionnaireResolver { return questions{r} }

// CoSignatory implements generated.ResolverRoot.
func (r *Resolver) CoSignatory() generated.CoSignatoryResolver { return cosigners{r} }

// Viewer implements generated.ResolverRoot.
func (r *Resolver) Viewer() generated.ViewerResolver { return viewer{r} }

// PartialDate implements generated.ResolverRoot.
func (r *Resolver) PartialDate() generated.PartialDateResolver { return dates{} }

// Handler serves the API over HTTP, WebSocket and server-sent events.
// It expects auth.Middleware around it.
func Handler(c Config) http.Handler {
	if c.Now == nil {
		c.Now = time.Now
	}
	r := &Resolver{c}
	return r.handler(generated.NewExecutableSchema(generated.Config{Resolvers: r, Schema: served()}))
}

func (r *Resolver) handler(schema graphql.ExecutableSchema) http.Handler {
	exec := r.executor(schema)
	fault := func(ctx context.Context, panicked any) *gqlerror.Error {
		return present(ctx, recovered(ctx, panicked))
	}
	plain := &transport.Server{Exec: exec, Fault: fault, Refused: r.Refused}
	streams := []graphql.Transport{stock.SSE{}, stock.Websocket{KeepAlivePingInterval: heartbeat, InitFunc: r.signIn}}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		req = req.WithContext(withMinIndex(req.Context(), req.Header.Get("Rapporteur-Min-Index")))
		for _, s := range streams {
			if s.Supports(req) {
				// A stream outlives the server's limit for one answer. A writer that
				// has no such limit cannot lift it either.
				_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
				s.Do(w, req.WithContext(graphql.StartOperationTrace(req.Context())), exec)
				return
			}
		}
		plain.ServeHTTP(w, req)
	})
}
