package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"

	"github.com/rapporteur-project/rapporteur/domain"
)

// queryRow compares a page of submissions with the same statements and encoding/json.
var queryRow = row{
	name: "query", unit: "pages of 20 submissions", target: ">= 0.5",
	sizes: func(s scale) string {
		return fmt.Sprintf("%d clients in the same process, each submission with consultation and entity, of %s records in %d consultations, as the public; bare is the same statements, prepared, 2 x %d x %s",
			clients, thousands(int64(s.events)), calls, s.rounds, s.round)
	},
	prepare: prepareQuery,
}

const pageDocument = `query Page($call: ID!) {
	submissions(filter: {consultation: $call}, first: 20) {
		nodes {
			id version number status label language submittedAt
			consultation { id version status title { original { language value } } }
			entity { id version kind name { original { language value } } }
		}
		pageInfo { hasNextPage }
	}
}`

func prepareQuery(ctx context.Context, b *bench) (*contest, error) {
	s, err := b.story(ctx)
	if err != nil {
		return nil, err
	}
	i, err := openInstallation(ctx, s.dir)
	if err != nil {
		return nil, err
	}
	c, err := i.againstStatements(ctx, b, s.calls)
	if err != nil {
		return nil, errors.Join(err, i.close())
	}
	return c, nil
}

func (i *installation) againstStatements(ctx context.Context, b *bench, calls []domain.ID) (*contest, error) {
	if err := i.run(ctx); err != nil {
		return nil, err
	}
	q, err := openQuerier(ctx, i.engine.Path)
	if err != nil {
		return nil, err
	}
	ours, err := serve(i.api)
	if err != nil {
		return nil, errors.Join(err, q.close())
	}
	bare, err := serve(q)
	if err != nil {
		return nil, errors.Join(err, ours.close(), q.close())
	}
	end := func() error { return errors.Join(ours.close(), bare.close(), q.close(), i.close()) }
	bodies, err := pages(calls, pageDocument)
	if err != nil {
		return nil, err
	}
	if err := agree(ctx, ours, bare, bodies[0]); err != nil {
		return nil, err
	}
	var n atomic.Int64
	ask := func(s *site) func(context.Context) (figure, error) {
		return func(ctx context.Context) (figure, error) {
			return drive(ctx, b.round, func(ctx context.Context, _ int) error {
				_, err := s.ask(ctx, "", bodies[int(n.Add(1))%len(bodies)])
				return err
			})
		}
	}
	return &contest{ours: ask(ours), bare: ask(bare), close: end}, nil
}

// agree fails unless both sides give the same page.
func agree(ctx context.Context, ours, bare *site, body []byte) error {
	var pages [2]struct {
		Data struct {
			Submissions struct{ Nodes []any }
		}
	}
	for n, s := range []*site{ours, bare} {
		answer, err := s.ask(ctx, "", body)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(answer, &pages[n]); err != nil {
			return fmt.Errorf("%w in %s", err, answer)
		}
	}
	a, b := pages[0].Data.Submissions.Nodes, pages[1].Data.Submissions.Nodes
	if len(a) == 0 || !reflect.DeepEqual(a, b) {
		return fmt.Errorf("the sides give other pages: ours %v, bare %v", a, b)
	}
	return nil
}
