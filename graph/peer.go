package graph

import (
	"context"
	"net/http"
	"time"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/graph/operation"
	"github.com/rapporteur-project/rapporteur/graph/transport"
	"github.com/rapporteur-project/rapporteur/shared"
)

// withPeer notes where a request comes from.
func withPeer(ctx context.Context, r *http.Request) context.Context {
	return context.WithValue(ctx, peerKey, transport.Address(r.RemoteAddr))
}

// personOf is who asks, or empty for the public.
func (r *Resolver) personOf(ctx context.Context) domain.ID {
	if r.Everyone != nil {
		return r.Everyone.Person
	}
	who, ok := auth.From(ctx)
	if !ok {
		return ""
	}
	return r.App.PersonID(who.Issuer, who.Subject)
}

// payer is whose budget an operation is charged to: the person's who is signed
// in, or else that of where the request comes from.
func (r *Resolver) payer(ctx context.Context) operation.Payer {
	if person := r.personOf(ctx); person != "" {
		return operation.Payer{Name: "person " + string(person), Budget: shared.Budget{Points: r.PersonBudget, Per: time.Minute}}
	}
	address, _ := ctx.Value(peerKey).(string)
	return operation.Payer{Name: "address " + address, Budget: shared.Budget{Points: r.AddressBudget, Per: time.Minute}}
}

// admit refuses whoever sends a token that is not accepted, or whose token was
// taken back after a WebSocket was opened by it.
func (r *Resolver) admit(ctx context.Context) error {
	if r.Everyone != nil {
		return nil
	}
	err := auth.Refused(ctx)
	if err == nil && r.Verify != nil {
		err = r.Verify.Revoked(ctx)
	}
	if err != nil {
		return notSignedIn(err)
	}
	return nil
}
