package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
)

// sealedRow compares asking for a sealed submission that one may not know of
// with asking for one that there is not: a clock must not tell them apart.
var sealedRow = sealed("sealed, asked for", `query($id: ID!) { submission(id: $id) { id } node(id: $id) { id } receipt(id: $id) { index } }`)

// sealedOrderRow is the same for a command.
var sealedOrderRow = sealed("sealed, commanded", `mutation($id: ID!) { amendSubmission(input: {idempotencyKey: "a-key-that-is-never-used-up", id: $id, text: {language: "en", value: "Mine."}}) { userErrors { code } } }`)

func sealed(name, document string) row {
	return row{
		name: name, unit: "answers that there is none", target: "0.9 to 1.1",
		sizes: func(s scale) string {
			return fmt.Sprintf("one client in the same process, as another stakeholder, of %s records; bare asks for an id that there is not, 2 x %d x %s", thousands(int64(s.events/10)), s.rounds, s.round)
		},
		prepare: func(ctx context.Context, b *bench) (*contest, error) { return prepareSealed(ctx, b, name, document) },
	}
}

func prepareSealed(ctx context.Context, b *bench, name, document string) (*contest, error) {
	dir := filepath.Join(b.dir, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	i, err := openInstallation(ctx, dir)
	if err != nil {
		return nil, err
	}
	c, err := i.againstNothing(ctx, b, document)
	if err != nil {
		return nil, errors.Join(err, i.close())
	}
	return c, nil
}

func (i *installation) againstNothing(ctx context.Context, b *bench, document string) (*contest, error) {
	all, err := i.begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := i.contribute(ctx, all, b.events/turnRecords/10); err != nil {
		return nil, err
	}
	text := inEnglish(essay)
	res, err := i.app.Submissions.Do(ctx, "", submission.Submit{Consultation: all[0], Content: submission.Input{Text: &text}, Label: domain.Sealed}, i.by(clientName(0)))
	if err != nil {
		return nil, err
	}
	if err := i.run(ctx); err != nil {
		return nil, err
	}
	tokens, err := i.tokens()
	if err != nil {
		return nil, err
	}
	site, err := serve(i.api)
	if err != nil {
		return nil, err
	}
	there, err := json.Marshal(map[string]any{"query": document, "variables": map[string]any{"id": res.ID}})
	if err != nil {
		return nil, errors.Join(err, site.close())
	}
	absent, err := json.Marshal(map[string]any{"query": document, "variables": map[string]any{"id": res.ID[:len(res.ID)-1] + "_"}})
	if err != nil {
		return nil, errors.Join(err, site.close())
	}
	ask := func(body []byte) func(context.Context) (figure, error) {
		return func(ctx context.Context) (figure, error) {
			return alone(ctx, b.round, nil, func(ctx context.Context) error {
				_, err := site.ask(ctx, tokens[1], body)
				return err
			})
		}
	}
	one, err := site.ask(ctx, tokens[1], there)
	if err != nil {
		return nil, errors.Join(err, site.close())
	}
	other, err := site.ask(ctx, tokens[1], absent)
	if err == nil && string(one) != string(other) {
		err = fmt.Errorf("the answers are %s and %s", one, other)
	}
	if err != nil {
		return nil, errors.Join(err, site.close())
	}
	return &contest{ours: ask(there), bare: ask(absent), close: func() error { return errors.Join(site.close(), i.close()) }}, nil
}
