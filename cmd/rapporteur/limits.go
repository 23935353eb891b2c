package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/shared/memory"
)

// limits are how much is done for those who ask.
type limits struct {
	BudgetPerson  int            `default:"120000" placeholder:"POINTS" help:"Points that each person may spend a minute; what costs how much is told by the schema. 0: without limit."`
	BudgetAddress int            `default:"60000" placeholder:"POINTS" help:"Points that all who are not signed in may spend a minute from one address. 0: without limit."`
	QueryTime     time.Duration  `default:"10s" placeholder:"DURATION" help:"How long a query may take. 0: without limit."`
	MutationTime  time.Duration  `default:"20s" placeholder:"DURATION" help:"How long a mutation may take. What it has begun to record it records all the same. 0: without limit."`
	Proxy         []netip.Prefix `placeholder:"ADDRESSES" help:"Proxies, such as 10.0.0.0/8, whose X-Forwarded-For says where a request comes from. Without this all that comes through a proxy has one budget."`
}

const maxBudget = 100_000_000 // points; beyond, 0 is what is meant

func (c limits) validate() error {
	var errs []error
	for name, points := range map[string]int{"budget-person": c.BudgetPerson, "budget-address": c.BudgetAddress} {
		if points < 0 || points > maxBudget {
			errs = append(errs, fmt.Errorf("--%s %d: must be from 0 to %d", name, points, maxBudget))
		}
	}
	for name, d := range map[string]time.Duration{"query-time": c.QueryTime, "mutation-time": c.MutationTime} {
		if d < 0 || d > 0 && d < 10*time.Millisecond {
			errs = append(errs, fmt.Errorf("--%s %s: must be 0, or 10ms or more", name, d))
		}
	}
	return errors.Join(errs...)
}

// of is an API with these limits.
func (c limits) of(api graph.Config) graph.Config {
	api.Budgets, api.Documents = memory.NewBudgets(time.Now), memory.NewDocuments()
	api.PersonBudget, api.AddressBudget = c.BudgetPerson, c.BudgetAddress
	api.QueryTime, api.MutationTime = c.QueryTime, c.MutationTime
	return api
}

// behind has requests that come through a known proxy count as from where the
// proxy says. Nobody else's word is taken for it: a client can write into
// X-Forwarded-For what it likes.
func (c limits) behind(next http.Handler) http.Handler {
	if len(c.Proxy) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if from, ok := c.from(r); ok {
			r = r.Clone(r.Context())
			r.RemoteAddr = net.JoinHostPort(from.String(), "0")
		}
		next.ServeHTTP(w, r)
	})
}

// from is the last address, on the way here, that is no proxy of ours.
func (c limits) from(r *http.Request) (from netip.Addr, ok bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !c.trusts(peer.Addr()) {
		return from, false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for n := len(hops) - 1; n >= 0; n-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[n]))
		if err != nil {
			return from, ok // not an address, so nobody of ours wrote it
		}
		if from, ok = hop.Unmap(), true; !c.trusts(from) {
			return from, true
		}
	}
	return from, ok
}

func (c limits) trusts(a netip.Addr) bool {
	for _, p := range c.Proxy {
		if p.Contains(a.Unmap().WithZone("")) {
			return true
		}
	}
	return false
}
