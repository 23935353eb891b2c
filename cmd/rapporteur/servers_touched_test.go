package main

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/rapporteur-project/rapporteur/eventstore/esdbstore/esdbtest"
	"github.com/rapporteur-project/rapporteur/internal/await"
)

// TestServersTouched has what an administrator, another program or a failure may do
// to the servers happen while a node runs: the node goes on, answers reads from what
// it has, says in /readyz and to the sender of a command that nothing is recorded
// now, and records again by itself where it is put right.
func TestServersTouched(t *testing.T) {
	for name, tt := range map[string]struct {
		happens func(c *esdbtest.Cluster, briefing string)
		mended  func(t *testing.T, c *esdbtest.Cluster) // nil: that takes a backup of the servers
	}{
		"a stream's metadata": {
			func(c *esdbtest.Cluster, _ string) { c.SetMetadata("rapporteur:briefing-x", `{"$maxCount":1}`) },
			func(_ *testing.T, c *esdbtest.Cluster) { c.SetMetadata("rapporteur:briefing-x", `{}`) },
		},
		"an event under our prefix":    {func(c *esdbtest.Cluster, _ string) { c.Foreign("rapporteur:b-1", 1) }, nil},
		"an event in a stream of ours": {func(c *esdbtest.Cluster, briefing string) { c.Foreign(briefing, 1) }, nil},
		"a tombstone":                  {func(c *esdbtest.Cluster, briefing string) { c.Delete(briefing, true) }, nil},
		"a right to read is taken away": {
			func(c *esdbtest.Cluster, _ string) { c.SetMetadata("$all", `{"$acl":{"$r":"$admins"}}`) },
			func(_ *testing.T, c *esdbtest.Cluster) { c.SetMetadata("$all", `{}`) },
		},
		"no server": {
			func(c *esdbtest.Cluster, _ string) {
				for n := range 3 {
					c.Kill(n)
				}
			},
			func(t *testing.T, c *esdbtest.Cluster) {
				for n := range 3 {
					c.Restart(t, n)
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cluster, env := servers(t)
			p := try(t, env)
			s := p.serve("--demo")
			before := awaitAnswer(t, s.address)
			tt.happens(cluster, "rapporteur:briefing-"+briefingOf(t, s.address))
			awaitReady(t, s.address, false)
			token := p.run(yes, "token", "--as", "secretariat")
			plan := `{"query":"mutation { planConsultation(input: {idempotencyKey: \"touched-by-somebody-1\", title: {language: \"en\", value: \"T\"}}) { index } }"}`
			ctx := await.Context(t, "a mutation to be refused")
			for code := ""; code != "UNAVAILABLE"; code = codeOf(t, s.address, token, plan) {
				if ctx.Err() != nil {
					t.Fatalf("a mutation is answered with %q", code)
				}
			}
			if now := answered(t, s.address); now != before {
				t.Errorf("a query is answered by %s, and was by %s", now, before)
			}
			if tt.mended != nil {
				tt.mended(t, cluster)
				awaitReady(t, s.address, true)
				if code := codeOf(t, s.address, token, plan); code != "" {
					t.Errorf("put right, a mutation is answered with %q", code)
				}
			}
			ended(t, s, os.Interrupt)
		})
	}
}

// briefingOf returns the id of a briefing.
func briefingOf(t *testing.T, address string) string {
	t.Helper()
	res, err := http.Get(address + "/graphql?query=%7Bbriefings(first:1)%7Bnodes%7Bid%7D%7D%7D")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct {
		Data struct {
			Briefings struct{ Nodes []struct{ ID string } }
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || len(answer.Data.Briefings.Nodes) == 0 {
		t.Fatalf("there is no briefing: %v", err)
	}
	return answer.Data.Briefings.Nodes[0].ID
}
