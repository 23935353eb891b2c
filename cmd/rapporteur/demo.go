package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/demo"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/eventstore"
)

const demoTokens = 24 * time.Hour // how long the tokens that the demo prints are good for

// recordDemo puts the demo on an empty record, or completes it. It refuses a
// record of anything else: made-up contributions have no place there.
func recordDemo(ctx context.Context, a *app.App, store eventstore.Store) error {
	ours, err := demoOrEmpty(ctx, store)
	if err != nil {
		return fmt.Errorf("look whether this is the demo: %w", err)
	}
	if !ours {
		return errors.New("--demo: this data folder holds a record of something else; name an empty one with --data")
	}
	return demo.Record(ctx, a, func(name string) domain.ID { return a.PersonID(auth.DevName, name) })
}

// demoOrEmpty reports whether the first act on the record that configuration
// did not do is the demo's, or there is none.
func demoOrEmpty(ctx context.Context, store eventstore.Store) (bool, error) {
	for r, err := range store.All(ctx, 0) {
		if err != nil {
			return false, err
		}
		var m domain.Meta
		if err := json.Unmarshal(r.Meta, &m); err != nil {
			return false, fmt.Errorf("record %s: meta: %w", r.ID, err)
		}
		if m.Capacity != domain.System || !strings.HasPrefix(m.Key, "configuration: ") {
			return strings.HasPrefix(m.Key, "demo: "), nil
		}
	}
	return true, nil
}

const demoQuery = `{ briefing(date: "2020-03-04") { place { city } attendance { total notBrokenDown } statements(first: 10) { nodes { speaker { office entity { acronym } } } } } championCountries(first: 10) { nodes { state { code } } } }`

// printDemo says who there is, and what to try.
func printDemo(w io.Writer, address string, dev *auth.DevIssuer) error {
	var b strings.Builder
	fmt.Fprintf(&b, `
The demo is on the record: the Network's briefing of 4 March 2020, and an open
consultation with contributions that are made up. Ask about the briefing:

curl -s %s/graphql -H 'Content-Type: application/json' -d '%s'

Persons, whom they act for, and a token each, good for a day:

`, address, asBody(demoQuery))
	for _, p := range demo.People {
		t, err := dev.Token(p.Name, p.Name, demoTokens)
		if err != nil {
			return fmt.Errorf("token of %s: %w", p.Name, err)
		}
		fmt.Fprintf(&b, "%-12s %-20s %-18s %s\n", p.Name, p.Capacity, p.For, t)
	}
	fmt.Fprintf(&b, `
What to try next, with TOKEN of ngo:

curl -s %s/graphql -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '%s'

Then send a contribution: submitSubmission, with the id of the open consultation
and an idempotencyKey of your own; send it twice. As prt-mission, try to amend
it. As slv-focal, propose the draft; as slv-mission, authorise it. Stop the
server and run: rapporteur replay --verify
In a browser, with examples: %[1]s/ide
Everything there is to ask: %[1]s/schema.graphql

`, address, asBody(`{ consultations(filter: {openNow: true}, first: 5) { nodes { id title { original { value } } } } viewer { submissions(first: 5) { nodes { id status } } } }`))
	_, err := io.WriteString(w, b.String())
	return err
}

// asBody is a query as it stands in single quotes on a command line.
func asBody(query string) string {
	b, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		panic(err) // a text always encodes
	}
	return string(b)
}
