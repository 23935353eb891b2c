package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/rapporteur-project/rapporteur/domain"
)

// asOfRow compares a page as of a moment of long ago with the same page now.
// There is nothing barer than that: histories are what both are read from.
var asOfRow = row{
	name: "as of", unit: "pages of 20 submissions", target: ">= 0.5",
	sizes: func(s scale) string {
		return fmt.Sprintf("%d clients in the same process, each submission with consultation and entity, of %s records in %d consultations, as the public; ours is as of three quarters of it, bare is the same query of now, 2 x %d x %s",
			clients, thousands(int64(s.events)), calls, s.rounds, s.round)
	},
	prepare: prepareAsOf,
}

func prepareAsOf(ctx context.Context, b *bench) (*contest, error) {
	s, err := b.story(ctx)
	if err != nil {
		return nil, err
	}
	i, err := openInstallation(ctx, s.dir)
	if err != nil {
		return nil, err
	}
	c, err := i.againstNow(ctx, b, s)
	if err != nil {
		return nil, errors.Join(err, i.close())
	}
	return c, nil
}

func (i *installation) againstNow(ctx context.Context, b *bench, s *story) (*contest, error) {
	if err := i.run(ctx); err != nil {
		return nil, err
	}
	if err := b.timed("publish the log", func() error { return i.proofs.Publish(ctx) }); err != nil { // the public asks as of nothing later
		return nil, err
	}
	site, err := serve(i.api)
	if err != nil {
		return nil, err
	}
	end := func() error { return errors.Join(site.close(), i.close()) }
	now, err := pages(s.calls, pageDocument)
	if err != nil {
		return nil, errors.Join(err, site.close())
	}
	then, err := pages(s.calls, asOfDocument(s.measured()))
	if err != nil {
		return nil, errors.Join(err, site.close())
	}
	if err := i.sameAsOfNow(ctx, site, s); err != nil {
		return nil, errors.Join(err, site.close())
	}
	var n atomic.Int64
	ask := func(bodies [][]byte) func(context.Context) (figure, error) {
		return func(ctx context.Context) (figure, error) {
			return drive(ctx, b.round, func(ctx context.Context, _ int) error {
				_, err := site.ask(ctx, "", bodies[int(n.Add(1))%len(bodies)])
				return err
			})
		}
	}
	return &contest{ours: ask(then), bare: ask(now), close: end}, nil
}

// measured is the index that pages are asked as of.
func (s *story) measured() int64 { return s.size * 3 / 4 }

// asOfDocument is pageDocument as of an index.
func asOfDocument(index int64) string {
	head, fields, _ := strings.Cut(pageDocument, "{\n")
	return fmt.Sprintf("%s{ asOf(at: {index: \"%d\"}) {\n%s }", head, index, fields)
}

// pages asks for a page of each consultation.
func pages(calls []domain.ID, document string) ([][]byte, error) {
	bodies := make([][]byte, len(calls))
	for n, id := range calls {
		var err error
		if bodies[n], err = json.Marshal(map[string]any{"query": document, "variables": map[string]any{"call": id}}); err != nil {
			return nil, err
		}
	}
	return bodies, nil
}

// sameAsOfNow fails unless a page as of the last index is that of now, and one
// as of the moment that is measured has something on it.
func (i *installation) sameAsOfNow(ctx context.Context, site *site, s *story) error {
	type page struct {
		Submissions struct{ Nodes []json.RawMessage }
	}
	var got [3]struct {
		Data struct {
			page
			AsOf page
		}
	}
	for n, document := range []string{pageDocument, asOfDocument(s.size - 1), asOfDocument(s.measured())} {
		bodies, err := pages(s.calls[1:2], document) // the first that was contributed to
		if err != nil {
			return err
		}
		answer, err := site.ask(ctx, "", bodies[0])
		if err != nil {
			return err
		}
		if err := json.Unmarshal(answer, &got[n]); err != nil {
			return fmt.Errorf("%w in %s", err, answer)
		}
	}
	now, last, then := got[0].Data.Submissions.Nodes, got[1].Data.AsOf.Submissions.Nodes, got[2].Data.AsOf.Submissions.Nodes
	if len(now) == 0 || len(then) == 0 || fmt.Sprintf("%s", now) != fmt.Sprintf("%s", last) {
		return fmt.Errorf("pages of now %s, as of the last index %s and of before %s", now, last, then)
	}
	return nil
}
