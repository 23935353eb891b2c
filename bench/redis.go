package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/graph"
	"github.com/rapporteur-project/rapporteur/internal/redisserver"
	"github.com/rapporteur-project/rapporteur/shared"
	"github.com/rapporteur-project/rapporteur/shared/memory"
	"github.com/rapporteur-project/rapporteur/shared/redis"
)

// redisRows compare submitting while Redis is away with submitting while it is
// there: what counts is how far the two p99 are apart.
func redisRows() []row {
	when := func(name string, leave func(*redisserver.Server) error) row {
		return row{
			name: "redis " + name, unit: "submissions end to end", target: "p99 within 100 ms",
			sizes: func(s scale) string {
				return fmt.Sprintf("%d clients in the same process, sharing through Redis, which is %s as the round begins; bare is the same with Redis up, 2 x %d x %s", clients, name, s.rounds, s.round)
			},
			prepare: func(ctx context.Context, b *bench) (*contest, error) { return prepareRedis(ctx, b, name, leave) },
		}
	}
	return []row{when("refused", (*redisserver.Server).Kill), when("stopped", (*redisserver.Server).Hang)}
}

func prepareRedis(ctx context.Context, b *bench, name string, leave func(*redisserver.Server) error) (_ *contest, err error) {
	dir := filepath.Join(b.dir, "redis-"+name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	s := &redisserver.Server{Rights: redis.Rights("bench")}
	if err := s.Open(dir); err != nil {
		return nil, err
	}
	i, err := openInstallation(ctx, dir)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	c, err := i.sharing(ctx, b, s, leave)
	if err != nil {
		return nil, errors.Join(err, i.close(), s.Close())
	}
	return c, nil
}

// sharing has the installation share through s, and submits while it is there
// and after it has left.
func (i *installation) sharing(ctx context.Context, b *bench, s *redisserver.Server, leave func(*redisserver.Server) error) (*contest, error) {
	if err := i.found(ctx); err != nil {
		return nil, err
	}
	call, err := i.call(ctx, "What should the report say?")
	if err != nil {
		return nil, err
	}
	tokens, err := i.tokens()
	if err != nil {
		return nil, err
	}
	client, budgets, err := i.share(s)
	if err != nil {
		return nil, err
	}
	if err := i.run(ctx); err != nil {
		return nil, err
	}
	looking, stop := context.WithCancel(ctx)
	var runs errgroup.Group
	runs.Go(func() error { return client.Run(looking) })
	ours, err := serve(i.api)
	if err != nil {
		stop()
		return nil, errors.Join(err, runs.Wait())
	}
	submit := func(ctx context.Context) (figure, error) {
		return drive(ctx, b.round, func(ctx context.Context, who int) error {
			body, err := sent(call)
			if err != nil {
				return err
			}
			answer, err := ours.ask(ctx, tokens[who], body)
			if err == nil && !bytes.Contains(answer, []byte(submitted)) {
				err = fmt.Errorf("no %s in the answer: %s", submitted, answer)
			}
			return err
		})
	}
	return &contest{
		ours: func(ctx context.Context) (figure, error) {
			if err := there(ctx, s, budgets); err != nil {
				return figure{}, err
			}
			if err := leave(s); err != nil {
				return figure{}, err
			}
			return submit(ctx)
		},
		bare: func(ctx context.Context) (figure, error) {
			if err := there(ctx, s, budgets); err != nil {
				return figure{}, err
			}
			return submit(ctx)
		},
		close: func() error {
			stop()
			return errors.Join(runs.Wait(), ours.close(), client.Close(), i.close(), s.Close())
		},
	}, nil
}

// share has the API share as rapporteur serve --redis does.
func (i *installation) share(s *redisserver.Server) (*redis.Client, shared.Budgets, error) {
	a, err := redis.ParseAddress(s.URL())
	if err != nil {
		return nil, nil, err
	}
	c, err := redis.Open(redis.Config{Address: a, Prefix: "bench", Secret: secret})
	if err != nil {
		return nil, nil, err
	}
	own, err := memory.OpenRevocations("", nil)
	if err != nil {
		return nil, nil, err
	}
	b := c.Budgets()
	verifier := &auth.Verifier{Issuers: i.dev.Issuers(""), Revoker: &auth.Revoker{
		Store: &shared.Graced{Store: c.Revocations(own, nil), Grace: time.Hour, Opened: time.Now()}, Secret: secret,
	}}
	i.api = auth.Middleware(verifier, graph.Handler(graph.Config{
		App: i.app, Engine: i.engine, Log: i.log, Proofs: i.proofs, Verify: verifier, PersonBudget: 100_000_000, AddressBudget: 100_000_000,
		Budgets:   shared.EitherBudgets{First: b, Otherwise: memory.NewBudgets(time.Now)},
		Documents: shared.NearDocuments{Here: memory.NewDocuments(), There: c.Documents()},
	}))
	return c, b, nil
}

// there brings Redis back, whatever it is doing, and waits until it is used.
func there(ctx context.Context, s *redisserver.Server, b shared.Budgets) error {
	if err := s.Continue(); err != nil { // it is down
		if err := s.Restart(); err != nil {
			return err
		}
	}
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		if _, err := b.Spend(ctx, "nobody", 0, shared.Budget{Points: 1, Per: time.Second}); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
	}
}
