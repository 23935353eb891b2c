package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore"
)

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
