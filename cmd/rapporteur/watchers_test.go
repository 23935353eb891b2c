package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A watcher looks at one thing again and again, and notes when it moves.
type watcher struct {
	name    string
	look    func(ctx context.Context, seen int64) (int64, error) // what is to be seen, after that
	patient bool                                                 // a look may last until there is something to see

	looked atomic.Int64
	mu     sync.Mutex
	steps  []step // guarded by mu
}

// A step is when something was seen to move, and by how much.
type step struct {
	at time.Time
	by int64
}

func (x *watcher) run(ctx context.Context) {
	for seen := int64(0); ctx.Err() == nil; x.looked.Add(1) {
		now, err := x.look(ctx, seen)
		if err == nil && now != seen {
			x.mu.Lock()
			x.steps = append(x.steps, step{time.Now(), now - seen})
			x.mu.Unlock()
			seen = now
		}
	}
}

func (x *watcher) came() []step {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.steps)
}

// await waits until it has had a whole look from now on.
func (x *watcher) await(ctx context.Context) {
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for had := x.looked.Load(); !x.patient && x.looked.Load() < had+2 && ctx.Err() == nil; {
		<-again.C
	}
}

var errNothing = errors.New("it says nothing of that")

// numberIn returns the first number that a pattern finds.
func numberIn(text string, pattern *regexp.Regexp) (int64, error) {
	m := pattern.FindStringSubmatch(text)
	if m == nil {
		return 0, errNothing
	}
	return strconv.ParseInt(m[1], 10, 64)
}

// watchers watch a server as somebody who is not signed in.
func watchers(address string) []*watcher {
	var (
		served = regexp.MustCompile(`"extensions":\{"index":"(\d+)"`)
		have   = regexp.MustCompile(`"have":"(\d+)"`)
		newest = regexp.MustCompile(`the newest is (\d+)`)
		ready  = regexp.MustCompile(`"index":(\d+)`)
		metric = regexp.MustCompile(`(?m)^rapporteur_log_index (\d+)$`)
		model  = regexp.MustCompile(`(?m)^rapporteur_projection_index\{name="submissions"\} (\d+)$`)
		size   = regexp.MustCompile(`\n(\d+)\n`)
	)
	ask := func(ctx context.Context, body string, header map[string]string) (string, error) {
		text, _, err := fetch(ctx, http.MethodPost, address+"/graphql", body, header)
		return text, err
	}
	page := func(path string, pattern *regexp.Regexp) func(context.Context, int64) (int64, error) {
		return func(ctx context.Context, _ int64) (int64, error) {
			text, _, err := fetch(ctx, http.MethodGet, address+path, "", nil)
			if err != nil {
				return 0, err
			}
			return numberIn(text, pattern)
		}
	}
	last := ""
	return []*watcher{
		{name: "the index of answers", look: func(ctx context.Context, _ int64) (int64, error) {
			text, err := ask(ctx, `{"query":"{ __typename }"}`, nil)
			if err != nil {
				return 0, err
			}
			return numberIn(text, served)
		}},
		{name: "/readyz", look: page("/readyz", ready)},
		{name: "the log's index in /metrics", look: page("/metrics", metric)},
		{name: "a read model's index in /metrics", look: page("/metrics", model)},
		{name: "the published log", look: page("/log/checkpoint", size)},
		{name: "anything in /metrics", look: func(ctx context.Context, seen int64) (int64, error) {
			text, _, err := fetch(ctx, http.MethodGet, address+"/metrics", "", nil)
			if err != nil || text == last {
				return seen, err
			}
			last = text
			return seen + 1, nil
		}},
		{name: "asOf", look: func(ctx context.Context, seen int64) (int64, error) {
			text, err := ask(ctx, fmt.Sprintf(`{"query":"{ asOf(at: {index: \"%d\"}) { consultations(first: 1) { nodes { id } } } }"}`, seen+1), nil)
			if n, no := numberIn(text, newest); no == nil {
				return n, err
			}
			return seen + 1, err
		}},
		{name: "the header Rapporteur-Min-Index", patient: true, look: func(ctx context.Context, seen int64) (int64, error) {
			text, err := ask(ctx, `{"query":"{ __typename }"}`, map[string]string{"Rapporteur-Min-Index": fmt.Sprint(seen + 1)})
			if n, no := numberIn(text, have); no == nil {
				return max(n, seen), err
			}
			return seen + 1, err
		}},
		{name: "a subscription", patient: true, look: subscribed(address, `subscription { consultationChanged(after: "-1") { index } }`)},
	}
}

// subscribed looks for the next event of a stream, which it opens and never
// closes.
func subscribed(address, document string) func(context.Context, int64) (int64, error) {
	index := regexp.MustCompile(`^id: (\d+)$`)
	var lines *bufio.Scanner
	return func(ctx context.Context, _ int64) (int64, error) {
		if lines == nil {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/graphql?"+url.Values{"query": {document}}.Encode(), nil)
			if err != nil {
				return 0, err
			}
			req.Header.Set("Accept", "text/event-stream")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				return 0, err
			}
			context.AfterFunc(ctx, func() { res.Body.Close() })
			lines = bufio.NewScanner(res.Body)
		}
		for lines.Scan() {
			if n, err := numberIn(lines.Text(), index); err == nil {
				return n, nil
			}
		}
		err := errors.Join(lines.Err(), errNothing)
		lines = nil
		return 0, err
	}
}
