package main

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// follow follows a node's changes, and resumes whenever the stream ends.
func (g *together) follow(ctx context.Context, node int) {
	last := "-1"
	for ctx.Err() == nil {
		g.stream(ctx, node, &last)
	}
}

const changesDocument = `subscription($call: ID!) { submissionChanged(consultation: $call, after: "-1") { index submission { id } } }`

// stream reads one stream of changes until it ends.
func (g *together) stream(ctx context.Context, node int, last *string) {
	variables, err := json.Marshal(map[string]any{"call": g.call})
	if err != nil {
		g.t.Error(err)
		return
	}
	query := url.Values{"query": {changesDocument}, "variables": {string(variables)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.nodes[node].at()+"/graphql?"+query.Encode(), nil)
	if err != nil {
		g.t.Error(err)
		return
	}
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Authorization", "Bearer "+g.officer)
	req.Header.Set("Last-Event-ID", *last)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return // the node is being killed
	}
	defer res.Body.Close()
	id := ""
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		line := lines.Text()
		if text, ok := strings.CutPrefix(line, "id:"); ok {
			id = strings.TrimSpace(text)
		}
		text, ok := strings.CutPrefix(line, "data:")
		if !ok || id == "" {
			continue
		}
		var event struct {
			Data *struct {
				SubmissionChanged struct{ Submission *struct{ ID string } }
			}
		}
		if json.Unmarshal([]byte(text), &event) != nil || event.Data == nil {
			return
		}
		*last = id
		if event.Data.SubmissionChanged.Submission == nil {
			continue // a sign of life
		}
		index, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			g.t.Errorf("an event with the id %q", id)
			return
		}
		g.mu.Lock()
		g.seen[node] = append(g.seen[node], index)
		g.mu.Unlock()
	}
}

// await waits until both followers have seen as many changes as were sent.
func (g *together) await(ctx context.Context, want int) {
	g.t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	until := time.Now().Add(time.Minute)
	for {
		g.mu.Lock()
		a, b := len(g.seen[0]), len(g.seen[1])
		g.mu.Unlock()
		if a >= want && b >= want || ctx.Err() != nil {
			return
		}
		if time.Now().After(until) {
			g.t.Fatalf("the followers saw %d and %d changes of %d", a, b, want)
		}
		<-look.C
	}
}

// compare asks that each follower saw exactly what was acknowledged, in order.
func (g *together) compare() {
	g.t.Helper()
	var want []int64
	for _, index := range g.sent {
		n, err := strconv.ParseInt(index, 10, 64)
		if err != nil {
			g.t.Fatal(err)
		}
		want = append(want, n)
	}
	slices.Sort(want)
	if n := len(slices.Compact(slices.Clone(want))); n != len(want) {
		g.t.Errorf("%d contributions have %d indexes", len(want), n)
	}
	for i, seen := range g.seen {
		if !slices.Equal(seen, want) {
			g.t.Errorf("the follower of node %d saw %d changes, and not exactly the %d acknowledged in their order", i, len(seen), len(want))
		}
	}
}
