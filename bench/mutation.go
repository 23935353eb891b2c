package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

// mutationRow compares submitting over HTTP with inserting the same text.
var mutationRow = row{
	name: "mutation", unit: "submissions end to end", target: ">= 0.5",
	sizes: func(s scale) string {
		return fmt.Sprintf("%d clients in the same process, texts of %d bytes, answered when readable, with a receipt; bare is one insert, 2 x %d x %s", clients, len(essay), s.rounds, s.round)
	},
	prepare: prepareMutation,
}

const submitDocument = `mutation Submit($key: IdempotencyKey!, $call: ID!, $text: String!) {
	submitSubmission(input: {idempotencyKey: $key, consultationId: $call, text: {language: "en", value: $text}}) {
		submission { id version status }
		index
		receipt { index text }
		userErrors { code message }
	}
}`

// submitted is in every answer to it.
const submitted = `"status":"SUBMITTED"`

// essay is a contribution.
var essay = strings.Repeat("Regular pathways should be easier to find than irregular ones. ", 13)[:800]

func prepareMutation(ctx context.Context, b *bench) (*contest, error) {
	dir := filepath.Join(b.dir, "mutation")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	i, err := openInstallation(ctx, dir)
	if err != nil {
		return nil, err
	}
	c, err := i.againstInserts(ctx, b, filepath.Join(dir, "bare.db"))
	if err != nil {
		return nil, errors.Join(err, i.close())
	}
	return c, nil
}

func (i *installation) againstInserts(ctx context.Context, b *bench, path string) (*contest, error) {
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
	if err := i.run(ctx); err != nil {
		return nil, err
	}
	ins, err := openInserter(ctx, path, i.dev)
	if err != nil {
		return nil, err
	}
	ours, err := serve(i.api)
	if err != nil {
		return nil, errors.Join(err, ins.close())
	}
	bare, err := serve(ins)
	if err != nil {
		return nil, errors.Join(err, ours.close(), ins.close())
	}
	submit := func(s *site, answered ...string) func(context.Context) (figure, error) {
		return func(ctx context.Context) (figure, error) {
			return drive(ctx, b.round, func(ctx context.Context, client int) error {
				body, err := sent(call)
				if err != nil {
					return err
				}
				answer, err := s.ask(ctx, tokens[client], body)
				if err != nil {
					return err
				}
				for _, part := range answered {
					if !bytes.Contains(answer, []byte(part)) {
						return fmt.Errorf("no %s in the answer: %s", part, answer)
					}
				}
				return nil
			})
		}
	}
	return &contest{
		ours: submit(ours, submitted, `"text":"c2sp.org/tlog-proof@v1`), bare: submit(bare, submitted),
		close: func() error { return errors.Join(ours.close(), bare.close(), ins.close(), i.close()) },
	}, nil
}

// sent is what a client sends, to either side.
func sent(call domain.ID) ([]byte, error) {
	return json.Marshal(map[string]any{"query": submitDocument, "variables": map[string]any{"key": newKey(), "call": call, "text": essay}})
}
