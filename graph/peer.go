package graph

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/graph/operation"
	"github.com/rapporteur-project/rapporteur/shared"
)

// withPeer notes where a request comes from.
func withPeer(ctx context.Context, r *http.Request) context.Context {
	return context.WithValue(ctx, peerKey, addressOf(r.RemoteAddr))
}

// addressOf is the address of a connection's other end. Of a network that has
// its addresses to give away, as every home has by IPv6, it is the network.
func addressOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip = ip.Unmap(); ip.Is6() {
		if p, err := ip.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}

// payer is whose budget an operation is charged to: the person's who is signed
// in, or else that of where the request comes from.
func (r *Resolver) payer(ctx context.Context) operation.Payer {
	if who, ok := auth.From(ctx); ok && r.Everyone == nil {
		return operation.Payer{
			Name:   "person " + string(r.App.PersonID(who.Issuer, who.Subject)),
			Budget: shared.Budget{Points: r.PersonBudget, Per: time.Minute},
		}
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
