// Package graph answers GraphQL. Resolvers translate and delegate; they decide
// nothing.
package graph

import (
	"time"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph/generated"
	"github.com/rapporteur-project/rapporteur/projections"
	"github.com/rapporteur-project/rapporteur/shared"
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
	Streams int                // that one person, or the public from one address, may have open; 0: 100
	Beat    time.Duration      // between signs of life of a stream; 0: 15 seconds

	Budgets       shared.Budgets   // what each of those who ask may spend; nil: without limit
	PersonBudget  int              // points a minute of a person; 0: without limit
	AddressBudget int              // points a minute of all who are not signed in at one address; 0: without limit
	Documents     shared.Documents // that clients name by their hash; nil: none
	QueryTime     time.Duration    // that a query may take; 0: without limit
	MutationTime  time.Duration    // likewise; what it has begun to record it records

	ReadOnly bool           // it answers from a bundle: nothing can be recorded, and Log grows no more
	Everyone *domain.Viewer // who every request counts as, for whoever holds a bundle has all that is in it; nil: who they are
}

// A Resolver answers fields.
type Resolver struct {
	Config
	each  turns // of every query and mutation
	heavy turns // of queries that go through much, besides
}

type (
	mutation      struct{ *Resolver }
	query         struct{ *Resolver }
	subscription  struct{ *Resolver }
	submissions   struct{ *Resolver }
	consultations struct{ *Resolver }
	contributions struct{ *Resolver }
	credentials   struct{ *Resolver }
	entities      struct{ *Resolver }
	lookAlikes    struct{ *Resolver }
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
