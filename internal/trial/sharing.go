package trial

import (
	"context"
	"flag"
	"time"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/internal/redisserver"
	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
	"github.com/rapporteur-project/rapporteur/shared/redis"
)

// through is how tests of the API are run again, with the same answers:
//
//	go test ./graph -redis=stopped
var through = flag.String("redis", "", "share budgets, documents and revocations of every trial through a Redis that is up, refused or stopped; empty: no Redis")

const budget = 100_000_000 // points: spent from, and never all

// share has an API share through Redis where that is asked for. It returns what
// must run meanwhile.
func (tr *Trial) share(api graph.Config) (graph.Config, []func(context.Context) error) {
	if *through == "" {
		return api, nil
	}
	s := redisserver.Start(tr.t, redis.Rights("trial"))
	var err error
	switch *through {
	case "up":
	case "refused":
		err = s.Kill()
	case "stopped":
		err = s.Hang()
	default:
		tr.t.Fatalf("-redis=%s: must be up, refused or stopped", *through)
	}
	if err != nil {
		tr.t.Fatal(err)
	}
	a, err := redis.ParseAddress(s.URL())
	if err != nil {
		tr.t.Fatal(err)
	}
	c, err := redis.Open(redis.Config{Address: a, Prefix: "trial", Secret: secret})
	if err != nil {
		tr.t.Fatal(err)
	}
	tr.t.Cleanup(func() { c.Close() })
	own, err := memory.OpenRevocations("", nil)
	if err != nil {
		tr.t.Fatal(err)
	}
	bell := c.Bell()
	tr.Log.Bell = bell
	tr.Verify.Revoker = &auth.Revoker{
		Store:  &shared.Graced{Store: c.Revocations(own, nil), Grace: time.Hour, Opened: time.Now()},
		Secret: secret, Now: tr.Now,
	}
	api.Budgets = shared.EitherBudgets{First: c.Budgets(), Otherwise: memory.NewBudgets(tr.Now)}
	api.PersonBudget, api.AddressBudget = budget, budget
	api.Documents = shared.NearDocuments{Here: memory.NewDocuments(), There: c.Documents()}
	return api, []func(context.Context) error{c.Run, bell.Run}
}
