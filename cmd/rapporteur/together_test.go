package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// A member is one of the nodes.
type member struct {
	t       *testing.T
	program string
	data    string
	env     []string

	mu      sync.Mutex
	cmd     *exec.Cmd
	log     *bytes.Buffer
	address string
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
	keys := filepath.Join(t.TempDir(), "keys") // one folder for both
	if err := os.Mkdir(keys, 0o700); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "RAPPORTEUR_ESDB="+g.cluster.URL("rapporteur"), "RAPPORTEUR_REDIS="+g.redis.URL())
	for range g.seen {
		n := &member{t: t, program: g.program, data: filepath.Join(t.TempDir(), "data"), env: env}
		if err := errors.Join(os.Mkdir(n.data, 0o700), os.Symlink(keys, filepath.Join(n.data, "keys"))); err != nil {
			t.Fatal(err)
		}
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

func (n *member) up() {
	n.t.Helper()
	log := new(bytes.Buffer)
	cmd := exec.Command(n.program, "serve", "--data", n.data, "--listen", "127.0.0.1:0", "--publish-every", "200ms", "--budget-person", "0", "--origin", "together.example/log")
	cmd.Env, cmd.Stderr = n.env, log
	out, err := cmd.StdoutPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		cmd.Process.Kill()
		cmd.Wait()
		n.t.Fatalf("a node said %q, %v\n%s", line, err, log)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cmd, n.log, n.address = cmd, log, address
}

func (n *member) at() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.address
}

// end stops the node by a signal, and says what it made of it.
func (n *member) end(sig os.Signal) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return errors.Join(n.cmd.Process.Signal(sig), n.cmd.Wait())
}

// down stops the node as an operator does.
func (n *member) down() {
	n.t.Helper()
	if err := n.end(os.Interrupt); err != nil {
		n.t.Errorf("a node ended with %v\n%s", err, n.log)
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

// read asks whichever node for no older an answer than of an index: it waits, or
// says that it cannot give it yet.
func (g *together) read(ctx context.Context, index string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.nodes[rand.IntN(len(g.nodes))].at()+"/graphql", strings.NewReader(`{"query": "{ viewer { id } }"}`))
	if err != nil {
		g.t.Error(err)
		return
	}
	req.Header.Set("Content-Type", "application/json")
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

// alike waits until both nodes show the same log, of everything.
func (g *together) alike(want int) {
	g.t.Helper()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	until := time.Now().Add(time.Minute)
	for {
		a, b := g.checkpoint(0), g.checkpoint(1)
		if size := strings.Split(a+"\n\n", "\n")[1]; a == b && size == strconv.Itoa(g.records(want)) {
			return
		}
		if time.Now().After(until) {
			g.t.Fatalf("the nodes show\n%s\nand\n%s\nof %d records", a, b, g.records(want))
		}
		<-look.C
	}
}

// records is how many there are of so many contributions: the call, its officer
// and the sender are some too.
func (g *together) records(contributions int) int {
	highest := 0
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, index := range g.sent {
		n, _ := strconv.Atoi(index)
		highest = max(highest, n)
	}
	return max(highest+1, contributions)
}

func (g *together) checkpoint(node int) string {
	res, err := http.Get(g.nodes[node].at() + "/log/checkpoint")
	if err != nil {
		g.t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		g.t.Fatal(err)
	}
	return b.String()
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

// replay counts the records, and has each node replay.
func (g *together) replay() {
	g.t.Helper()
	for _, n := range g.nodes {
		for _, args := range [][]string{
			{"replay", "--verify", "--data", n.data},
			{"verify", "log", filepath.Join(n.data, "log"), "--key", g.vkey(n)},
		} {
			cmd := exec.Command(g.program, args...)
			cmd.Env = n.env
			if out, err := cmd.CombinedOutput(); err != nil {
				g.t.Errorf("%v: %v\n%s", args, err, out)
			}
		}
	}
	events, err := esdbstore.Open(g.t.Context(), esdbstore.Config{URL: esdbstore.URL(g.cluster.URL("rapporteur"))})
	if err != nil {
		g.t.Fatal(err)
	}
	defer events.Close()
	received := map[string]int{}
	for r, err := range events.All(g.t.Context(), 0) {
		if err != nil {
			g.t.Fatal(err)
		}
		if r.Type == "submission.received" {
			var m struct{ Key string }
			if err := json.Unmarshal(r.Meta, &m); err != nil {
				g.t.Fatal(err)
			}
			received[m.Key]++
		}
	}
	for key := range g.sent {
		if received[key] != 1 {
			g.t.Errorf("%s is there %d times", key, received[key])
		}
	}
	if len(received) != len(g.sent) {
		g.t.Errorf("%d contributions are there, %d were sent", len(received), len(g.sent))
	}
	if g.reads.Load() == 0 {
		g.t.Error("nothing was read by its index")
	}
	g.t.Logf("%d contributions, over %d writes to the cluster", len(g.sent), g.cluster.Writes())
}

func (g *together) vkey(n *member) string {
	out, err := exec.Command(g.program, "keys", "vkey", "--data", n.data).Output()
	if err != nil {
		g.t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
