package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/auth"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
	"github.com/rapporteur-project/rapporteur/internal/redisserver"
	"github.com/rapporteur-project/rapporteur/shared/redis"
)

// TestTogether has two nodes over one cluster, with Redis beside them, take
// contributions while the leader moves, a server of the cluster and a node are
// killed, and Redis is restarted. Every command that was acknowledged is there
// exactly once, both nodes publish the same log, and who follows either of them
// misses nothing and sees nothing twice. RAPPORTEUR_TOGETHER says how many
// contributions; 10,000 if it does not.
func TestTogether(t *testing.T) {
	t.Parallel()
	want := 10_000
	if n, err := strconv.Atoi(os.Getenv("RAPPORTEUR_TOGETHER")); err == nil {
		want = n
	}
	g := newTogether(t)
	ctx, stop := context.WithCancel(t.Context())
	var troubles, followers, senders sync.WaitGroup
	for _, n := range g.nodes {
		n.up()
	}
	for i := range g.nodes {
		followers.Go(func() { g.follow(ctx, i) })
	}
	troubles.Go(func() { g.trouble(ctx, want) })
	var next atomic.Int64
	for range writers {
		senders.Go(func() {
			for n := next.Add(1); n <= int64(want) && !t.Failed(); n = next.Add(1) {
				g.send(ctx, fmt.Sprintf("together-%08d", n))
			}
		})
	}
	senders.Wait()
	g.done.Store(true)
	troubles.Wait()
	g.alike(want)
	g.await(ctx, want)
	stop()
	followers.Wait()
	g.compare()
	for _, n := range g.nodes {
		n.down()
	}
	g.replay()
}

// together is two nodes and what they stand on.
type together struct {
	t       *testing.T
	cluster *esdbtest.Cluster
	redis   *redisserver.Server
	nodes   []*member
	officer string // a token
	done    atomic.Bool
	reads   atomic.Int64 // that were no older than they had to be

	kill // what was sent, and how
	seen [2][]int64
}

func newTogether(t *testing.T) *together {
	t.Helper()
	g := &together{t: t, redis: redisserver.Start(t, redis.Rights("rapporteur"))}
	g.cluster = esdbtest.Start(t, esdbtest.Config{Nodes: 3, Lag: 4, Accounts: map[string]string{"rapporteur": "geheim"}})
	g.kill = kill{t: t, program: filepath.Join(t.TempDir(), "rapporteur"), sent: map[string]string{}}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, g.program); err != nil {
		t.Fatal(err)
	}
	shared := t.TempDir() // by both
	env := append(os.Environ(), "RAPPORTEUR_ESDB="+g.cluster.URL("rapporteur"), "RAPPORTEUR_REDIS="+g.redis.URL())
	for range g.seen {
		n := &member{t: t, program: g.program, data: filepath.Join(t.TempDir(), "data"), env: env}
		if err := os.Mkdir(n.data, 0o700); err != nil {
			t.Fatal(err)
		}
		mountAll(t, shared, n.data)
		g.nodes = append(g.nodes, n)
	}
	g.found()
	return g
}

// found opens a call before any node runs.
func (g *together) found() {
	g.t.Helper()
	data := g.nodes[0].data
	i, err := createInstallation(data, "test")
	if err != nil {
		g.t.Fatal(err)
	}
	events, err := esdbstore.Open(g.t.Context(), esdbstore.Config{URL: esdbstore.URL(g.cluster.URL("rapporteur"))})
	if err != nil {
		g.t.Fatal(err)
	}
	g.call = openCall(g.t, app.New(app.Config{Store: events, Secret: i.secret}))
	dev, err := auth.OpenDevIssuer(data)
	if err != nil {
		g.t.Fatal(err)
	}
	if g.token, err = dev.Token("ngo", "", time.Hour); err != nil {
		g.t.Fatal(err)
	}
	if g.officer, err = dev.Token("secretariat", "", time.Hour); err != nil {
		g.t.Fatal(err)
	}
	if err := errors.Join(events.Close(), i.close()); err != nil {
		g.t.Fatal(err)
	}
}

// send has a contribution acknowledged, by whichever node, and then asks another
// time: any node gives the same answer.
func (g *together) send(ctx context.Context, key string) {
	ask := func() string {
		for !g.t.Failed() {
			at := g.nodes[rand.IntN(len(g.nodes))].at()
			// A node that is killed, and one whose store moves, gives no answer: the
			// command is sent again, under its key, wherever.
			if index, err := g.submit(ctx, at, key); err == nil {
				return index
			}
		}
		return ""
	}
	g.note(key, "")
	index := ask()
	g.note(key, index)
	if rand.IntN(10) > 0 {
		return
	}
	if again := ask(); again != index {
		g.t.Errorf("%s was acknowledged at index %s and then at %s", key, index, again)
	}
	g.read(ctx, index)
}

// read has who wrote at an index ask whichever node for no older an answer than of
// it: it waits, or says that it cannot give it yet.
func (g *together) read(ctx context.Context, index string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.nodes[rand.IntN(len(g.nodes))].at()+"/graphql", strings.NewReader(`{"query": "{ viewer { id } }"}`))
	if err != nil {
		g.t.Error(err)
		return
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+g.token)
	req.Header.Set("Rapporteur-Min-Index", index)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return // the node is being killed
	}
	defer res.Body.Close()
	var answer struct {
		Errors     []struct{ Extensions struct{ Code string } }
		Extensions struct{ Index string }
	}
	if json.NewDecoder(res.Body).Decode(&answer) != nil {
		return // likewise
	}
	if len(answer.Errors) > 0 {
		if code := answer.Errors[0].Extensions.Code; code != "STALE" && code != "UNAVAILABLE" {
			g.t.Errorf("a read of index %s was answered with %s", index, code)
		}
		return
	}
	want, err := strconv.ParseInt(index, 10, 64)
	is, err2 := strconv.ParseInt(answer.Extensions.Index, 10, 64)
	if errors.Join(err, err2) != nil || is < want {
		g.t.Errorf("a read of index %s was answered from %q", index, answer.Extensions.Index)
		return
	}
	g.reads.Add(1)
}

// acknowledged counts.
func (g *together) acknowledged() (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, index := range g.sent {
		if index != "" {
			n++
		}
	}
	return n
}

// trouble befalls the cluster, a node and Redis, as what is sent gets on.
func (g *together) trouble(ctx context.Context, want int) {
	steps := []struct {
		at  float64 // of all contributions
		run func() error
	}{
		{0.20, func() error { g.cluster.Kill(g.cluster.Leader()); g.cluster.Move(); return nil }},
		{0.30, g.redis.Kill},
		{0.35, g.redis.Restart},
		{0.45, func() error { _ = g.nodes[1].end(syscall.SIGKILL); g.nodes[1].up(); return nil }},
		{0.60, g.redis.Hang},
		{0.65, g.redis.Continue},
		{0.75, func() error { _ = g.nodes[0].end(syscall.SIGKILL); g.nodes[0].up(); return nil }},
	}
	move := time.NewTicker(2 * time.Second)
	defer move.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !g.done.Load() && !g.t.Failed() {
		select {
		case <-ctx.Done():
			return
		case <-move.C:
			g.cluster.Move()
		case <-look.C:
			if len(steps) > 0 && float64(g.acknowledged()) >= steps[0].at*float64(want) {
				if err := steps[0].run(); err != nil {
					g.t.Error(err)
				}
				steps = steps[1:]
			}
		}
	}
	if len(steps) > 0 && !g.t.Failed() {
		g.t.Errorf("%d troubles did not befall", len(steps))
	}
}
